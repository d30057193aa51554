// Which units the gradient reaches: a row for each unit of the chosen cell, on the steps of the main chart.

import { clamp, pointIn, setAll, svg, tag, write } from "../shared/dom.js";
import { extentOf, nearest, tenTo } from "./logs.js";
import { LogMap } from "./map.js";

const HEAT_HEIGHT = 132;

export class Heat {
  /** @type {(unit: number, place: number) => number} */ at = () => NaN;
  tall = 0;
  /** @type {Extent} */ extent;

  constructor(/** @type {HTMLElement} */ parent, /** @type {GradientFlow} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "heat", "aria-label": "Gradient of each unit" });
    const header = tag(this.root, "header");
    this.title = tag(header, "h4");
    this.legend = tag(header, "span", { class: "legend" });
    this.caption = tag(this.root, "p", { class: "quiet-words" });
    this.frame = tag(this.root, "div", { class: "map-frame" });
    this.side = tag(this.frame, "span", { class: "rows-name" });
    this.map = new LogMap(this.frame, this.legend, app);
    this.cursor = svg(this.map.over, "rect", { class: "map-cursor", y: -2, rx: 2 });
    this.map.listen({
      point: (unit, _place, event) => this.showTip(unit, this.stepAt(event), event),
      pick: (_unit, _place, event) => app.go(this.stepAt(event)),
      leave: () => app.leave(),
    });
  }

  show() {
    const { app } = this;
    const { lane, geometry } = app;
    const state = lane.cell === "lstm" ? "c" : "h";
    const frame = app.frame(lane);
    const table = app.find(lane, "heat");
    const width = geometry.wide * geometry.count;
    write(this.title, `Which units it reaches: |∂L/∂${state}| of each unit`);
    const rows = `Each row is one of the ${lane.hidden_size} units; the shades go by powers of ten.`;
    write(this.caption, app.firstSeed() + rows);
    this.frame.style.paddingLeft = `${geometry.left}px`;
    this.side.style.width = `${geometry.left - 10}px`;
    write(this.side, app.isNarrow ? "units" : `unit 1 … ${lane.hidden_size}`);
    this.tall = Math.max(HEAT_HEIGHT, Math.min(lane.hidden_size, 200));
    if (!table) return;
    this.extent = app.numbers.once(`${lane.cell}/heat`, () => this.measure(lane));
    const steps = frame.heat_steps;
    const apart = steps.length > 1 ? ((app.scene.steps - 1) / (steps.length - 1)) * geometry.wide : width;
    const hidden = app.table(lane, "hidden").data; // of the first seed: where it overflowed, no unit has a gradient
    this.at = (unit, place) => (Number.isNaN(hidden[steps[place]]) ? NaN : table.data[place * table.columns + unit]);
    const name = `Gradient of ${lane.hidden_size} units at ${steps.length} steps of the ${lane.label}.`;
    this.map.show(lane, `${name} ${frame.pace} ${frame.words}`, {
      ...{ width, height: this.tall, rows: table.columns, columns: table.rows, ...this.extent },
      at: this.at,
      shift: (geometry.wide - apart) / 2,
      stretch: apart * steps.length,
    });
  }

  // One scale for all states along training. The faintest hundredth of the values is left to the lightest shade.
  measure(/** @type {FlowLane} */ lane) {
    const { app } = this;
    const tables = app.numbers.tables(lane, "heat");
    const all = Float32Array.from(tables.flatMap(({ data }) => [...data].filter(Number.isFinite))).sort();
    return extentOf([[all[Math.floor(all.length / 100)] ?? -1, all.at(-1) ?? 0]], app.scene.floor);
  }

  draw() {
    const { geometry, step } = this.app;
    setAll(this.cursor, { x: step * geometry.wide - 1, width: geometry.wide + 2, height: this.tall + 4 });
  }

  point(/** @type {number | null} */ step) {
    const { wide } = this.app.geometry;
    this.map.hover.setAttribute("d", step === null ? "" : `M${(step + 0.5) * wide} 0v${this.tall}`);
  }

  stepAt(/** @type {MouseEvent} */ event) {
    const { geometry, scene } = this.app;
    return clamp(Math.floor(pointIn(this.map.plot, event).x / geometry.wide), 0, scene.steps - 1);
  }

  /** @param {number} unit @param {number} step @param {PointerEvent} event */
  showTip(unit, step, event) {
    const { app } = this;
    const steps = app.frame(app.lane).heat_steps;
    const place = nearest(steps, step);
    app.point(step);
    const name = `|∂L/∂${app.lane.cell === "lstm" ? "c" : "h"}|`;
    app.tip.show(event, `step ${steps[place] + 1}, unit ${unit + 1}`, [[name, tenTo(this.at(unit, place))]]);
  }
}
