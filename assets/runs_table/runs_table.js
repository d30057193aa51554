// The list of runs: a real table of real checkboxes and buttons, which becomes a list of cards where there is little room.
// Text is only ever written as text.

import { addButton } from "../shared/controls.js";
import { setAll, tag, write } from "../shared/dom.js";
import { Stage, mounted } from "../shared/stage.js";

/** @typedef {Record<keyof RunFacts, HTMLElement>} Cells */

/** @typedef {Record<"line" | "letter" | "open" | "words" | "bar" | "fill", HTMLElement>} Parts */
/** @typedef {Parts & { box: HTMLInputElement, cells: Cells }} Row */

/** @type {[name: keyof RunFacts, title: string][]} */
const COLUMNS = [
  ["name", "Name"],
  ["data", "Data"],
  ["model", "Model"],
  ["horizon", "Forecasts"],
  ["mase", "MASE"],
  ["outcome", "Verdict"],
  ["status_text", "Status"],
  ["age", "Age"],
];
const PLAIN = /** @type {const} */ (["data", "model", "horizon", "mase", "age"]);
/** @type {Record<string, string>} */
const ICONS = { better: "✓", "no better": "=", worse: "✕" };

/** @extends {Stage<RunsData>} */
class RunsTable extends Stage {
  /** @type {Map<string, Row>} */ rows = new Map();
  /** @type {string[]} */ selected = [];
  adopted = "";

  constructor(/** @type {Node} */ parent) {
    super(parent, "runs");
    const scroll = tag(this.root, "div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Runs" });
    this.table = tag(scroll, "table", { role: "table" });
    tag(this.table, "caption", { class: "spoken", text: "Your runs, newest first. Tick runs to lay them over each other." });
    const head = tag(this.table, "thead", { role: "rowgroup" });
    const titles = tag(head, "tr", { role: "row" });
    const tick = tag(titles, "th", { scope: "col", role: "columnheader", class: "tick" });
    tag(tick, "span", { class: "spoken", text: "Select" });
    for (const [name, title] of COLUMNS) {
      tag(titles, "th", { scope: "col", role: "columnheader", class: name, text: title });
    }
    this.body = tag(this.table, "tbody", { role: "rowgroup" });
    this.listen();
  }

  show(/** @type {RunsData} */ data) {
    this.scene = data;
    this.recolour();
    if (data.selected.join() !== this.adopted) {
      this.adopted = data.selected.join();
      this.selected = [...data.selected];
    }
    const wanted = new Set(data.rows.map((row) => row.key));
    for (const [key, row] of this.rows) {
      if (wanted.has(key)) continue;
      row.line.remove();
      this.rows.delete(key);
    }
    data.rows.forEach((facts, place) => {
      const row = this.rows.get(facts.key) ?? this.addRow(facts.key);
      if (this.body.children[place] !== row.line) this.body.insertBefore(row.line, this.body.children[place] ?? null);
      this.fill(row, facts);
    });
    this.mark();
    this.root.dataset.drawn = String(data.rows.length);
  }

  addRow(/** @type {string} */ key) {
    const line = tag(null, "tr", { role: "row" });
    const tick = tag(line, "td", { role: "cell", class: "tick" });
    const label = tag(tick, "label");
    const box = tag(label, "input", { type: "checkbox" });
    const letter = tag(label, "span", { class: "letter", "aria-hidden": "true" });
    const cells = /** @type {Cells} */ ({});
    for (const [name] of COLUMNS) {
      cells[name] = tag(line, name === "name" ? "th" : "td", { role: name === "name" ? "rowheader" : "cell", class: name });
    }
    setAll(cells.name, { scope: "row" });
    const open = addButton(cells.name, {}, () => this.pick([key], key));
    const words = tag(cells.status_text, "span", { class: "words" });
    const bar = tag(cells.status_text, "span", { class: "bar", "aria-hidden": "true" });
    const row = { line, box, letter, cells, open, words, bar, fill: tag(bar, "span") };
    box.onchange = () => this.pick(box.checked ? [...this.selected, key] : this.selected.filter((other) => other !== key));
    this.rows.set(key, row);
    return row;
  }

  fill(/** @type {Row} */ row, /** @type {RunFacts} */ facts) {
    write(row.open, facts.name);
    setAll(row.box, { "aria-label": `Select ${facts.name}` });
    for (const name of PLAIN) write(row.cells[name], facts[name]);
    write(row.cells.outcome, facts.outcome ? `${ICONS[facts.outcome]} ${facts.outcome}` : "–");
    row.cells.outcome.dataset.outcome = facts.outcome;
    write(row.words, facts.status_text);
    row.cells.status_text.dataset.status = facts.status;
    row.bar.hidden = facts.done === null;
    row.fill.style.inlineSize = `${100 * (facts.done ?? 0)}%`;
  }

  pick(/** @type {string[]} */ keys, opened = "") {
    this.selected = keys;
    this.mark();
    this.trigger("pick", { keys, opened });
  }

  mark() {
    for (const [key, row] of this.rows) {
      const place = this.selected.indexOf(key);
      row.box.checked = place >= 0;
      setAll(row.line, { "aria-selected": String(place >= 0) });
      const lettered = place >= 0 && place < this.scene.most && this.selected.length > 1;
      write(row.letter, lettered ? String.fromCharCode(65 + place) : "");
      row.letter.style.color = lettered ? `var(--mark${place})` : "";
    }
  }
}

export default mounted(RunsTable);
