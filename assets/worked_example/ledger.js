// One gate of one unit as a sum: six products and a bias, line by line, then the squash.

import { lastOf, tag, write } from "../shared/dom.js";
import { Field } from "./field.js";

/** @import { WorkedExample } from "./worked_example.js" */

/**
 * @typedef {{
 *   name: string,
 *   kind: "bias" | "reset" | "term",
 *   root: HTMLElement,
 *   parts: HTMLElement[],
 *   error: HTMLElement,
 *   value?: Field,
 *   weight?: Field,
 * }} Row
 */

const SIZE = 3;

export class Ledger {
  names = "";
  /** @type {Row[]} */ rows = [];

  /** @param {HTMLElement} parent @param {WorkedExample} app */
  constructor(parent, app) {
    this.app = app;
    this.root = tag("div", { class: "ledger" }, parent);
    this.head = tag("div", { class: "line heads", "aria-hidden": "true" }, this.root);
    for (const [place, words] of ["", "[h′, x]", "", "weight", "", "product"].entries())
      tag("span", { text: words, class: `at${place}` }, this.head);
    this.vector = tag("div", { class: "vector" }, this.root);
    this.last = tag("div", {}, this.root);
    this.total = tag("div", { class: "total" }, this.root);
    this.totalName = tag("span", {}, this.total);
    this.totalValue = tag("b", {}, this.total);
    this.squash = tag("div", { class: "squash" }, this.root);
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

  /** @param {string} names @param {WorkedLine[]} lines */
  build(names, lines) {
    this.names = names;
    this.vector.replaceChildren();
    this.last.replaceChildren();
    this.rows = lines.map(({ name }) => this.row(name));
  }

  /** @param {string} name @returns {Row} */
  row(name) {
    const kind = name === "1" ? "bias" : name === "r" ? "reset" : "term";
    const root = tag(
      "div",
      { class: `line ${kind} ${name[0] === "x" ? "of-x" : "of-h"}` },
      kind === "bias" ? this.last : this.vector,
    );
    const parts = [0, 1, 2, 3, 4, 5].map((place) => tag("span", { class: `at${place}` }, root));
    /** @type {Row} */
    const row = { name, kind, root, parts, error: tag("p", { class: "error", role: "alert" }, root) };
    if (kind === "term") {
      const symbol = tag("span", { text: name.slice(0, -1) }, parts[0]);
      tag("sub", { text: name.slice(-1) }, symbol);
      row.value = new Field(parts[1], this.app);
      write(parts[2], "×");
    }
    if (kind === "bias") write(parts[1], "bias");
    if (kind !== "reset") row.weight = new Field(parts[3], this.app);
    if (kind === "term") write(parts[4], "=");
    return row;
  }

  /** @param {Row} row @param {WorkedLine} line @param {string} field */
  drawRow(row, { words }, field) {
    const { app } = this;
    const { name, kind, parts } = row;
    const place = Number(name.slice(-1)) - 1;
    const isH = name[0] === "h";
    if (kind === "term")
      row.value?.draw(
        isH ? "h" : "x",
        place,
        isH ? `h of the step before, unit ${place + 1}` : `input x, number ${place + 1}`,
      );
    const weightPlace = kind === "bias" ? 2 * SIZE : place + (isH ? 0 : SIZE);
    if (kind !== "reset")
      row.weight?.draw(field, weightPlace, kind === "bias" ? "bias" : `weight of ${isH ? "h" : "x"}, number ${place + 1}`);
    if (kind === "reset") write(parts[1], `reset gate: ${app.sum.reset}`);
    write(parts[5], words);
    parts[5].classList.toggle("negative", words.startsWith("−"));
    write(row.error, [row.value?.error, row.weight?.error].filter(Boolean).join(" "));
    row.error.hidden = !row.error.textContent;
    this.stageRow(row);
  }

  /** @param {Row} row */
  stageRow({ kind, parts, root }) {
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
    const first = tag("p", { class: "formula" }, this.squash);
    tag("b", { text: squash.symbol }, first);
    tag("span", { text: ` ${squash.formula}` }, first);
    for (const line of squash.lines.slice(0, -1)) tag("p", { text: line }, this.squash);
    tag("p", { class: "answer", text: lastOf(squash.lines) }, this.squash);
    app.stage(this.squash, "squash");
  }
}
