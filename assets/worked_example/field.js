// A number in a box: typed over, it goes to Python; the arrows up and down move it by a tenth.

import { setAll, tag } from "../shared/dom.js";

const PAUSE = 180; // between the last arrow and the question to the server

export class Field {
  name = "";
  place = 0;
  label = "";
  isTyped = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ timer;

  constructor(/** @type {HTMLElement} */ parent, /** @type {WorkedExample} */ app) {
    this.app = app;
    const attributes = { type: "text", autocomplete: "off", enterkeyhint: "done", spellcheck: "false", maxlength: "12" };
    this.input = tag(parent, "input", attributes);
    this.input.addEventListener("input", () => (this.isTyped = true));
    this.input.addEventListener("change", () => this.commit());
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("keydown", (event) => this.press(event));
  }

  press(/** @type {KeyboardEvent} */ event) {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Escape") this.restore();
    if (!way) return;
    event.preventDefault();
    const now = Number(this.input.value.replace("−", "-").replace(",", "."));
    if (Number.isNaN(now)) return;
    this.input.value = String(Math.round((now + way * (event.shiftKey ? 1 : 0.1)) * 1000) / 1000).replace("-", "−");
    this.isTyped = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.commit(), PAUSE);
  }

  commit() {
    clearTimeout(this.timer);
    if (!this.isTyped) return;
    this.isTyped = false;
    this.app.trigger("edit", { field: this.name, place: this.place, text: this.input.value });
  }

  restore() {
    clearTimeout(this.timer);
    this.isTyped = false;
    this.draw(this.name, this.place, this.label);
  }

  get key() {
    return `${this.name}/${this.place}`;
  }

  get error() {
    return this.app.scene.errors[this.key] ?? "";
  }

  // What is being typed stays; what was typed and could not be read stays too, until it is mended.
  /** @param {string} name @param {number} place @param {string} label */
  draw(name, place, label) {
    if (name !== this.name || place !== this.place) this.isTyped = false;
    Object.assign(this, { name, place, label });
    setAll(this.input, { "aria-label": label, "aria-invalid": Boolean(this.error) });
    const { typed, fields } = this.app.scene;
    const words = typed[this.key] ?? fields[name][place];
    if (!this.isTyped && this.input.value !== words) this.input.value = words;
  }
}
