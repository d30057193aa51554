// A stretch of steps, and where else the model is in a similar state: in this sequence, and in test sequences.

import { addButton } from "../shared/controls.js";
import { clamp, number, tag } from "../shared/dom.js";

const CONTEXT = 12; // tokens shown around a stretch of a test sequence
const MOST_TOKENS = 40;
const FEW_TOKENS = 16;
const LEAST_SIMILARITY = 0.5;

// Which of the stretches that Python ranked are similar enough to be shown as such.
/** @type {<P extends Similar>(places: P[]) => P[]} */
export const similarEnough = (places) => places.filter(({ similarity }) => similarity >= LEAST_SIMILARITY);

export class SimilarPanel {
  constructor(/** @type {HTMLElement} */ parent, /** @type {GateMaps} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "similar", "aria-label": "Similar states" });
  }

  show() {
    const { stretch, found } = this.app;
    this.root.replaceChildren();
    this.root.classList.toggle("empty", !stretch);
    if (!stretch) {
      const text = "Drag along the maps, or press Shift with ← →, to ask where else the model is in a similar state.";
      tag(this.root, "p", { class: "quiet-words", text });
      return;
    }
    const header = tag(this.root, "header");
    tag(header, "h4", { text: `Where else is it like ${stepsOf(stretch)}?` });
    this.tokens(header, stretch);
    addButton(header, { class: "quiet", text: "Drop the selection (Esc)" }, () => this.app.dropStretch());
    if (!found) tag(this.root, "p", { class: "quiet-words", text: "Looking …" });
    else this.answer(found);
  }

  /** @param {HTMLElement} parent @param {Steps} steps */
  tokens(parent, { first, last }, most = MOST_TOKENS) {
    const tokens = this.app.scene.changed_tokens;
    const end = Math.min(last, first + most - 1);
    const line = tag(parent, "span", { class: "tokens" });
    for (let step = first; step <= end; step += 1) tag(line, "span", { dir: "auto", text: tokens[step] });
    if (end < last) tag(line, "span", { class: "rest", text: `… ${last - end} more` });
  }

  answer(/** @type {Search} */ { here, elsewhere }) {
    const sides = tag(this.root, "div", { class: "answers" });
    this.list(sides, "In this sequence", here, "No other stretch of this length fits beside it.", (item, place, rank) => {
      const button = addButton(item, {}, () => this.app.go(place.first));
      tag(button, "b", { class: "disc", text: `${rank + 1}` });
      tag(button, "span", { text: stepsOf(place) });
      this.tokens(button, place, FEW_TOKENS);
      this.likeness(button, place.similarity);
    });
    this.list(sides, "In test sequences", elsewhere, "No test sequence holds a stretch of this length.", (item, place) => {
      this.passage(item, place);
      this.likeness(item, place.similarity);
    });
    const text = `Compared is the ${this.app.term(this.app.lane.memory).label.toLowerCase()} of all units, each in its own standard deviations, averaged over the stretch: 1 is the same state, 0 has nothing in common, −1 is the opposite.`;
    tag(this.root, "p", { class: "quiet-words", text });
  }

  /**
   * @template {Similar} P @param {HTMLElement} parent @param {string} title @param {P[]} places @param {string} nothing
   * @param {(item: HTMLElement, place: P, rank: number) => void} fill
   */
  list(parent, title, places, nothing, fill) {
    const side = tag(parent, "div");
    tag(side, "h4", { text: title });
    const near = similarEnough(places);
    const best = places.length
      ? `Nowhere: the nearest, ${stepsOf(places[0])}, reaches only ${number(places[0].similarity)}.`
      : nothing;
    if (!near.length) tag(side, "p", { class: "quiet-words", text: best });
    const list = tag(side, "ol");
    near.forEach((place, rank) => fill(tag(list, "li"), place, rank));
  }

  likeness(/** @type {HTMLElement} */ parent, /** @type {number} */ similarity) {
    const bar = tag(parent, "span", { class: "likeness" });
    tag(bar, "i", { style: `width:${(100 * clamp(similarity, 0, 1)).toFixed(1)}%` });
    tag(parent, "span", { class: "score", text: number(similarity) });
  }

  /** @param {HTMLElement} parent @param {Passage} passage */
  passage(parent, { tokens, first, last }) {
    const line = tag(parent, "span", { class: "tokens" });
    const [from, to] = [Math.max(0, first - CONTEXT), Math.min(tokens.length - 1, last + CONTEXT, first + MOST_TOKENS)];
    if (from > 0) tag(line, "span", { class: "rest", text: "…" });
    for (let step = from; step <= to; step += 1) {
      tag(line, "span", { dir: "auto", class: step >= first && step <= last ? "in" : "out", text: tokens[step] });
    }
    if (to < tokens.length - 1) tag(line, "span", { class: "rest", text: "…" });
  }

  words() {
    const { stretch, found } = this.app;
    const [best] = found ? similarEnough(found.here) : [];
    const answer = best ? ` Most similar: ${stepsOf(best)}, ${number(best.similarity)}.` : "";
    return stretch ? ` Selected ${stepsOf(stretch)}.${answer}` : "";
  }
}

/** @param {Steps} steps */
const stepsOf = ({ first, last }) => (first === last ? `step ${first + 1}` : `steps ${first + 1} to ${last + 1}`);
