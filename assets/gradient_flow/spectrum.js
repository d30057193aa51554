// In how many directions something comes through: the singular values of ∂h_T/∂h_t.

import { svg, tag, write } from "../shared/dom.js";
import { LogChart } from "./chart.js";
import { extentOf, lowered, nearest, tenTo } from "./logs.js";

export class Spectrum {
  /** @type {number[]} */ steps = [];
  isLost = false;
  /** @type {Table | null} */ table = null;
  place = -1;
  /** @type {Float32Array | Float64Array} */ values;
  /** @type {SVGElement} */ stems;

  constructor(/** @type {HTMLElement} */ parent, /** @type {GradientFlow} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "spectrum", "aria-label": "Singular values" });
    this.title = tag(this.root, "h4");
    this.sentence = tag(this.root, "p", { class: "finding" });
    this.chart = new LogChart(this.root, "Singular values, largest first", {
      point: (rank, event) => this.showTip(rank, event),
      leave: () => app.leave(),
    });
    this.caption = tag(this.root, "p", { class: "quiet-words" });
  }

  show() {
    const { app } = this;
    const { lane } = app;
    this.steps = app.frame(lane).spectrum_steps;
    this.isLost = app.lostFrom < Infinity;
    this.table = this.steps.length && !this.isLost ? app.find(lane, "spectra") : null;
    this.chart.root.hidden = !this.table;
    this.place = -1;
    const fixed = " The cell state at step t is held fixed: what travels along it alone is not in here.";
    write(this.caption, app.meaning("spectrum") + (lane.cell === "lstm" ? fixed : ""));
    if (!this.table) return;
    const { columns } = this.table;
    const extent = app.numbers.once(`${lane.cell}/spectra`, () => this.measure(lane));
    const right = 62;
    const room = Math.max(160, this.root.clientWidth - right - 4);
    this.values = new Float64Array(columns);
    this.chart.show({ geometry: { left: 2, wide: room / columns, count: columns, right }, extent, tall: 190, curves: [] });
    const thick = Math.max(1.5, Math.min(8, (room / columns) * 0.62));
    this.stems = svg(this.chart.lines, "path", { class: `stems ${lane.cell}`, style: `stroke-width: ${thick}px` });
  }

  measure(/** @type {FlowLane} */ lane) {
    const tables = this.app.numbers.tables(lane, "spectra");
    const extent = extentOf(
      Array.from(tables, ({ data }) => data),
      this.app.scene.floor,
    );
    return { ...extent, most: Math.max(extent.most, 0) };
  }

  draw() {
    const { app } = this;
    if (!this.table) {
      const { hidden_size: units } = app.lane;
      const lost = `Overflow at step ${app.lostFrom + 1}: from there to the end nothing is a number, so there is no Jacobian.`;
      const slow = `Left out: with ${units} units and ${app.scene.steps} steps the Jacobians would take too long.`;
      write(this.title, "Directions that come through");
      write(this.sentence, this.isLost ? lost : slow);
      return;
    }
    const place = nearest(this.steps, app.step);
    if (place === this.place) return;
    this.place = place;
    const { columns, data } = this.table;
    this.values = data.subarray(place * columns, (place + 1) * columns);
    const foot = this.chart.bottom + (this.chart.extent.zero ? 20 : 0);
    const stems = Array.from(this.values, (value, rank) => {
      const x = this.chart.x(rank).toFixed(1);
      return value === -Infinity ? `M${x} ${foot - 10}v1` : `M${x} ${this.chart.bottom}V${this.chart.y(value).toFixed(1)}`;
    });
    this.stems.setAttribute("d", stems.join(""));
    const [last, step] = [app.scene.steps, this.steps[place] + 1];
    write(this.title, `Directions that come through: ∂h${lowered(last)}/∂h${lowered(step)}`);
    write(this.sentence, this.finding(step, last));
  }

  finding(/** @type {number} */ step, /** @type {number} */ last) {
    const largest = this.values[0];
    const count = this.values.length;
    if (step === last) return "At the last step nothing lies between: every direction comes through whole.";
    if (Number.isNaN(largest)) return "Overflow: the product of the steps between is no longer a number.";
    if (largest === -Infinity)
      return `All ${count} are exactly 0: whatever direction the loss takes, nothing comes through.`;
    const held = this.app.lane.cell === "lstm" ? ", by way of the hidden state alone" : "";
    const words = `The largest of ${count} is ${tenTo(largest)}${held}:`;
    return largest > 0.3
      ? `${words} in one direction the gradient grows that much on its way to step ${step}.`
      : `${words} whatever direction the loss takes, no more than this comes through to step ${step}.`;
  }

  showTip(/** @type {number} */ rank, /** @type {PointerEvent} */ event) {
    if (!this.table) return;
    const title = `direction ${rank + 1} of ${this.values.length}`;
    this.app.tip.show(event, title, [["comes through by", `× ${tenTo(this.values[rank])}`]]);
  }
}
