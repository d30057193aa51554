// How much the answer at each step still depends on the input at each step before.

import { lastOf, setAll, svg, tag, write } from "../shared/dom.js";
import { LogChart } from "./chart.js";
import { extentOf, nearest, tenTo } from "./logs.js";
import { LogMap } from "./map.js";

const DECADES_SHOWN = 12; // below the largest, or below 1 where they explode; fainter ones share the lightest shade
const FORGOTTEN = 3; // decades below the strongest

export class Sensitivity {
  answer = "";
  /** @type {number[]} */ steps = [];
  /** @type {Table | null} */ table = null;
  size = 0;
  cell = 0;
  /** @type {Extent} */ extent;
  place = -1;

  constructor(/** @type {HTMLElement} */ parent, /** @type {GradientFlow} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "sensitivity", "aria-label": "Which inputs each answer remembers" });
    tag(this.root, "h4", { text: "Which inputs does each answer still remember?" });
    this.sentence = tag(this.root, "p", { class: "finding" });
    const both = tag(this.root, "div", { class: "both" });
    this.figure = tag(both, "div", { class: "matrix" });
    this.legend = tag(this.figure, "span", { class: "legend" });
    this.map = new LogMap(this.figure, this.legend, app);
    this.map.plot.classList.add("matrix-plot");
    this.future = svg(this.map.over, "text", { class: "future", text: "not read yet", "text-anchor": "middle" });
    this.row = svg(this.map.over, "rect", { class: "map-cursor row", rx: 2 });
    this.column = svg(this.map.over, "rect", { class: "map-cursor column", rx: 2 });
    this.side = tag(both, "div", { class: "profile" });
    this.question = tag(this.side, "h5");
    this.reach = tag(this.side, "p");
    this.chart = new LogChart(this.side, "Sensitivity of this answer to each input", {
      point: (place, event) => this.showTip(this.placeOf(app.step), place, event),
      leave: () => this.leave(),
      pick: (place) => app.go(this.steps[place]),
    });
    this.ends = [this.figure, this.side]
      .map((parent) => tag(parent, "p", { class: "ends" }))
      .map((line) => ["first", "middle", "last"].map((kind) => tag(line, "span", { class: kind })));
    this.caption = tag(this.root, "p", { class: "quiet-words" });
    this.map.listen({
      point: (row, column, event) => this.showTip(row, column, event),
      pick: (row) => app.go(this.steps[row]),
      leave: () => this.leave(),
    });
  }

  show() {
    const { app } = this;
    const { lane } = app;
    const answer = lane.top ? "answer" : "hidden state";
    this.answer = answer;
    this.steps = app.frame(lane).sensitivity_steps;
    this.table = app.find(lane, "sensitivity");
    this.root.hidden = !this.table;
    if (!this.table) return;
    const count = this.steps.length;
    this.size = Math.min(360, this.figure.clientWidth || 360);
    this.cell = this.size / count;
    this.extent = app.numbers.once(`${lane.cell}/sensitivity`, () => this.measure(lane));
    const { most } = this.extent;
    const least = Math.max(this.extent.least, Math.min(most, 0) - DECADES_SHOWN);
    this.map.show(lane, `Sensitivity of the ${answer} at each step to the input at each step before.`, {
      ...{ width: this.size, height: this.size, rows: count, columns: count, least, most },
      at: (row, column) => (column > row ? undefined : this.at(row, column)),
    });
    setAll(this.future, { x: this.size * 0.7, y: this.size * 0.28 });
    this.future.style.display = count > 3 ? "" : "none";
    const right = 62;
    const room = Math.max(160, this.side.clientWidth - right - 4);
    const curve = { kind: `${lane.cell} main`, values: this.profileOf(count - 1) };
    const extent = { ...this.extent, overflow: this.extent.overflow || app.lostFrom < Infinity };
    this.chart.show({ geometry: { left: 2, wide: room / count, count, right }, extent, tall: 290, curves: [curve] });
    this.showEnds();
    const left = count < app.scene.steps ? ` ${count} of ${app.scene.steps} steps are shown.` : "";
    write(this.caption, `${app.firstSeed()}${app.meaning("sensitivity")} Of the ${answer} the norm is taken.${left}`);
    this.place = -1;
  }

  showEnds() {
    const [first, last] = [this.steps[0] + 1, lastOf(this.steps) + 1];
    this.ends.forEach((parts, side) => {
      const words =
        first === last ? ["", "", ""] : [`input ${first}`, side ? "" : "across: inputs · down: answers", `${last}`];
      words.forEach((text, part) => write(parts[part], text));
    });
  }

  at(/** @type {number} */ row, /** @type {number} */ column) {
    if (this.steps[row] >= this.app.lostFrom) return NaN;
    return this.table ? this.table.data[row * this.table.columns + column] : NaN;
  }

