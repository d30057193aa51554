// The main chart: how large the gradient still is at each step, for every cell.

import { Switch, addStepper } from "../shared/controls.js";
import { clamp, svg, tag, write } from "../shared/dom.js";
import { Axis } from "../shared/axis.js";
import { LogChart, addSwatch } from "./chart.js";
import { tenTo } from "./logs.js";
import { namesOf } from "./numbers.js";

/** @typedef {Curve & { state: string, values: Float64Array }} NormCurve */

const FLOAT32 = Math.log10(1.4e-45);
const HEAD = 46;
const WAY_WORDS = ["the gradient travels this way", "the gradient’s way", "gradient"];
const FLOAT32_WORDS = ["1.4·10⁻⁴⁵: below this float32 has only zero", "float32 ends here"];

export class Course {
  /** @type {NormCurve[]} */ curves = [];
  where = tag(null, "strong", { class: "where" });
  /** @type {HTMLElement[]} */ values = [];

  constructor(/** @type {HTMLElement} */ parent, /** @type {GradientFlow} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "course", "aria-label": "Size of the gradient at each step" });
    const header = tag(this.root, "header");
    tag(header, "h3", { text: "How much of the gradient is left at each step" });
    this.views = new Switch(header, "Measured as", (view) => app.chooseView(view === "size" ? "size" : "share"));
    this.caption = tag(this.root, "p", { class: "quiet-words" });
    this.readout = tag(this.root, "div", { class: "readout" });
    const name = "Norm of the gradient at each step, one line for each cell: ← → step, Home, End, ↑ ↓ cell";
    const handlers = app.handlers({ title: (step) => this.title(step), rows: (step) => this.rows(step) });
    this.chart = new LogChart(this.root, name, handlers, { role: "application", tabindex: 0 });
    this.refs = svg(null, "g", { class: "refs" });
    this.chart.svg.insertBefore(this.refs, this.chart.lines);
    this.tips = svg(this.chart.svg, "g", { class: "head" });
    this.foot = tag(this.root, "div", { class: "foot" });
    this.axis = new Axis(this.foot, "steps");
    tag(this.foot, "p", { class: "reading", text: "the cell reads this way →" });
  }

  show() {
    const { app } = this;
    const relative = `relative to the ${app.numbers.isTop ? "loss" : "last step"}`;
    const titles = [
      "The norm of the gradient as it is.",
      "Each line divided by its own value where the loss sits: all start at 1.",
    ];
    this.views.show({ size: "as it is", share: relative }, app.view);
    [...this.views.buttons.values()].forEach((button, place) => (button.title = titles[place]));
    const many = app.scene.lanes[0].readers > 1;
    const seeds = many ? ` Lines: median of ${app.scene.lanes[0].readers} seeds; bands: all of them.` : "";
    const all =
      app.numbers.lossSteps.length > 1 && app.numbers.isTop
        ? " Every loss adds its own: how far back a single one reaches is seen from the paths and the maps below."
        : "";
    const norm = `The norm of the loss’s gradient by each cell’s state, on a scale of powers of ten: a straight line is a constant factor per step.`;
    write(this.caption, norm + seeds + all);
    const curves = app.scene.lanes.flatMap((lane) => this.curvesOf(lane));
    this.curves = curves;
    const { geometry, isNarrow } = app;
    const extent = app.numbers.extent(app.view);
    this.chart.show({ geometry, extent, tall: isNarrow ? 330 : 400, head: HEAD, foot: 8, curves });
    this.chart.svg.append(this.tips);
    this.showRefs();
    this.showHead();
    this.showAxis();
    this.showReadout();
  }

  /** @param {FlowLane} lane @returns {NormCurve[]} */
  curvesOf(lane) {
    const chosen = lane.cell === this.app.laneName ? " chosen" : "";
    return namesOf(lane).map((name, place) => {
      const { low, median, high } = this.app.norms(lane, name);
      const state = name === "cell" ? "c" : "h";
      const kind = `${lane.cell} ${place ? "side" : "main"}${chosen}`;
      const note = this.app.isNarrow ? state : `∂L/∂${state} ${tenTo(median[0])}`;
      const band = place === 0 && lane.readers > 1 ? { low, high } : {};
      return { kind, values: median, ...band, name: lane.label, note, state };
    });
  }

  showRefs() {
    const { app, chart } = this;
    this.refs.replaceChildren();
    const { least, most } = chart.extent;
    const level = (/** @type {FlowLane} */ lane) => app.norms(lane, "hidden").median[app.numbers.lossStep];
    const whose = app.numbers.levelsAgree(app.scene.lanes.map(level)) ? "" : ` (${app.lane.label})`;
    this.reference(level(app.lane), `as large as at the ${app.numbers.isTop ? "loss" : "last step"}${whose}`);
    if (least < FLOAT32 + 6 && most > FLOAT32) this.reference(FLOAT32, FLOAT32_WORDS[app.isNarrow ? 1 : 0], true);
    if (least < app.scene.floor + 20) this.reference(app.scene.floor, "the floor: smaller ones are drawn here", true);
    chart.svg.insertBefore(this.refs, chart.lines);
  }

  // The lines start at the upper right or leave to the left: names of lower lines are safe at the right.
  reference(/** @type {number} */ level, /** @type {string} */ words, isRight = false) {
    if (!Number.isFinite(level)) return;
    const { chart } = this;
    const y = chart.y(level);
    const x = isRight ? chart.end - 14 : chart.geometry.left + 8;
    svg(this.refs, "path", { class: "reference", d: `M${chart.geometry.left} ${y}H${chart.end}` });
    const room = words.length * 6.6;
    const [from, to] = isRight ? [x - room, x] : [x, x + room];
    const aside = this.isFree(from, to, y - 19, y - 3) || !this.isFree(from, to, y + 3, y + 19) ? -6 : 15;
    svg(this.refs, "text", { x, y: y + aside, text: words, "text-anchor": isRight ? "end" : "start" });
  }

  // Whether no line passes between two heights.
  /** @param {number} from @param {number} to @param {number} top @param {number} bottom */
  isFree(from, to, top, bottom) {
    const { chart } = this;
    return !this.curves.some(({ values }) =>
      values.some((value, step) => {
        const x = chart.x(step);
        return x > from && x < to && chart.y(value) > top && chart.y(value) < bottom;
      }),
    );
  }

  // Where the loss sits, and which way its gradient goes.
  showHead() {
    const { app, chart } = this;
    const { lossSteps, lossStep, isTop } = app.numbers;
    this.tips.replaceChildren();
    const [one, all] = isTop ? ["loss", "a loss at each ▼"] : ["enters here", "enters from the layer above at each ▼"];
    const words = lossSteps.length === 1 ? one : app.isNarrow ? "loss at ▼" : all;
    const half = words.length * 3.7 + 9;
    const x = clamp(chart.x(lossStep), chart.geometry.left + half, chart.end - half);
    svg(this.tips, "rect", { class: "badge", x: x - half, y: 2, width: 2 * half, height: 22, rx: 6 });
    svg(this.tips, "text", { class: "badge-words", x, y: 17.5, "text-anchor": "middle", text: words });
    if (lossSteps.length === 1)
      svg(this.tips, "path", { class: "loss-line", d: `M${chart.x(lossStep)} 24V${chart.bottom}` });
    else {
      const size = clamp(chart.geometry.wide / 2.4, 0.6, 4);
      const marks = lossSteps.map((step) => `M${chart.x(step) - size} ${HEAD - 12}h${2 * size}l${-size} 6z`);
      svg(this.tips, "path", { class: "loss-mark", d: marks.join("") });
    }
    this.showWay(x - half - 8);
  }

  showWay(/** @type {number} */ from) {
    const { left } = this.chart.geometry;
    if (from - left < 30) return;
    const roomOf = (/** @type {string} */ words) => words.length * 6.8 + 20;
    const text = WAY_WORDS.find((words) => from - left > roomOf(words) + 50);
    const [middle, half] = [(left + from) / 2, roomOf(text ?? "") / 2];
    const line = text ? `M${from} 13H${middle + half}M${middle - half} 13H${left + 4}` : `M${from} 13H${left + 4}`;
    svg(this.tips, "path", { class: "arrow", d: line });
    svg(this.tips, "path", { class: "arrow-tip", d: `M${left} 13l9 -5v10z` });
    if (text) svg(this.tips, "text", { class: "way", x: middle, y: 17.5, "text-anchor": "middle", text });
  }

  showAxis() {
    const { scene, geometry } = this.app;
    this.foot.style.paddingLeft = `${geometry.left}px`;
    this.foot.style.width = `${geometry.wide * geometry.count}px`;
    this.axis.show(scene.tokens, geometry.wide, 12);
    this.axis.written.reduceRight((next, word) => {
      if (next.x - word.x >= next.half + word.half + 4) return word;
      word.element.remove();
      return next;
    });
  }

  showReadout() {
    this.readout.replaceChildren();
    addStepper(this.readout, ["Step back (←)", "Step on (→)"], (way) => this.app.go(this.app.step + way), this.where);
    this.values = this.curves.map(({ kind, name, state }) => {
      const item = tag(this.readout, "span", { class: `value ${kind}`, title: this.meaning(state) });
      addSwatch(item, kind);
      tag(item, "span", { text: `${name} ∂L/∂${state}` });
      return tag(item, "b");
    });
  }

  meaning(/** @type {string} */ state) {
    return `∂L/∂${state}, as the norm over all units. ${this.app.meaning(state === "c" ? "cell_state_grad" : "hidden_state_grad")}`;
  }

  title(/** @type {number} */ step) {
    const { scene } = this.app;
    return scene.numbered ? `step ${step + 1}` : `step ${step + 1}: ${scene.tokens[step]}`;
  }

  /** @param {number} step @returns {TipRow[]} */
  rows(step) {
    return this.curves.map(({ name, state, values, low, high }) => {
      const range =
        low && high && tenTo(low[step]) !== tenTo(high[step]) ? `  (${tenTo(low[step])} to ${tenTo(high[step])})` : "";
      return [`${name} ∂L/∂${state}`, tenTo(values[step]) + range];
    });
  }

  draw() {
    const { step, scene } = this.app;
    const title = this.title(step);
    write(this.where, scene.numbered ? `Step ${step + 1} of ${scene.steps}` : `S${title.slice(1)}`);
    this.curves.forEach(({ values }, place) => write(this.values[place], tenTo(values[step])));
    this.chart.draw(step);
    this.axis.draw(step);
  }

  words() {
    const { step, scene } = this.app;
    const said = this.rows(step).map(([name, value]) => `${name} ${value}`);
    return `Step ${step + 1} of ${scene.steps}. ${said.join(", ")}.`;
  }
}
