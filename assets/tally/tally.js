// Counts as one works them out on paper: words, the formula in letters, the same with numbers, and what it comes to.

import { setAll, tag } from "../shared/dom.js";
import { Stage, mounted } from "../shared/stage.js";

const NAMES = { torch: "PyTorch", keras: "Keras" };

/** @extends {Stage<TallyData>} */
class Tally extends Stage {
  about = "";

  constructor(/** @type {Node} */ parent) {
    super(parent, "tally");
    this.count = tag(this.root, "section", { class: "count" });
    this.costs = tag(this.root, "div", { class: "costs" });
    this.listen();
  }

  show(/** @type {TallyData} */ data) {
    this.scene = data;
    this.recolour();
    const about = JSON.stringify(data);
    if (about === this.about) return;
    this.about = about;
    drawTable(this.count, data.count, true);
    this.costs.replaceChildren();
    for (const cost of data.costs) drawTable(tag(this.costs, "section"), cost, false);
    this.root.dataset.drawn = data.count.totals[0].value;
  }
}

/** @param {HTMLElement} section @param {TallyTable} table @param {boolean} hasSymbols */
function drawTable(section, { title, parts, totals, note }, hasSymbols) {
  section.replaceChildren();
  tag(section, "h3", { text: title });
  const table = tag(section, "table", { class: hasSymbols ? "with-symbols" : "" });
  tag(table, "caption", { class: "spoken", text: title });
  for (const part of parts) drawPart(table, part, hasSymbols);
  const foot = tag(table, "tbody", { class: "totals" });
  for (const total of totals) drawTotal(foot, total, hasSymbols);
  tag(section, "p", { class: "note", text: note });
}

/** @param {HTMLElement} table @param {TallyTable["parts"][number]} part @param {boolean} hasSymbols */
function drawPart(table, { title, rows }, hasSymbols) {
  const body = tag(table, "tbody");
  const head = tag(body, "tr", { class: "title" });
  tag(head, "th", { scope: "rowgroup", colspan: String(hasSymbols ? 4 : 3), text: title });
  rows.forEach(({ words, symbols, numbers, value, of }, place) => {
    const line = tag(body, "tr", { class: [of.length ? "whole" : "", place ? "" : "first"].join(" ") });
    const name = tag(line, "th", { scope: "row", text: words });
    for (const each of of) tag(name, "em", { class: each, text: NAMES[each] });
    if (hasSymbols) tag(line, "td", { class: "symbols", text: symbols });
    tag(line, "td", { class: "numbers", text: numbers });
    tag(line, "td", { class: "value", text: value });
  });
}

/** @param {HTMLElement} foot @param {TallyTotal} total @param {boolean} hasSymbols */
function drawTotal(foot, { words, numbers, value, right }, hasSymbols) {
  const line = tag(foot, "tr", { class: right === undefined ? "" : "checked" });
  tag(line, "th", { scope: "row", text: words });
  tag(line, "td", {
    class: right === undefined ? "numbers" : "numbers code",
    colspan: hasSymbols ? "2" : "1",
    text: numbers,
  });
  const last = tag(line, "td", { class: "value", text: value });
  if (right === undefined) return;
  const mark = tag(last, "span", { class: right ? "tick" : "cross", role: "img", text: right ? "✓" : "✗" });
  setAll(mark, { "aria-label": right ? "as counted" : "not as counted" });
}

export default mounted(Tally);