  measure(/** @type {FlowLane} */ lane) {
    const known = this.app.numbers
      .tables(lane, "sensitivity")
      .flatMap(({ rows, columns, data }) =>
        Array.from({ length: rows }, (_, row) => data.subarray(row * columns, row * columns + row + 1)),
      );
    return extentOf(known, this.app.scene.floor);
  }

  placeOf(/** @type {number} */ step) {
    return nearest(this.steps, step);
  }

  profileOf(/** @type {number} */ row) {
    return Float32Array.from({ length: row + 1 }, (_, column) => this.at(row, column));
  }

  draw() {
    if (!this.table) return;
    const place = this.placeOf(this.app.step);
    if (place === this.place) return;
    this.place = place;
    const [from, wide] = [place * this.cell - 1, this.cell + 2];
    setAll(this.row, { x: -1, y: from, width: (place + 1) * this.cell + 2, height: wide });
    setAll(this.column, { x: from, y: from, width: wide, height: this.size - place * this.cell + 2 });
    const [curve] = this.chart.curves;
    curve.values = this.profileOf(place);
    curve.line?.setAttribute("d", this.chart.path(curve.values));
    this.chart.draw(place);
    write(this.question, `What the ${this.answer} at step ${this.steps[place] + 1} remembers`);
    write(this.reach, this.reachOf(place));
    write(this.sentence, this.words(this.steps.length - 1, place));
  }

  words(/** @type {number} */ row, /** @type {number} */ column) {
    const [later, earlier] = [this.steps[row] + 1, this.steps[column] + 1];
    const value = this.at(row, column);
    if (Number.isNaN(value))
      return `How much the ${this.answer} at step ${later} depends on the input at step ${earlier} is no longer a number.`;
    if (value === -Infinity)
      return `The ${this.answer} at step ${later} does not depend on the input at step ${earlier} at all: exactly 0.`;
    return `The ${this.answer} at step ${later} changes by ${tenTo(value)} per unit of the input at step ${earlier}.`;
  }

  /** How far back an answer reaches before an input counts a thousandth of the strongest. @param {number} place */
  reachOf(place) {
    const profile = this.profileOf(place);
    if (profile.every(Number.isNaN)) return "Overflow: this answer is no longer a number.";
    let most = -Infinity;
    for (const value of profile) if (value > most) most = value;
    if (most === -Infinity) return "None of the inputs: it depends on nothing it has read.";
    const first = profile.findIndex((value) => value > most - FORGOTTEN);
    if (first === 0) return "All inputs back to the first: none counts less than a thousandth of the strongest.";
    return `Inputs from step ${this.steps[first] + 1} on. All before it count less than a thousandth of the strongest.`;
  }

  /** @param {number} row @param {number} column @param {PointerEvent} event */
  showTip(row, column, event) {
    if (column > row) return this.leave();
    const x = (column + 0.5) * this.cell;
    const y = (row + 0.5) * this.cell;
    this.map.hover.setAttribute("d", `M0 ${y}H${x}V${this.size}`);
    this.chart.point(column);
    const { tokens, numbered } = this.app.scene;
    const named = (/** @type {number} */ step) => (numbered ? `${step + 1}` : `${step + 1} (${tokens[step]})`);
    const title = `answer ${named(this.steps[row])}, input ${named(this.steps[column])}`;
    this.app.tip.show(event, title, [["sensitivity", tenTo(this.at(row, column))]], this.words(row, column));
  }

  leave() {
    this.map.hover.setAttribute("d", "");
    this.chart.point(null);
    this.app.leave();
  }
}
