// What if: a small dialog that holds a gate, the candidate or a state, a list of what is changed, and a way to read another
// token. Changes are written as lstm_viz/scenes/step_scene.py reads them.

import { addButton } from "../shared/controls.js";
import { clamp, number, placeOn, pointIn, tag, write } from "../shared/dom.js";

// What the two usual levels are called.
const LEVELS = { gate: ["open (1)", "shut (0)"], other: ["1", "0"] };

export class Holding {
  /** @type {StepLane} */ lane;
  name = "";
  unit = 0;
  begin = false;
  /** @type {HTMLElement | null} */ back = null;
  /** @type {[least: number, most: number]} */ range = [0, 1];

  constructor(/** @type {HTMLElement} */ parent, /** @type {CellDiagram} */ app) {
    this.app = app;
    this.frame = parent;
    const dialog = { class: "holding", role: "dialog", "aria-label": "What if", novalidate: "", hidden: "" };
    this.root = tag(parent, "form", dialog);
    this.title = tag(this.root, "h4");
    this.level = this.choice("Hold it", { full: "", none: "", other: "at" });
    const box = { type: "number", step: "any", value: 0.5, "aria-label": "Value to hold it at" };
    this.value = tag(this.level.root, "input", box);
    this.value.addEventListener("input", () => this.level.pick("other"));
    this.who = this.choice("Which", { one: "this unit", all: "all units" });
    this.when = this.choice("When", { from: "from here on", here: "here only", every: "at every step" });
    this.error = tag(this.root, "p", { class: "error", role: "alert" });
    const row = tag(this.root, "div", { class: "row" });
    this.main = tag(row, "button", { type: "submit", class: "main", text: "Hold" });
    addButton(row, { text: "Cancel" }, () => this.close());
    this.root.addEventListener("submit", (event) => this.submit(event));
    this.root.addEventListener("keydown", (event) => this.press(event));
  }

  choice(/** @type {string} */ name, /** @type {Record<string, string>} */ options) {
    const root = tag(this.root, "fieldset");
    tag(root, "legend", { text: name });
    const group = `${name}-${Math.random()}`;
    const pairs = Object.entries(options).map(([value, words], place) => {
      const label = tag(root, "label");
      const input = tag(label, "input", { type: "radio", name: group, value });
      input.checked = place === 0;
      return { input, name: tag(label, "span", { text: words }) };
    });
    const inputs = pairs.map(({ input }) => input);
    const pick = (/** @type {string} */ value) => inputs.forEach((input) => (input.checked = input.value === value));
    const rename = (/** @type {number} */ place, /** @type {string} */ words) => write(pairs[place].name, words);
    return { root, inputs, pick, rename, get: () => inputs.find((input) => input.checked)?.value ?? "" };
  }

  // `begin` asks for the content that a unit starts with, before the first step.
  /** @param {StepLane} lane @param {string} name @param {number} unit @param {ClientPoint | HTMLElement} where */
  open(lane, name, unit, where, begin = false) {
    this.app.pause();
    Object.assign(this, { lane, name, unit, begin });
    this.back = where instanceof Element ? where : null;
    this.range = begin ? [-100, 100] : lane.ranges[name]; // a start comes from outside: the cell does not bound it
    LEVELS[name.endsWith("_gate") ? "gate" : "other"].forEach((words, place) => this.level.rename(place, words));
    this.app.tip.hide();
    const { label } = this.app.term(name);
    const when = begin ? "before the first step" : `step ${this.app.step + 1}`;
    const now = begin ? "" : `, now ${number(this.app.scene.value(lane.cell, name, this.app.step, unit, lane.changed))}`;
    this.title.textContent = `${label} of the ${lane.label}, unit ${unit + 1}, ${when}${now}`;
    this.main.textContent = begin ? "Start with it" : "Hold";
    this.who.root.hidden = this.when.root.hidden = begin;
    this.error.textContent = "";
    this.root.hidden = false;
    this.place(where);
    this.level.inputs[0].focus();
  }

  place(/** @type {ClientPoint | HTMLElement} */ where) {
    const { frame } = this;
    const { x, y } = pointIn(frame, where instanceof Element ? placeOn(where, 0, 1) : where);
    const [ceiling, floor] = [80, window.innerHeight - 20].map((clientY) => pointIn(frame, { clientX: 0, clientY }).y);
    const left = clamp(x + 12, 0, Math.max(0, frame.clientWidth - this.root.offsetWidth));
    this.root.style.left = `${left}px`;
    const height = this.root.offsetHeight;
    const above = y + height > floor && y - height > ceiling;
    this.root.style.top = `${y + (above ? -height - 40 : 10)}px`;
    this.root.scrollIntoView({ block: "nearest" });
  }

