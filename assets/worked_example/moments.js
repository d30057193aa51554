// The moments of the example, one after the other, and one sentence about each with the numbers of now.

import { addButton } from "../shared/controls.js";
import { setAll, tag, write } from "../shared/dom.js";

/** @type {Record<Cell, string[]>} */
const ORDERS = {
  lstm: ["all", "concatenate", "weigh", "add", "squash", "gates", "cell", "hidden"],
  gru: ["all", "concatenate", "weigh", "add", "squash", "gates", "hidden"],
  rnn: ["all", "concatenate", "weigh", "add", "squash", "hidden"],
};
/** @type {Record<string, string>} */
const NAMES = {
  all: "everything",
  concatenate: "concatenate",
  weigh: "weigh",
  add: "add the bias",
  squash: "squash",
  gates: "every gate",
  cell: "cell state",
  hidden: "hidden state",
};

export class Moments {
  /** @type {Cell | undefined} */ cell;
  /** @type {{ moment: string, button: HTMLElement }[]} */ buttons = [];

  constructor(/** @type {HTMLElement} */ parent, /** @type {WorkedExample} */ app) {
    this.app = app;
    this.root = tag(parent, "div", { class: "moments" });
    this.back = addButton(this.root, { class: "turn", text: "‹ Back" }, () => app.go(-1));
    this.row = tag(this.root, "ol", { class: "row", "aria-label": "Moments" });
    this.next = addButton(this.root, { class: "turn main", text: "Next ›" }, () => app.go(1));
    this.sentence = tag(parent, "p", { class: "sentence", "aria-live": "polite" });
  }

  get order() {
    return ORDERS[this.app.scene.cell];
  }

  build() {
    this.cell = this.app.scene.cell;
    this.row.replaceChildren();
    this.buttons = this.order.map((moment, place) => {
      const text = place ? `${place} ${NAMES[moment]}` : NAMES[moment];
      const button = addButton(tag(this.row, "li"), { class: "pill", text }, () => this.app.enter(moment));
      return { moment, button };
    });
  }

  draw() {
    const { app } = this;
    if (this.cell !== app.scene.cell) this.build();
    for (const { moment, button } of this.buttons) setAll(button, { "aria-pressed": moment === app.moment });
    const place = this.order.indexOf(app.moment);
    setAll(this.back, { "aria-disabled": place === 0 });
    setAll(this.next, { "aria-disabled": place === this.order.length - 1 });
    write(this.sentence, SENTENCES[app.moment](app));
  }
}

const unitOf = (/** @type {WorkedExample} */ { scene, unit }) => scene.units[unit];

/** @type {Record<string, (app: WorkedExample) => string>} */
const MEANINGS = {
  forget_gate: ({ sum, unit }) => `unit ${unit + 1} keeps ${sum.words} of its memory.`,
  input_gate: ({ sum, unit }) => `unit ${unit + 1} writes ${sum.words} of its candidate.`,
  output_gate: ({ sum, unit }) => `unit ${unit + 1} shows ${sum.words} of its memory.`,
  update_gate: ({ sum, unit }) => `unit ${unit + 1} keeps ${sum.words} of its state.`,
  reset_gate: ({ sum, unit }) => `the candidate of unit ${unit + 1} sees ${sum.words} of what comes from h′.`,
  candidate: ({ unit }) => `this is what could be written into unit ${unit + 1}.`,
};

/** @type {Record<string, (app: WorkedExample) => string>} */
const SENTENCES = {
  all: () =>
    "Type over any number in a box, click any number of the cell to see where it comes from, or go through it all with Next.",
  concatenate: () =>
    "What the cell showed one step before, h′, and what it reads now, x, stand behind each other: six numbers.",
  weigh: ({ gate, unit }) =>
    `For the ${gate.label.toLowerCase()} of unit ${unit + 1} each of the six has a weight of its own. Multiply.`,
  add: (app) => `Add the products and the bias: ${app.sum.sum} ${app.sum.exact ? "=" : "≈"} ${app.sum.pre_words}.`,
  squash: (app) =>
    `${app.gateName === "candidate" ? "tanh squeezes any number into −1 … 1" : "σ squeezes any number into 0 … 1"}: ${MEANINGS[app.gateName](app)}`,
  gates: ({ scene: { gates, units } }) =>
    `The same once for each of ${gates.length * units.length} numbers, each with weights of its own. Click one to see its sum.`,
  cell: (app) =>
    `The new memory is what is kept of the old one plus what is written: ${unitOf(app).values.cell_state.words} in unit ${app.unit + 1}.`,
  hidden: (app) => {
    const { words } = unitOf(app).values.hidden_state;
    if (app.scene.cell === "lstm")
      return `What is shown of it is the new hidden state: ${words} in unit ${app.unit + 1}. The next step starts from the new c and h.`;
    if (app.scene.cell === "gru")
      return `Old state and candidate are mixed: ${words} in unit ${app.unit + 1}. The next step starts from the new h.`;
    return `A plain RNN has no gate: its candidate is the new state, ${words} in unit ${app.unit + 1}.`;
  },
};
