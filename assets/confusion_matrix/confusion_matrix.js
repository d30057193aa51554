// Which classes are taken for which: a real table, whose cells that hold examples are buttons. One of them is in the tab order;
// arrow keys lead from it to the others.

import { WAYS } from "../shared/controls.js";
import { lastOf, setAll, tag, targetOf, write } from "../shared/dom.js";
import { Stage, mounted } from "../shared/stage.js";

const LONG = 5; // letters; longer names of columns stand upright
const SHORTEST = 80; // pixels that the name of a row has at least

/** @extends {Stage<MatrixData>} */
class ConfusionMatrix extends Stage {
  about = "";
  upright = false;
  /** @type {Map<string, HTMLElement>} */ cells = new Map();

  constructor(/** @type {Node} */ parent) {
    super(parent, "confusion");
    this.summary = tag(this.root, "p", { class: "summary" });
    const region = { class: "scroll", role: "region", "aria-label": "True classes against predicted ones" };
    this.scroll = tag(this.root, "div", region);
    this.table = tag(this.scroll, "table");
    this.key = tag(this.root, "div", { class: "key" });
    for (const [kind, words] of Object.entries({ right: "framed: correct", wrong: "striped: misclassified" })) {
      const entry = tag(this.key, "span");
      tag(entry, "i", { class: kind, "aria-hidden": "true" });
      entry.append(words);
    }
    tag(this.key, "span", { text: "The stronger the colour, the larger the share of the row. A click shows the examples." });
    this.table.addEventListener("click", (event) => this.click(event));
    this.table.addEventListener("focusin", (event) => targetOf(event).dataset.row && this.enter(targetOf(event)));
    this.listen();
  }

  show(/** @type {MatrixData} */ data) {
    this.scene = data;
    this.recolour();
    const { chosen, palettes, ...content } = data;
    const about = JSON.stringify(content);
    if (about !== this.about) {
      this.about = about;
      this.build();
      this.layout();
    }
    this.mark(chosen);
    this.root.dataset.drawn = String(data.classes.length);
  }

  build() {
    const { classes, all, hidden, summary } = this.scene;
    write(this.summary, hidden ? `${summary} Of ${all} classes you see the ${classes.length} with most mistakes.` : summary);
    this.upright = classes.some((name) => [...name].length > LONG);
    this.root.classList.toggle("upright", this.upright);
    this.table.replaceChildren();
    this.cells = new Map();
    const text = `${summary} Rows are true classes, columns predicted ones. Arrow keys lead from cell to cell.`;
    tag(this.table, "caption", { class: "spoken", text });
    this.buildHead(tag(this.table, "thead"));
    const body = tag(this.table, "tbody");
    this.scene.rows.forEach((row, place) => this.buildRow(body, row, place));
    const first = this.cells.values().next().value;
    if (first) first.tabIndex = 0;
  }

  // All in full where there is room; else closer together, then without the sums. What is left goes to the names of rows, and
  // then to the cells.
  layout() {
    const isSeen = this.measure();
    this.root.classList.remove("tight", "tightest");
    for (const length of ["--name", "--cell"]) this.root.style.removeProperty(length);
    const left = () => this.width - this.table.offsetWidth;
    if (!isSeen || left() >= 0) return;
    this.root.classList.add("tight");
    this.root.style.setProperty("--name", `${SHORTEST}px`);
    this.root.classList.toggle("tightest", left() < 0);
    this.root.style.setProperty("--name", `${SHORTEST + Math.max(0, left() - 1)}px`);
    const wider = Math.max(0, left() - 1) / this.scene.classes.length;
    this.root.style.setProperty("--cell", `calc(1.55rem + ${wider}px)`);
  }

  buildHead(/** @type {HTMLElement} */ head) {
    const { classes, hidden } = this.scene;
    const top = tag(head, "tr");
    const corner = tag(top, "th", { scope: "col", class: "corner" });
    tag(corner, "span", { class: "down", text: "true ↓" });
    tag(corner, "span", { class: "across", text: "predicted →" });
    for (const name of classes) tag(tag(top, "th", { scope: "col", class: "name" }), "span", { text: name, title: name });
    if (hidden) tag(top, "th", { scope: "col", class: "sum", text: "others" });
    tag(top, "th", { scope: "col", class: "sum total", text: "all" });
    tag(top, "th", { scope: "col", class: "sum recall", text: "recall" });
  }

