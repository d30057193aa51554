// The whole cell: every gate and state of every unit in the order in which they are worked out, and the chosen unit's equations.

import { addButton } from "../shared/controls.js";
import { htmlSymbol, setAll, tag, write } from "../shared/dom.js";
import { Field } from "./field.js";

const NOTE =
  "≈ is rounded. A line has as many digits as it takes to come out the same when it is redone with a pocket calculator.";

export class WholeCell {
  /** @type {Cell | undefined} */ cell;
  /** @type {Field[]} */ fields = [];
  /** @type {(() => void)[]} */ lines = [];
  /** @type {HTMLElement} */ body;

  constructor(/** @type {HTMLElement} */ parent, /** @type {WorkedExample} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "whole", "aria-label": "The whole cell" });
    tag(this.root, "h3", { text: "The whole cell" });
    this.table = tag(this.root, "table");
    this.error = tag(this.root, "p", { class: "error", role: "alert" });
    this.equations = tag(this.root, "div", { class: "equations" });
  }

  draw() {
    if (this.cell !== this.app.scene.cell) this.build();
    for (const line of this.lines) line();
    this.drawEquations();
    write(
      this.error,
      this.fields
        .map(({ error }) => error)
        .filter(Boolean)
        .join(" "),
    );
  }

  build() {
    const { scene } = this.app;
    this.cell = scene.cell;
    this.table.replaceChildren();
    this.fields = [];
    const head = tag(tag(this.table, "thead"), "tr");
    tag(head, "td");
    for (const unit of scene.units.keys()) tag(head, "th", { scope: "col", text: `unit ${unit + 1}` });
    this.body = tag(this.table, "tbody");
    this.lines = scene.gates.map(({ name }) => this.numberLine(name));
    if (scene.cell === "lstm") this.lines.push(this.oldLine());
    for (const name of Object.keys(scene.units[0].values)) this.lines.push(this.numberLine(name, false));
  }

  line(/** @type {string} */ name, /** @type {string} */ kind, before = false) {
    const row = tag(this.body, "tr", { class: kind });
    const head = tag(row, "th", { scope: "row" });
    const { symbol, label } = this.app.scene.terms[name];
    if (before) tag(head, "b", { text: "c′" });
    else htmlSymbol(tag(head, "b"), symbol.replace("ₜ", ""));
    tag(head, "span", { text: before ? "cell state before" : label.toLowerCase() });
    return row;
  }

  /** @template T @param {HTMLElement} row @param {(cell: HTMLElement, unit: number) => T} make @returns {T[]} */
  cells(row, make) {
    return this.app.scene.units.map((_, unit) => make(tag(row, "td"), unit));
  }

  // A gate or a state of all units.
  numberLine(/** @type {string} */ name, isGate = true) {
    const { app } = this;
    const moment = isGate ? "gates" : name === "cell_state" ? "cell" : "hidden";
    const row = this.line(name, `${isGate ? "of-gate" : "of-state"} ${name}`);
    const choose = (/** @type {number} */ unit) => app.choose(isGate ? name : app.gateName, unit);
    const buttons = this.cells(row, (cell, unit) => addButton(cell, { class: "number" }, () => choose(unit)));
    return () => {
      const { label } = isGate ? app.gateNamed(name) : app.scene.terms[name];
      buttons.forEach((button, unit) => {
        const { words, value } = isGate ? app.gateNamed(name).units[unit] : app.scene.units[unit].values[name];
        const isChosen = isGate && name === app.gateName && unit === app.unit;
        const known = app.seen(isChosen ? "squash" : moment);
        write(button, known ? words : "?");
        button.classList.toggle("unknown", !known);
        this.shade(button, value, !isGate || name === "candidate");
        if (isGate) setAll(button, { "aria-pressed": isChosen });
        setAll(button, { "aria-label": `${label} of unit ${unit + 1}${known ? `: ${words}` : ", not worked out yet"}` });
      });
      row.classList.toggle("lit", app.moment === moment);
    };
  }

  oldLine() {
    const row = this.line("cell_state", "old", true);
    this.fields = this.cells(row, (cell) => new Field(cell, this.app));
    return () =>
      this.fields.forEach((field, unit) => field.draw("c", unit, `cell state of the step before, unit ${unit + 1}`));
  }

  // A bar behind the number: from the left for a gate, from the middle for what has a sign.
  /** @param {HTMLElement} button @param {number} value @param {boolean} signed */
  shade(button, value, signed) {
    const share = Math.min(1, Math.abs(value)) * 100;
    button.style.setProperty("--from", signed ? `${value < 0 ? 50 - share / 2 : 50}%` : "0%");
    button.style.setProperty("--to", signed ? `${value < 0 ? 50 : 50 + share / 2}%` : `${share}%`);
    button.classList.toggle("minus", value < 0);
  }

  drawEquations() {
    const { app } = this;
    this.equations.replaceChildren();
    for (const { name, symbol, formula, lines } of app.scene.units[app.unit].equations) {
      const moment = name === "cell_state" ? "cell" : "hidden";
      const block = tag(this.equations, "div", { class: `equation ${name}` });
      const first = tag(block, "p");
      tag(first, "b", { text: symbol });
      tag(first, "span", { text: ` ${formula}` });
      for (const [place, line] of lines.entries())
        tag(block, "p", { text: line, class: place === lines.length - 1 ? "answer" : "" });
      app.stage(block, moment);
    }
    app.stage(tag(this.equations, "p", { class: "note", text: NOTE }), "hidden");
  }
}
