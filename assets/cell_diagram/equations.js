// The selected unit: the equation of each phase with the numbers of now in place, and its ledger as a waterfall.

import { addButton, addStepper } from "../shared/controls.js";
import { factor, htmlSymbol, number, setAll, sum, svg, tag, write } from "../shared/dom.js";

/** @typedef {(name: string) => number} Get */

/** @typedef {{ phase: string, of: string, formula: string, numbers: (get: Get, bias: Get) => string }} LaneEquation */

export class UnitPanel {
  /** @type {{ root: HTMLElement, numbers: HTMLElement, equation: LaneEquation }[]} */ rows;

  constructor(/** @type {HTMLElement} */ parent, /** @type {CellDiagram} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "unit", "aria-label": "The selected unit" });
    this.head = tag(this.root, "header");
    this.title = tag(this.head, "h3");
    addStepper(this.head, ["Unit before ([)", "Next unit (])"], (way) => app.choose(app.unit + way));
    this.silence = addButton(this.head, { class: "quiet" }, () => this.toggleSilence());
    this.lines = tag(this.root, "div", { class: "equations" });
  }

  show() {
    const { lane } = this.app;
    this.lines.replaceChildren();
    this.rows = EQUATIONS[lane.cell].map((equation) => this.line(equation, lane));
  }

  line(/** @type {LaneEquation} */ equation, /** @type {StepLane} */ lane) {
    const root = tag(this.lines, "div", { class: "line", "data-phase": equation.phase });
    const [name, body] = [tag(root, "span", { class: `name ${equation.of}` }), tag(root, "div", { class: "body" })];
    const { symbol, label, meaning } = this.app.term(equation.of);
    htmlSymbol(name, symbol);
    name.title = `${label}. ${meaning}`;
    tag(body, "span", { class: "formula", text: equation.formula });
    const numbers = tag(body, "span", { class: "numbers" });
    if (equation !== PREDICTION && !this.app.scene.fixed) {
      const attributes = { class: "quiet", text: "hold…", "aria-label": `Hold the ${label.toLowerCase()}` };
      const button = addButton(root, attributes, () => this.app.holding.open(lane, equation.of, this.app.unit, button));
    }
    return { root, numbers, equation };
  }

  toggleSilence() {
    const { cell } = this.app.lane;
    const words = `${cell}.off.${this.app.unit + 1}`;
    if (this.app.hasChange(words)) this.app.drop(words);
    else this.app.add(words);
  }

  draw() {
    const { app } = this;
    const lane = app.lane;
    write(this.title, `${lane.label}, unit ${app.unit + 1} of ${lane.hidden_size}`);
    this.silence.hidden = app.scene.fixed;
    write(this.silence, app.hasChange(`${lane.cell}.off.${app.unit + 1}`) ? "let it speak again" : "silence this unit");
    const get = (/** @type {string} */ name) => app.scene.value(lane.cell, name, app.step, app.unit, lane.changed);
    const bias = (/** @type {string} */ name) => lane.biases[name]?.[app.unit] ?? 0;
    for (const { root, numbers, equation } of this.rows) {
      const value = number(get(equation.of));
      const result = app.isHeld(equation.of) ? `, but held: ${value}` : ` = ${value}`; // what is held is not what was computed
      const isLast = equation === PREDICTION;
      write(numbers, isLast ? app.contribution(get("hidden_state")) : equation.numbers(get, bias) + result);
      root.classList.toggle("back", !app.inPhase([equation.phase]));
    }
  }
}

/** @type {(...parts: [phase: string, of: string, formula: string, numbers: LaneEquation["numbers"]]) => LaneEquation} */
const equation = (phase, of, formula, numbers) => ({ phase, of, formula, numbers });

/** A layer of weights; `of` is what comes of it. @param {string} phase @param {string} of @param {string} squeeze */
const layer = (phase, of, squeeze, gate = of) =>
  equation(phase, of, `= ${squeeze}(W·x + U·h′ + b)`, (get, bias) => {
    const parts = sum(get(`${gate}_input`), get(`${gate}_recurrent`), bias(gate));
    return `= ${squeeze}(${parts}) = ${squeeze}(${number(get(`${gate}_pre`))})`;
  });

/** @type {(get: Get, one: string, other: string) => string} */
const product = (get, one, other) => `${factor(get(one))}·${factor(get(other))}`;

const PREDICTION = equation("predict", "hidden_state", "→ V·h", () => "");

