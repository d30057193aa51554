// What tutorials get wrong: claims to be guessed at, opened one by one or all at once. Python measures what is opened.

import { addButton } from "../shared/controls.js";
import { setAll, tag, write } from "../shared/dom.js";
import { Stage, mounted } from "../shared/stage.js";

/** @extends {Stage<MythsData>} */
class Myths extends Stage {
  constructor(/** @type {Node} */ parent) {
    super(parent, "myths");
    const bar = tag(this.root, "div", { class: "bar" });
    const text = "True or not? Guess, then open: every number is measured on the spot, on layers of torch’s own.";
    tag(bar, "p", { class: "lead", text });
    this.all = addButton(bar, { class: "quiet" }, () =>
      this.open(this.isAllOpen ? [] : this.scene.cards.map(({ key }) => key)),
    );
    this.list = tag(this.root, "div", { class: "cards" });
    this.cards = new Map();
    this.listen();
  }

  show(/** @type {MythsData} */ data) {
    this.scene = data;
    this.recolour();
    for (const card of data.cards) this.card(card).draw(card);
    write(this.all, this.isAllOpen ? "Close all" : "Open all");
    this.root.dataset.open = this.opened.join(" ");
  }

  card(/** @type {Myth} */ { key }) {
    if (!this.cards.has(key)) this.cards.set(key, new MythCard(this.list, () => this.turn(key)));
    return this.cards.get(key);
  }

  get opened() {
    return this.scene.cards.filter(({ evidence }) => evidence).map(({ key }) => key);
  }

  get isAllOpen() {
    return this.opened.length === this.scene.cards.length;
  }

  turn(/** @type {string} */ key) {
    const { opened } = this;
    this.open(opened.includes(key) ? opened.filter((other) => other !== key) : [...opened, key]);
  }

  open(/** @type {string[]} */ keys) {
    for (const key of keys) if (!this.opened.includes(key)) write(this.cards.get(key).sign, "…");
    this.trigger("opened", keys);
  }
}

class MythCard {
  constructor(/** @type {HTMLElement} */ parent, /** @type {() => void} */ turn) {
    this.root = tag(parent, "section", { class: "card" });
    const heading = tag(this.root, "h3");
    this.button = addButton(heading, {}, turn);
    this.claim = tag(this.button, "span", { class: "claim" });
    this.sign = tag(this.button, "span", { class: "sign", "aria-hidden": "true" });
    this.body = tag(this.root, "div", { class: "body" });
  }

  draw(/** @type {Myth} */ { claim, evidence, truth = "", wrong = "", right = "" }) {
    write(this.claim, claim);
    write(this.sign, evidence ? "−" : "+");
    setAll(this.button, { "aria-expanded": Boolean(evidence) });
    this.root.classList.toggle("open", Boolean(evidence));
    this.body.hidden = !evidence;
    this.body.replaceChildren();
    if (!evidence) return;
    this.drawFigures(evidence.figures);
    const words = tag(this.body, "div", { class: "words" });
    tag(words, "p", { class: "truth", text: truth });
    this.line(words, "wrong", "✗", "wrong", wrong);
    this.line(words, "right", "✓", "right", right);
    tag(this.body, "p", { class: "method", text: evidence.method });
  }

  drawFigures(/** @type {{ words: string, text: string }[]} */ [first, ...others]) {
    const figures = tag(this.body, "div", { class: "figures" });
    tag(figures, "p", { class: "what", text: first.words });
    tag(figures, "p", { class: "first", text: first.text });
    const list = tag(figures, "dl");
    for (const { words, text } of others) {
      const line = tag(list, "div");
      tag(line, "dt", { text: words });
      tag(line, "dd", { text });
    }
  }

  /** @param {Node} parent @param {string} kind @param {string} sign @param {string} spoken @param {string} code */
  line(parent, kind, sign, spoken, code) {
    const line = tag(parent, "p", { class: `code ${kind}` });
    tag(line, "span", { class: "mark", text: sign, role: "img", "aria-label": spoken });
    tag(line, "code", { text: code });
  }
}

export default mounted(Myths);
