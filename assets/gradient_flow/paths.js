// Two paths for the gradient of the memory: straight along it, and through the gates and the hidden state.

import { percent, tag, write } from "../shared/dom.js";
import { LogChart } from "./chart.js";
import { extentOf, partOf, tenTo } from "./logs.js";

/** @type {Record<string, string>} */
const PATH_WORDS = { lstm: "along the cell state", gru: "along the state" };

export class PathChart {
  hasDirect = false;
  /** @type {Float64Array} */ direct;
  /** @type {Float64Array} */ gated;
  /** @type {Curve[]} */ curves = [];

  constructor(/** @type {HTMLElement} */ parent, /** @type {GradientFlow} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "paths", "aria-label": "Two paths" });
    this.title = tag(this.root, "h4");
    this.sentence = tag(this.root, "p", { class: "finding" });
    const handlers = app.handlers({ title: (step) => `step ${step + 1}`, rows: (step) => this.rows(step) });
    this.chart = new LogChart(this.root, "Norms of the two paths at each step", handlers);
    this.caption = tag(this.root, "p", { class: "quiet-words" });
  }

  show() {
    const { app } = this;
    const { lane, isNarrow, geometry } = app;
    this.hasDirect = lane.cell !== "rnn";
    write(this.title, this.hasDirect ? "Two paths back through time" : "One path back through time");
    const hidden = app.table(lane, "hidden").data;
    const path = (/** @type {string} */ name) =>
      Float64Array.from(app.table(lane, name).data.subarray(0, app.scene.steps), (value, step) =>
        Number.isNaN(hidden[step]) || Number.isNaN(value) ? Infinity : value,
      );
    [this.direct, this.gated] = [path("direct"), path("gated")];
    const extent = app.numbers.once(`${lane.cell}/paths`, () => this.measure(lane));
    /** @param {Float64Array} values @param {string} kind @param {string} name */
    const curve = (values, kind, name) => {
      return { kind: `${lane.cell} ${kind}`, values, name, note: isNarrow ? "" : tenTo(values[0]) };
    };
    const gates = this.hasDirect ? "gates" : "U";
    this.curves = [curve(this.gated, "side", isNarrow ? gates : `through ${gates}`)];
    if (this.hasDirect) this.curves.unshift(curve(this.direct, "main", "direct"));
    this.chart.show({ geometry, extent, tall: 168, curves: this.curves });
    const both = `Direct: ${app.meaning("direct")} Through the gates: ${app.meaning("gated")}`;
    write(this.caption, `${app.firstSeed()}${both} They are added with signs, so the two norms need not sum to the whole.`);
    this.caption.hidden = !this.hasDirect;
  }

  measure(/** @type {FlowLane} */ lane) {
    const { numbers, scene } = this.app;
    const names = lane.cell === "rnn" ? ["gated"] : ["direct", "gated"];
    const tables = names.flatMap((name) => numbers.tables(lane, name));
    const overflow = numbers.tables(lane, "hidden").some(({ data }) => data.subarray(0, scene.steps).some(Number.isNaN));
    const extent = extentOf(
      Array.from(tables, ({ data }) => data),
      scene.floor,
    );
    return { ...extent, overflow: extent.overflow || overflow };
  }

  /** @param {number} step @returns {TipRow[]} */
  rows(step) {
    /** @type {TipRow[]} */
    const rows = [[this.hasDirect ? "through gates" : "through U", tenTo(this.gated[step])]];
    return this.hasDirect ? [["direct", tenTo(this.direct[step])], ...rows] : rows;
  }

  draw() {
    this.chart.draw(this.app.step);
    write(this.sentence, this.words());
  }

  words() {
    const { step, lane } = this.app;
    const [direct, gated] = [this.direct[step], this.gated[step]];
    if (!this.hasDirect) {
      return "The RNN has no direct path: every step back goes through U and the slope of its activation, and there is nothing to carry the gradient past them.";
    }
    if (!(direct < Infinity) || !(gated < Infinity)) return `At step ${step + 1} there is no number to compare: overflow.`;
    if (direct === -Infinity && gated === -Infinity) return `At step ${step + 1} nothing arrives, by either path.`;
    const share = partOf(direct, gated);
    return `At step ${step + 1}, ${percent(share)} of what arrives came by the direct path, ${PATH_WORDS[lane.cell]}: ${tenTo(direct)} against ${tenTo(gated)} through the gates.`;
  }
}
