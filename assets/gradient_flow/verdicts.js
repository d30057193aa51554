// One card for each cell: how fast its gradient fades, at a glance. The chosen one is looked into below.

import { number, setAll, tag, write } from "../shared/dom.js";
import { addSwatch } from "./chart.js";

const SIGNS = { vanishes: "↘", fades: "↘", holds: "→", grows: "↗", explodes: "↗", overflows: "✕" };

export class Verdicts {
  cells = "";
  /** @type {ReturnType<Verdicts["card"]>[]} */ cards = [];

  constructor(/** @type {HTMLElement} */ parent, /** @type {GradientFlow} */ app) {
    this.app = app;
    this.root = tag(parent, "div", { class: "verdicts", role: "radiogroup", "aria-label": "Cell to look into" });
    this.root.addEventListener("keydown", (event) => this.press(event));
  }

  show() {
    const { lanes } = this.app.scene;
    const cells = lanes.map(({ cell }) => cell).join();
    if (this.cells !== cells) {
      this.cells = cells;
      this.root.replaceChildren();
      this.cards = lanes.map((lane) => this.card(lane));
    }
    for (const { cell, card, parts } of this.cards) {
      const lane = this.app.scene.lane(cell);
      const frame = this.app.frame(lane);
      card.dataset.verdict = frame.verdict;
      setAll(card, { "aria-checked": lane.cell === this.app.laneName });
      card.tabIndex = lane.cell === this.app.laneName ? 0 : -1;
      const { what, value, range } = headline(frame, lane.readers, this.app.scene.steps);
      write(parts.name, lane.label);
      write(parts.verdict, this.app.scene.steps === 1 ? "one step" : `${SIGNS[frame.verdict]} ${frame.verdict}`);
      write(parts.what, what);
      parts.what.hidden = !what;
      write(parts.value, value);
      write(parts.range, range);
      parts.range.hidden = !range;
      write(parts.words, frame.words);
      card.setAttribute("aria-label", `${lane.label}. ${frame.pace} ${frame.words} ${frame.clip_words}`);
      write(parts.clip, frame.clip_words);
      parts.clip.hidden = !frame.clip_words;
      write(parts.size, sizeOf(lane, this.app.scene.trained ? frame.loss : null));
    }
  }

  card(/** @type {FlowLane} */ { cell }) {
    const title = this.app.meaning(cell);
    const card = tag(this.root, "div", { class: `verdict ${cell}`, role: "radio", "data-lane": cell, title });
    const header = tag(card, "header");
    addSwatch(header, `${cell} main`);
    const name = tag(header, "strong");
    const verdict = tag(header, "span", { class: "chip" });
    const big = tag(card, "p", { class: "big" });
    const parts = {
      name,
      verdict,
      what: tag(big, "span", { class: "what", title: this.app.meaning("half_life") }),
      value: tag(big, "b"),
      range: tag(big, "span", { class: "range" }),
      words: tag(card, "p", { class: "words" }),
      clip: tag(card, "p", { class: "clip" }),
      size: tag(card, "p", { class: "size" }),
    };
    card.addEventListener("mousedown", (event) => event.preventDefault()); // after a click, arrows go on to move the step
    card.addEventListener("click", () => this.app.chooseLane(cell));
    return { cell, card, parts };
  }

  press(/** @type {KeyboardEvent} */ event) {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey || this.cards.length < 2) return;
    if (![" ", "Enter"].includes(event.key) && !way) return;
    event.preventDefault();
    event.stopPropagation(); // arrows move the step everywhere else
    const place = this.cards.findIndex(({ card }) => card === event.target);
    const next = this.cards[(place + (way ?? 0) + this.cards.length) % this.cards.length];
    this.app.chooseLane(next.cell);
    next.card.focus();
  }
}

/** @param {FlowLane} lane @param {number | null} loss */
function sizeOf({ parameters, hidden_size, layers, layer, activation }, loss) {
  const which = layers > 1 ? `, layer ${layer + 1} of ${layers}` : "";
  return `${parameters.toLocaleString("en")} parameters, ${hidden_size} units${activation === "relu" ? ", ReLU" : ""}${which}${loss === null ? "" : `, loss here ${number(loss)}`}`;
}

// The one number of a card. No number is a finding too.
/** @param {FlowFrame} frame @param {number} readers @param {number} steps */
export function headline(frame, readers, steps) {
  /** @param {Spread} spread */
  const seeds = ({ low, high }, most = "∞") =>
    readers > 1 ? `${short(low, "∞")} to ${short(high, most)} over ${readers} seeds` : "";
  if (frame.verdict === "overflows") {
    return { what: "overflow", value: frame.overflow ? `at step ${frame.overflow.step + 1}` : "in some seeds", range: "" };
  }
  if (steps === 1) return { what: "half-life", value: "–", range: "needs two steps" };
  if (["grows", "explodes"].includes(frame.verdict))
    return { what: "each step back", value: `× ${close(frame.factor.median)}`, range: seeds(frame.factor) };
  const { median } = frame.half_life;
  if (median === 0) return { what: "half-life", value: "0 steps", range: "gone after one" };
  if (median === null) return { what: "", value: "does not fade", range: seeds(frame.factor) };
  return { what: "halves every", value: `${short(median)} steps`, range: seeds(frame.half_life) };
}

/** Many factors make a product: near 1 the third digit matters. @param {number | null} factor */
const close = (factor) => (factor !== null && Math.abs(factor - 1) < 0.1 ? factor.toFixed(4) : short(factor));

function short(/** @type {number | null} */ value, none = "∞") {
  if (value === null) return none;
  if (value >= 1000) return number(Math.round(value));
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 0.01 ? value.toFixed(2) : number(value);
}
