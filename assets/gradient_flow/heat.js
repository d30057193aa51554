// Which units the gradient reaches: a row for each unit of the chosen cell, on the steps of the main chart.

import { pointIn, setAll, svg, tag, write } from "../shared/dom.js";
import { showLegend } from "./legend.js";
import { extentOf, nearest, tenTo } from "./logs.js";
import { paintLogs } from "./map.js";

const HEAT_HEIGHT = 132;

export class Heat {
  /** @type {Table | null} */ table = null;
  tall = 0;
  /** @type {Extent} */ extent;

  /** @param {HTMLElement} parent @param {GradientFlow} app */
  constructor(parent, app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "heat", "aria-label": "Gradient of each unit" });
    const header = tag(this.root, "header");
    this.title = tag(header, "h4");
    this.legend = tag(header, "span", { class: "legend" });
    this.caption = tag(this.root, "p", { class: "quiet-words" });
    this.frame = tag(this.root, "div", { class: "map-frame" });
    this.side = tag(this.frame, "span", { class: "rows-name" });
    this.plot = tag(this.frame, "div", { class: "map-plot live" });
    this.canvas = tag(this.plot, "canvas", { role: "img" });
    this.over = svg(this.plot, "svg", { class: "over", "aria-hidden": "true" });
    this.hover = svg(this.over, "path", { class: "hover" });
    this.cursor = svg(this.over, "rect", { class: "map-cursor", y: -2, rx: 2 });
    this.listen();
  }

  show() {
    const { app } = this;
    const { lane, geometry } = app;
    const state = lane.cell === "lstm" ? "c" : "h";
    const frame = app.frame(lane);
    const table = app.find(lane, "heat");
    this.table = table;
    const width = geometry.wide * geometry.count;
    write(this.title, `Which units it reaches: |∂L/∂${state}| of each unit`);
    write(
      this.caption,
      `${app.firstSeed()}Each row is one of the ${lane.hidden_size} units; the shades go by powers of ten.`,
    );
    this.frame.style.paddingLeft = `${geometry.left}px`;
    this.side.style.width = `${geometry.left - 10}px`;
    write(this.side, app.isNarrow ? "units" : `unit 1 … ${lane.hidden_size}`);
    this.tall = Math.max(HEAT_HEIGHT, Math.min(lane.hidden_size, 200));
    setAll(this.over, { width, height: this.tall });
    if (!table) return;
    this.extent = app.numbers.once(`${lane.cell}/heat`, () => this.measure(lane));
    const steps = frame.heat_steps;
    const apart = steps.length > 1 ? ((app.scene.steps - 1) / (steps.length - 1)) * geometry.wide : width;
    const hidden = app.table(lane, "hidden").data; // of the first seed: where it overflowed, no unit has a gradient
    const { least, most } = this.extent;
    const marks = paintLogs(this.canvas, {
      ...{ width, height: this.tall, rows: table.columns, columns: table.rows, least, most, palette: app.palette },
      at: (unit, place) => (Number.isNaN(hidden[steps[place]]) ? NaN : table.data[place * table.columns + unit]),
      shade: app.shades.gate(lane.cell),
      shift: (geometry.wide - apart) / 2,
      stretch: apart * steps.length,
    });
    this.canvas.setAttribute(
      "aria-label",
      `Gradient of ${lane.hidden_size} units at ${steps.length} steps of the ${lane.label}. ${frame.pace} ${frame.words}`,
    );
    showLegend(this.legend, { least, most, lane: lane.cell, marks });
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
    this.hover.setAttribute("d", step === null ? "" : `M${(step + 0.5) * wide} 0v${this.tall}`);
  }

  listen() {
    const { app } = this;
    const at = (/** @type {MouseEvent} */ event) => {
      const { x, y } = pointIn(this.plot, event);
      const step = Math.min(Math.max(Math.floor(x / app.geometry.wide), 0), app.scene.steps - 1);
      const unit = Math.min(Math.max(Math.floor((y / this.tall) * app.lane.hidden_size), 0), app.lane.hidden_size - 1);
      return { step, unit };
    };
    this.plot.addEventListener("pointermove", (event) => {
      const { step, unit } = at(event);
      const steps = app.frame(app.lane).heat_steps;
      const place = nearest(steps, step);
      const value = Number.isNaN(app.table(app.lane, "hidden").data[steps[place]])
        ? NaN
        : (this.table?.data[place * this.table.columns + unit] ?? NaN);
      app.point(step);
      app.tip.show(
        event,
        `step ${steps[place] + 1}, unit ${unit + 1}`,
        [[`|∂L/∂${app.lane.cell === "lstm" ? "c" : "h"}|`, tenTo(value)]],
        "",
      );
    });
    this.plot.addEventListener("pointerleave", () => app.leave());
    this.plot.addEventListener("click", (event) => app.go(at(event).step));
  }
}