/** @type {Record<Cell, LaneEquation[]>} */
const EQUATIONS = {
  lstm: [
    layer("forget", "forget_gate", "σ"),
    layer("write", "input_gate", "σ"),
    layer("write", "candidate", "tanh"),
    equation("update", "cell_state", "= f·c′ + i·g", (get) => {
      const parts = `${product(get, "forget_gate", "cell_state_prev")} + ${product(get, "input_gate", "candidate")}`;
      return `= ${parts} = ${sum(get("kept"), get("written"))}`;
    }),
    layer("expose", "output_gate", "σ"),
    equation("expose", "hidden_state", "= o·tanh(c)", (get) => `= ${product(get, "output_gate", "cell_tanh")}`),
    PREDICTION,
  ],
  gru: [
    layer("forget", "update_gate", "σ"),
    layer("write", "reset_gate", "σ"),
    equation("write", "candidate", "= tanh(W·x + b + r·(U·h′ + b′))", (get, bias) => {
      const input = sum(get("candidate_input"), bias("candidate"));
      const recurrent = sum(get("candidate_recurrent"), bias("candidate_recurrent"));
      return `= tanh(${input} + ${factor(get("reset_gate"))}·(${recurrent})) = tanh(${number(get("candidate_pre"))})`;
    }),
    equation("update", "hidden_state", "= z·h′ + (1 − z)·g", (get) => {
      const written = `${factor(1 - get("update_gate"))}·${factor(get("candidate"))}`;
      const parts = `${product(get, "update_gate", "hidden_state_prev")} + ${written}`;
      return `= ${parts} = ${sum(get("kept"), get("written"))}`;
    }),
    PREDICTION,
  ],
  rnn: [layer("write", "hidden_state", "tanh", "candidate"), PREDICTION],
};

const BARS = [
  ["before", "before"],
  ["lost", "lost"],
  ["kept", "kept"],
  ["written", "written"],
  ["held", "held"],
  ["now", "now"],
  ["exposed", "shown"],
];

export class Waterfall {
  constructor(/** @type {HTMLElement} */ parent, /** @type {CellDiagram} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "waterfall", "aria-label": "Where the unit's content came from and went" });
    tag(this.root, "h4", { text: "Its ledger at this step" });
    this.svg = svg(this.root, "svg", { role: "img", viewBox: "0 0 336 190" });
    this.zero = svg(this.svg, "path", { class: "zero" });
    this.bars = BARS.map(([name, label], place) => {
      const group = svg(this.svg, "g");
      const rect = svg(group, "rect", { class: name, x: 4 + place * 48, width: 38 });
      const [value, power] = [0, 1].map(() =>
        svg(group, "text", { class: "value", x: 23 + place * 48, "text-anchor": "middle" }),
      );
      svg(group, "text", { class: "word", x: 23 + place * 48, y: 184, "text-anchor": "middle", text: label });
      return { name, group, rect, value, power };
    });
  }

  draw() {
    const { app } = this;
    const lane = app.lane;
    const get = (/** @type {string} */ name) => app.scene.value(lane.cell, name, app.step, app.unit, lane.changed);
    const [kept, lost, written] = ["kept", "lost", "written"].map(get);
    const now = get(lane.memory);
    const before = get(`${lane.memory}_prev`);
    /** @type {Record<string, [from: number, to: number]>} */
    const spans = {
      before: [0, before],
      lost: [before, before - lost],
      kept: [0, kept],
      written: [kept, kept + written],
      held: [kept + written, now],
      now: [0, now],
      exposed: [0, get("exposed")],
    };
    const held = Math.abs(now - kept - written) > 1e-5 ? now - kept - written : 0;
    /** @type {Record<string, number>} */
    const values = { before, lost, kept, written, held, now, exposed: get("exposed") };
    const ends = Object.values(spans).flat();
    const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
    const room = high - low || 1;
    const y = (/** @type {number} */ value) => 36 + (122 * (high - value)) / room;
    this.zero.setAttribute("d", `M0 ${y(0)}H336`);
    for (const { name, group, rect, value, power } of this.bars) {
      if (name === "held") group.style.visibility = held ? "visible" : "hidden"; // what a hand put there, or took away
      const [from, to] = spans[name].map(y);
      setAll(rect, { y: Math.min(from, to), height: Math.max(1.5, Math.abs(from - to)) });
      const [digits, tens] = number(values[name]).split("·"); // powers of ten are wider than a bar
      const foot = Math.min(from, to) - 5;
      setAll(value, { y: tens ? foot - 15 : foot });
      setAll(power, { y: foot });
      write(value, digits);
      write(power, tens ? `·${tens}` : "");
    }
    this.svg.setAttribute("aria-label", BARS.map(([name, label]) => `${label} ${number(values[name])}`).join(", "));
  }
}