  press(/** @type {KeyboardEvent} */ event) {
    event.stopPropagation(); // arrows choose here
    if (event.key === "Escape") this.close();
  }

  submit(/** @type {Event} */ event) {
    event.preventDefault();
    const [least, most] = this.range;
    const level = { full: "1", none: "0" }[this.level.get()] ?? this.value.value;
    const value = Number(level);
    if (level.trim() === "" || !(value >= least && value <= most)) {
      this.error.textContent = `Give a number from ${least < 0 ? "−" : ""}${Math.abs(least)} to ${most}.`;
      this.value.focus();
      return;
    }
    this.close();
    this.app.add(`${this.lane.cell}.${this.name}.${this.target()}=${plain(value)}`);
  }

  // Which unit, and when.
  target() {
    if (this.begin) return `${this.unit + 1}@start`;
    const step = this.app.step + 1;
    const when = { here: `${step}`, from: `${step}-`, every: "1-" }[this.when.get()];
    return `${this.who.get() === "all" ? "*" : this.unit + 1}@${when}`;
  }

  close() {
    if (this.root.hidden) return;
    this.root.hidden = true;
    (this.back ?? this.app.ribbon.root).focus({ preventScroll: true });
  }
}

export const plain = (/** @type {number} */ value) => value.toFixed(6).replace(/\.?0+$/, "");

export class Changes {
  /** @type {HTMLSelectElement} */ field;
  /** @type {HTMLButtonElement} */ tryIt;

  /** @param {HTMLElement} parent @param {HTMLElement} beside @param {CellDiagram} app */
  constructor(parent, beside, app) {
    this.app = app;
    this.token = tag(beside, "form", { class: "token-form" });
    this.root = tag(parent, "div", { class: "changes" });
    this.list = tag(this.root, "ul", { "aria-label": "What is changed" });
    this.token.addEventListener("submit", (event) => this.replace(event));
    this.token.addEventListener("keydown", (event) => event.stopPropagation());
  }

  show(/** @type {StepScene} */ scene) {
    this.token.replaceChildren();
    this.token.hidden = !scene.vocabulary.length;
    if (scene.vocabulary.length) this.tokenField(scene);
    this.list.replaceChildren();
    this.root.hidden = !scene.changes.length;
    if (!scene.changes.length) return;
    tag(this.list, "li", { class: "lead", text: "What if:" });
    for (const change of scene.changes) this.item(change);
    addButton(tag(this.list, "li"), { text: "undo all", class: "quiet" }, () => this.app.setChanges([]));
  }

  tokenField(/** @type {StepScene} */ scene) {
    const label = tag(this.token, "label");
    tag(label, "span", { text: "Read here instead: " });
    this.field = tag(label, "select", { "aria-label": "Another token for this step" });
    for (const token of scene.vocabulary) tag(this.field, "option", { value: token, text: token });
    this.tryIt = tag(this.token, "button", { type: "submit", text: "try", class: "quiet" });
    this.field.addEventListener("change", () => this.drawTry());
  }

  item(/** @type {Change} */ change) {
    const item = tag(this.list, "li");
    tag(item, "span", { text: change.words });
    const attributes = { text: "×", "aria-label": `Undo: ${change.words}`, title: "Undo" };
    addButton(item, attributes, () => this.app.drop(change.text));
  }

  draw() {
    if (!this.app.scene.vocabulary.length) return;
    this.field.value = this.app.scene.changed_tokens[this.app.step];
    this.drawTry();
  }

  // There is nothing to try while the token is the one that is read.
  drawTry() {
    this.tryIt.disabled = this.field.value === this.app.scene.changed_tokens[this.app.step];
  }

  replace(/** @type {Event} */ event) {
    event.preventDefault();
    const step = this.app.step + 1;
    const others = this.app.scene.changes.map((change) => change.text).filter((text) => !text.startsWith(`token@${step}=`));
    const same = this.field.value === this.app.scene.tokens[step - 1];
    const written = encodeURIComponent(this.field.value).replace(
      /[~!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    this.app.setChanges(same ? others : [...others, `token@${step}=${written}`]);
  }
}
