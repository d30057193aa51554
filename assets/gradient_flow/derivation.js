// Why it fades: one step back, written out for the chosen cell with the numbers of the step stood on.

import { number, tag, write } from "../shared/dom.js";
import { lowered, raised, tenTo, times } from "./logs.js";

/** @typedef {[name: string, value: string, kind?: string]} Line */

/** @type {Record<Cell, (before: string, now: string, slope: string) => [left: string, right: string]>} */
const FORMULAS = {
  rnn: (before, now, slope) => [`∂L/∂h${before}`, `Uᵀ · ( ${slope}′(a${now}) ⊙ ∂L/∂h${now} )`],
  lstm: (before, now) => [`∂L/∂c${before}`, `f${now} ⊙ ∂L/∂c${now}  +  what comes back through the gates`],
  gru: (before, now) => [`∂L/∂h${before}`, `z${now} ⊙ ∂L/∂h${now}  +  what comes back through the gates`],
};
const REASONS = {
  rnn: "Every step back multiplies by the same U and by a slope of at most 1. Where the factor is below 1 the product vanishes, where it is above 1 it explodes; only exactly 1 would hold.",
  lstm: "On this path no weight matrix and no tanh′ stands between two steps: only f, a number from 0 to 1 that every unit sets anew at every step. At f = 1 the gradient passes unchanged.",
  gru: "On this path only z stands between two steps, a number from 0 to 1 that every unit sets anew at every step. At z = 1 the gradient passes unchanged; but whatever is kept is not overwritten either.",
};

const written = (/** @type {number} */ value, lead = "") => (Number.isNaN(value) ? "overflow" : lead + number(value));

export class Derivation {
  /** @type {Float32Array} */ memory;

  constructor(/** @type {HTMLElement} */ parent, /** @type {GradientFlow} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "derivation", "aria-label": "One step back, with numbers" });
    this.title = tag(this.root, "h4");
    this.formula = tag(this.root, "p", { class: "formula" });
    this.left = tag(this.formula, "b");
    this.right = tag(this.formula, "span");
    this.list = tag(this.root, "dl");
    this.lines = Array.from({ length: 6 }, () => {
      const line = tag(this.list, "div");
      return { line, name: tag(line, "dt"), value: tag(line, "dd") };
    });
    this.reason = tag(this.root, "p", { class: "reason" });
    this.arithmetic = tag(this.root, "p", { class: "finding" });
  }

  show() {
    write(this.reason, REASONS[this.app.lane.cell]);
    this.memory = this.app.table(this.app.lane, this.app.lane.cell === "lstm" ? "cell" : "hidden").data;
  }

  at(/** @type {string} */ name, /** @type {number} */ step) {
    if (step >= this.app.lostFrom) return NaN;
    return this.app.find(this.app.lane, name)?.data[step] ?? NaN;
  }

  draw() {
    const { app } = this;
    const { step, lane } = app;
    const isFirst = step === 0;
    write(this.title, isFirst ? "Step 1: nothing is before it" : `One step back: from step ${step + 1} to step ${step}`);
    const slope = lane.activation || "tanh";
    const [left, right] = FORMULAS[lane.cell](lowered(step), lowered(step + 1), slope);
    const own = app.numbers.lossSteps.includes(step - 1)
      ? `  +  what ${app.numbers.isTop ? "the loss" : "the layer above"} adds at step ${step}`
      : "";
    write(this.left, left);
    write(this.right, ` = ${right}${own}`);
    this.formula.hidden = isFirst;
    const rows = lane.cell === "rnn" ? this.ofRnn(step, slope) : this.ofGated(step);
    this.lines.forEach(({ line, name, value }, place) => {
      line.hidden = !rows[place];
      if (!rows[place]) return;
      write(name, rows[place][0]);
      write(value, rows[place][1]);
      line.className = rows[place][2] ?? "";
    });
    write(this.arithmetic, this.product());
  }

  /** @param {number} step @param {string} slope @returns {Line[]} */
  ofRnn(step, slope) {
    const { stretches, radii } = this.app.frame(this.app.lane);
    const mean = this.at("slope", step);
    const meaning = slope === "relu" ? "share of units that are on: mean relu′" : "mean slope tanh′ over the units";
    return [
      [`${meaning}, at step ${step + 1}`, written(mean)],
      ["largest stretch of U (its largest singular value)", number(stretches.candidate)],
      ["largest |eigenvalue| of U: what many steps tend to", number(radii.candidate)],
      ["so one step gives at most: stretch × 1, for no slope is above 1", `× ${number(stretches.candidate)}`],
      ...this.measured(step, "h"),
    ];
  }

  /** @param {number} step @returns {Line[]} */
  ofGated(step) {
    const isLstm = this.app.lane.cell === "lstm";
    const [gate, state] = isLstm ? ["forget gate f", "c"] : ["update gate z", "h"];
    const isLast = step === this.app.scene.steps - 1;
    const rest = isLast
      ? "product to the end: nothing stands behind the last step"
      : `product of ${gate.at(-1)} from step ${step + 2} to the end, in the mean unit`;
    return [
      [`mean ${gate} at step ${step + 1}: what one step back keeps`, written(this.at("carry", step), "× ")],
      [rest, this.app.lostFrom < Infinity ? "overflow" : `× ${tenTo(this.at("carry_product", step))}`],
      ...this.measured(step, state),
    ];
  }

  // What the walk back really gave, all paths together; of the first seed, as all numbers here.
  /** @param {number} step @param {string} state @returns {Line[]} */
  measured(step, state) {
    const { lossStep, lossSteps } = this.app.numbers;
    const norm = (/** @type {number} */ place) => `‖∂L/∂${state}${lowered(place + 1)}‖`;
    const adds = lossSteps.includes(step - 1) ? ", with what is added there" : "";
    const way = lossSteps.length > 1 ? "with all that is added on the way" : "all the way from the loss";
    /** @type {(words: string, from: number, to: number) => Line} */
    const line = (words, from, to) => [
      `measured, ${words}: ${norm(to)} ÷ ${norm(from)}`,
      times(this.memory[from], this.memory[to]),
      "measured",
    ];
    const one = step ? [line(`one step back${adds}`, step, step - 1)] : [];
    return step >= lossStep ? one : [...one, line(way, lossStep, step)];
  }

  // The same factor again and again: the whole lesson in one product.
  product() {
    const { app } = this;
    const { median } = app.frame(app.lane).factor;
    const back = app.numbers.lossStep - app.step;
    if (median === null || back < 2 || app.numbers.lossSteps.length > 1) return "";
    if (median === 0) return "One factor of 0, and nothing is left of the whole product.";
    const whole = tenTo(back * Math.log10(median));
    const words = median > 0.01 && median < 100 ? median.toPrecision(5) : number(median);
    return `Over this sequence one step back gives × ${words} on average. ${back} of them: ${words}${raised(back)} = ${whole}.`;
  }
}
