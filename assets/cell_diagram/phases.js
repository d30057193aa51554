// The moments inside one step, and one sentence about each with the numbers of now.

import { addButton } from "../shared/controls.js";
import { number, percent, setAll, tag, write } from "../shared/dom.js";
import { PHASES } from "./plans.js";

/** @typedef {(what: string) => number} Flow */
/** @typedef {{ flow: Flow, token: string, asks: string, beyond: string, best: string }} Now */

export class PhaseBar {
  constructor(/** @type {HTMLElement} */ parent, /** @type {CellDiagram} */ app) {
    this.app = app;
    this.root = tag(parent, "div", { class: "phases" });
    const row = tag(this.root, "div", { class: "row", role: "group", "aria-label": "Moments inside a step" });
    this.buttons = ["whole step", ...PHASES].map((name, place) =>
      addButton(row, { class: "pill", text: name }, () => app.enter(place - 1)),
    );
    tag(row, "span", { class: "hint", text: "← → step   ↑ ↓ moments   space plays   [ ] unit" });
    this.sentence = tag(this.root, "p", { class: "sentence" });
  }

  draw() {
    this.buttons.forEach((button, place) => {
      const on = place - 1 === this.app.phase;
      if ((button.getAttribute("aria-pressed") === "true") !== on) setAll(button, { "aria-pressed": on });
    });
    write(this.sentence, this.words());
  }

  words() {
    const lane = this.app.lane;
    const name = PHASES[this.app.phase];
    const sentences = PHASE_SENTENCES[lane.cell];
    const sentence = sentences[name] ?? sentences.whole;
    const flow = (/** @type {string} */ what) => this.app.flow(lane, what);
    const { changed_tokens: tokens, series, asks, vocabulary } = this.app.scene;
    const { step } = this.app;
    const quoted = vocabulary.length ? `“${tokens[step]}”` : tokens[step];
    const token = series ? `“${tokens[step]}”: ${number(series.read[step])}` : quoted;
    return `${lane.label}: ${sentence({ flow, token, asks, beyond: lane.beyond, best: this.app.best(lane) })}`;
  }
}

const share = (/** @type {Flow} */ flow) => percent(flow("kept") / flow("before"));
const kept = (/** @type {Now} */ { flow }) =>
  flow("before") > 0
    ? `of what it held, ${share(flow)} is kept and ${number(flow("lost"))} is lost.`
    : "there is nothing to keep yet.";
const guess = (/** @type {Now} */ { best, asks, beyond }) => {
  const from =
    beyond === "goes to the layer above" ? "what is shown goes to the layer above; in the end" : "from what is shown,";
  if (asks === "class") return `${from} it predicts ${best}, if the sequence ended here.`;
  if (asks === "values") return `${from} the head answers.`;
  return best ? `from what is shown, it expects ${best}.` : "from what is shown, the head forecasts.";
};

const COMMON = { predict: guess };

/** @type {Record<Cell, Record<string, (now: Now) => string>>} */
const PHASE_SENTENCES = {
  lstm: {
    ...COMMON,
    whole: (now) =>
      `reads ${now.token}; ${kept(now)} It writes ${number(now.flow("written"))} and shows ${number(now.flow("exposed"))}.`,
    read: ({ token }) =>
      `the four layers all see the same two things: the input ${token} as x, and h, what the cell showed one step before.`,
    forget: (now) => `the forget gate decides for each unit how much of the old cell state stays: ${kept(now)}`,
    write: ({ flow }) =>
      `the candidate says what could be written, the input gate how much of it is: ${number(flow("written"))} in all.`,
    update: ({ flow }) =>
      `what was kept (${number(flow("kept"))}) and what is written (${number(flow("written"))}) are added: the new cell state holds ${number(flow("now"))}.`,
    expose: ({ flow }) =>
      `the output gate decides how much of tanh(c) is shown: ${number(flow("exposed"))} of ${number(flow("squashed"))}.`,
  },
  gru: {
    ...COMMON,
    whole: (now) => `reads ${now.token}; ${kept(now)} It writes ${number(now.flow("written"))}, and shows all it holds.`,
    read: ({ token }) => `its layers see the input ${token} as x and its own state h of one step before.`,
    forget: (now) => `the update gate decides how much of the old state stays: ${kept(now)}`,
    write: ({ flow }) =>
      `the reset gate decides how much of the old state the candidate may see; what the update gate does not keep is written: ${number(flow("written"))}.`,
    update: ({ flow }) =>
      `what was kept (${number(flow("kept"))}) and what is written (${number(flow("written"))}) are added: the new state holds ${number(flow("now"))}.`,
    expose: () => "a GRU has no output gate: the state itself is shown.",
  },
  rnn: {
    ...COMMON,
    whole: (now) => `reads ${now.token} and overwrites its whole state: nothing is kept but what U·h carries over.`,
    read: ({ token }) => `it sees the input ${token} as x and its own state h of one step before.`,
    forget: () => "it has no gate: the whole old state is overwritten, and lives on only as far as U·h carries it.",
    write: ({ flow }) => `the new state is computed afresh: ${number(flow("written"))} in all.`,
    update: ({ flow }) => `the new state holds ${number(flow("now"))}.`,
    expose: () => "a plain RNN hides nothing: the state itself is shown.",
  },
};
