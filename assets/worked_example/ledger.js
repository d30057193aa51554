// One gate of one unit as a sum: six products and a bias, line by line, then the squash.

import { lastOf, tag, write } from "../shared/dom.js";
import { Field } from "./field.js";

/** @typedef {ReturnType<Ledger["row"]>} Row */

const SIZE = 3;

export class Ledger {
  names = "";
  /** @type {Row[]} */ rows = [];

  constructor(/** @type {HTMLElement} */ parent, /** @type {WorkedExample} */ app) {
    this.app = app;
    this.root = tag(parent, "div", { class: "ledger" });
    this.head = tag(this.root, "div", { class: "line heads", "aria-hidden": "true" });
    for (const [place, words] of ["", "[h′, x]", "", "weight", "", "product"].entries())
      tag(this.head, "span", { text: words, class: `at${place}` });
    this.vector = tag(this.root, "div", { class: "vector" });
    this.last = tag(this.root, "div");
    this.total = tag(this.root, "div", { class: "total" });
    this.totalName = tag(this.total, "span");
    this.totalValue = tag(this.total, "b");
    this.squash = tag(this.root, "div", { class: "squash" });
  }

  draw() {
    const { app } = this;
    const { lines, field } = app.sum;
    const names = lines.map(({ name }) => name).join();
    if (names !== this.names) this.build(names, lines);
    this.rows.forEach((row, place) => this.drawRow(row, lines[place], field));
    this.drawTotal();
    this.drawSquash();
  }

  build(/** @type {string} */ names, /** @type {WorkedLine[]} */ lines) {
    this.names = names;
    this.vector.replaceChildren();
    this.last.replaceChildren();
    this.rows = lines.map(({ name }) => this.row(name));
  }

  row(/** @type {string} */ name) {
    const kind = name === "1" ? "bias" : name === "r" ? "reset" : "term";
    const root = tag(kind === "bias" ? this.last : this.vector, "div", {
      class: `line ${kind} ${name[0] === "x" ? "of-x" : "of-h"}`,
    });
    const parts = [0, 1, 2, 3, 4, 5].map((place) => tag(root, "span", { class: `at${place}` }));
    const value = kind === "term" ? new Field(parts[1], this.app) : null;
    const weight = kind === "reset" ? null : new Field(parts[3], this.app);
    if (kind === "term") {
      const symbol = tag(parts[0], "span", { text: name.slice(0, -1) });
      tag(symbol, "sub", { text: name.slice(-1) });
      write(parts[2], "×");
      write(parts[4], "=");
    }
    if (kind === "bias") write(parts[1], "bias");
    return { name, kind, root, parts, value, weight, error: tag(root, "p", { class: "error", role: "alert" }) };
  }

  /** @param {Row} row @param {WorkedLine} line @param {string} field */
  drawRow(row, { words }, field) {
    const { app } = this;
    const { name, kind, parts } = row;
    const place = Number(name.slice(-1)) - 1;
    const isH = name[0] === "h";
    const [letter, what] = isH ? ["h", `h of the step before, unit ${place + 1}`] : ["x", `input x, number ${place + 1}`];
    row.value?.draw(letter, place, what);
    if (kind === "bias") row.weight?.draw(field, 2 * SIZE, "bias");
    else row.weight?.draw(field, place + (isH ? 0 : SIZE), `weight of ${letter}, number ${place + 1}`);
    if (kind === "reset") write(parts[1], `reset gate: ${app.sum.reset}`);
    write(parts[5], words);
    parts[5].classList.toggle("negative", words.startsWith("−"));
    write(row.error, [row.value?.error, row.weight?.error].filter(Boolean).join(" "));
    row.error.hidden = !row.error.textContent;
    this.stageRow(row);
  }

  stageRow(/** @type {Row} */ { kind, parts, root }) {
    const { app } = this;
    const since = kind === "term" ? "weigh" : "add";
    if (kind !== "term") app.stage(root, since);
    for (const part of parts.slice(kind === "term" ? 2 : 1)) app.stage(part, since);
    if (kind === "term") parts[1].classList.toggle("lit", app.moment === "concatenate");
  }

  drawTotal() {
    const { app } = this;
    const { pre_words: words, exact } = app.sum;
    write(this.totalName, `pre-activation a ${exact ? "=" : "≈"}`);
    write(this.totalValue, words);
    app.stage(this.total, "add");
  }

  drawSquash() {
    const { app } = this;
    const { squash } = app.sum;
    this.squash.replaceChildren();
    const first = tag(this.squash, "p", { class: "formula" });
    tag(first, "b", { text: squash.symbol });
    tag(first, "span", { text: ` ${squash.formula}` });
    for (const line of squash.lines.slice(0, -1)) tag(this.squash, "p", { text: line });
    tag(this.squash, "p", { class: "answer", text: lastOf(squash.lines) });
    app.stage(this.squash, "squash");
  }
}