  /** @param {HTMLElement} body @param {MatrixRow} row @param {number} place */
  buildRow(body, row, place) {
    const { classes, hidden } = this.scene;
    const line = tag(body, "tr");
    tag(tag(line, "th", { scope: "row" }), "span", { text: classes[place], title: classes[place] });
    row.counts.forEach((count, column) => this.buildCell(line, row, place, column, count));
    if (hidden) tag(line, "td", { class: "sum", text: String(row.others) });
    tag(line, "td", { class: "sum total", text: String(row.total) });
    tag(line, "td", { class: "sum recall", text: row.recall });
  }

  /** @param {HTMLElement} line @param {MatrixRow} row @param {number} place @param {number} column @param {number} count */
  buildCell(line, row, place, column, count) {
    const kind = place === column ? "right" : "wrong";
    const cell = tag(line, "td", { class: count ? kind : `${kind} zero` });
    if (!count) return void tag(cell, "span", { class: "spoken", text: "0" });
    const button = tag(cell, "button", { type: "button", tabindex: -1, text: String(count), "aria-pressed": "false" });
    button.style.setProperty("--share", String(Math.sqrt(row.shares[column])));
    Object.assign(button.dataset, { row: place, column });
    const [is, predicted] = [this.scene.classes[place], this.scene.classes[column]];
    const many = count === 1 ? "example" : "examples";
    const words = `${count} ${many} of ${is}, predicted as ${predicted}: ${kind === "right" ? "correct" : "incorrect"}`;
    setAll(button, { "aria-label": words, title: words });
    this.cells.set(`${place}/${column}`, button);
  }

  mark(/** @type {MatrixData["chosen"]} */ chosen) {
    const { places } = this.scene;
    const wanted = chosen ? `${places.indexOf(chosen[0])}/${places.indexOf(chosen[1])}` : "";
    for (const [name, button] of this.cells) setAll(button, { "aria-pressed": String(name === wanted) });
    const button = this.cells.get(wanted);
    if (button && !this.table.matches(":focus-within")) this.enter(button);
  }

  enter(/** @type {HTMLElement} */ button) {
    for (const other of this.cells.values()) other.tabIndex = other === button ? 0 : -1;
  }

  click(/** @type {MouseEvent} */ event) {
    const button = targetOf(event).closest("button");
    if (!button) return;
    const { row, column } = button.dataset;
    const { places } = this.scene;
    /** @type {[right: number, called: number]} */
    const picked = [places[Number(row)], places[Number(column)]];
    this.mark(picked);
    this.trigger("pick", picked);
  }

  /** @param {KeyboardEvent} event @returns {Record<string, () => void>} */
  keys(event) {
    const at = targetOf(event).dataset;
    if (!at.row) return {};
    const [row, column] = [Number(at.row), Number(at.column)];
    const ways = Object.entries(WAYS).map(([key, way]) => [key, () => this.reach(this.next(row, column, way))]);
    return {
      ...Object.fromEntries(ways),
      Home: () => this.reach(this.inRow(row)[0]),
      End: () => this.reach(lastOf(this.inRow(row))),
    };
  }

  reach(/** @type {HTMLElement | null} */ button) {
    button?.focus();
    button?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // The next cell that holds examples, in this row or column; where that way has none, in the lines beyond.
  /** @param {number} row @param {number} column @param {Way} way @returns {HTMLElement | null} */
  next(row, column, [down, across]) {
    const count = this.scene.classes.length;
    for (let far = 1; far < count; far += 1) {
      const found = this.cells.get(`${row + far * down}/${column + far * across}`);
      if (found) return found;
    }
    return this.beyond(row, column, [down, across]);
  }

  // The nearest cell on that side, whichever line it stands in.
  /** @param {number} row @param {number} column @param {Way} way */
  beyond(row, column, [down, across]) {
    let best = null;
    let least = Infinity;
    for (const button of this.cells.values()) {
      const [y, x] = [Number(button.dataset.row) - row, Number(button.dataset.column) - column];
      const ahead = y * down + x * across;
      const far = 10 * ahead + Math.abs(y * across) + Math.abs(x * down);
      if (ahead > 0 && far < least) [best, least] = [button, far];
    }
    return best;
  }

  inRow(/** @type {number} */ row) {
    return [...this.cells.values()].filter((button) => Number(button.dataset.row) === row);
  }
}

export default mounted(ConfusionMatrix);
