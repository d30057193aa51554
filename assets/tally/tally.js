// Counts as one works them out on paper: words, the formula in letters, the same with numbers, and what it comes to.

import { tag } from "../shared/dom.js";
import { Stage, mounted } from "../shared/stage.js";

const NAMES = { torch: "PyTorch", keras: "Keras" };

/** @extends {Stage<TallyData>} */
class Tally extends Stage {
  about = "";

  /** @param {Node} parent */
  constructor(parent) {
    super(parent, "tally");
    this.count = tag("section", { class: "count" }, this.root);
    this.costs = tag("div", { class: "costs" }, this.root);
    this.listen();
  }

  /** @param {TallyData} data */
  show(data) {
    this.scene = data;
    this.recolour();
    const about = JSON.stringify(data);
    if (about === this.about) return;
    this.about = about;
    drawTable(this.count, data.count, true);
    this.costs.replaceChildren();
    for (const cost of data.costs) drawTable(tag("section", {}, this.costs), cost, false);
    this.root.dataset.drawn = data.count.totals[0].value;
  }
}

/** @param {HTMLElement} section @param {TallyTable} table @param {boolean} hasSymbols */
function drawTable(section, { title, parts, totals, note }, hasSymbols) {
  section.replaceChildren();
  tag("h3", { text: title }, section);
  const table = tag("table", { class: hasSymbols ? "with-symbols" : "" }, section);
  tag("caption", { class: "spoken", text: title }, table);
  for (const part of parts) drawPart(table, part, hasSymbols);
  const foot = tag("tbody", { class: "totals" }, table);
  for (const total of totals) drawTotal(foot, total, hasSymbols);
  tag("p", { class: "note", text: note }, section);
}

/** @param {HTMLElement} table @param {TallyTable["parts"][number]} part @param {boolean} hasSymbols */
function drawPart(table, { title, rows }, hasSymbols) {
  const body = tag("tbody", {}, table);
  const head = tag("tr", { class: "title" }, body);
  tag("th", { scope: "rowgroup", colspan: String(hasSymbols ? 4 : 3), text: title }, head);
  rows.forEach(({ words, symbols, numbers, value, of }, place) => {
    const line = tag("tr", { class: [of.length ? "whole" : "", place ? "" : "first"].join(" ") }, body);
    const name = tag("th", { scope: "row", text: words }, line);
    for (const each of of) tag("em", { class: each, text: NAMES[each] }, name);
    if (hasSymbols) tag("td", { class: "symbols", text: symbols }, line);
    tag("td", { class: "numbers", text: numbers }, line);
    tag("td", { class: "value", text: value }, line);
  });
}

/** @param {HTMLElement} foot @param {TallyTotal} total @param {boolean} hasSymbols */
function drawTotal(foot, { words, numbers, value, right }, hasSymbols) {
  const line = tag("tr", { class: right === undefined ? "" : "checked" }, foot);
  tag("th", { scope: "row", text: words }, line);
  tag(
    "td",
    { class: right === undefined ? "numbers" : "numbers code", colspan: hasSymbols ? "2" : "1", text: numbers },
    line,
  );
  const last = tag("td", { class: "value", text: value }, line);
  if (right !== undefined)
    tag(
      "span",
      {
        class: right ? "tick" : "cross",
        role: "img",
        "aria-label": right ? "as counted" : "not as counted",
        text: right ? "✓" : "✗",
      },
      last,
    );
}

export default mounted(Tally);
