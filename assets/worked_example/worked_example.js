// One step of a cell by hand. Python works it out and writes every number; here one gate of one unit is laid out, step by step,
// and any number in a box can be typed over.

import { Switch, addButton } from "../shared/controls.js";
import { tag, write } from "../shared/dom.js";
import { Stage, mounted } from "../shared/stage.js";
import { Ledger } from "./ledger.js";
import { Moments } from "./moments.js";
import { Plot } from "./plot.js";
import { WholeCell } from "./whole_cell.js";

const NARROW = 640;

/** @extends {Stage<WorkedData & { about: string }>} */
export class WorkedExample extends Stage {
  gateName = "";
  unit = 0;
  moment = "all";

  constructor(/** @type {Node} */ parent) {
    super(parent, "worked", { place: ["hand"], isAlone: false });
    const bar = tag(this.root, "div", { class: "top" });
    this.cells = new Switch(bar, "Cell", (cell) => this.trigger("edit", { cell }));
    addButton(bar, { class: "quiet", text: "The classic numbers again" }, () => this.trigger("edit", { reset: true }));
    this.moments = new Moments(this.root, this);
    this.elsewhere = tag(this.root, "p", { class: "error", role: "alert" });
    const both = tag(this.root, "div", { class: "both" });
    this.hand = tag(both, "section", { class: "hand", "aria-label": "One gate of one unit" });
    this.heading = tag(this.hand, "h3");
    this.frame = tag(this.hand, "div", { class: "frame" });
    this.ledger = new Ledger(this.frame, this);
    this.plot = new Plot(this.frame, this);
    this.whole = new WholeCell(both, this);
    this.listen();
  }

  show(/** @type {WorkedData} */ data) {
    if (!this.take({ ...data, about: "worked-example" })) this.settle();
    this.bound();
    this.recolour();
    this.layout();
    this.root.dataset.drawn = data.cell;
  }

  settle() {
    const [gate, unit, moment] = (this.place.read(this.scene.about).hand ?? "").split(".");
    this.gateName = gate || this.gateName;
    this.unit = /^[1-3]$/.test(unit ?? "") ? Number(unit) - 1 : this.unit;
    this.moment = moment ?? this.moment;
  }

  bound() {
    const { gates } = this.scene;
    if (!gates.some(({ name }) => name === this.gateName)) this.gateName = gates[0].name;
    if (!this.moments.order.includes(this.moment)) this.moment = "all";
  }

  get gate() {
    return this.gateNamed(this.gateName);
  }

  gateNamed(/** @type {string} */ name) {
    return this.scene.gates.find((gate) => gate.name === name) ?? this.scene.gates[0];
  }

  get sum() {
    return this.gate.units[this.unit];
  }

  get isNarrow() {
    return this.width < NARROW;
  }

  /** Whether a moment has come: before it, what it gives is not shown yet. @param {string} moment */
  seen(moment) {
    const { order } = this.moments;
    return this.moment === "all" || order.indexOf(this.moment) >= order.indexOf(moment);
  }

  // What a moment is about stands out while it is told, and what is to come is not seen.
  stage(/** @type {Element} */ element, /** @type {string} */ moment) {
    element.classList.toggle("unseen", !this.seen(moment));
    element.classList.toggle("lit", this.moment === moment);
  }

  layout() {
    if (!this.measure()) return;
    this.root.classList.toggle("narrow", this.isNarrow);
    this.draw();
  }

  draw() {
    const { gate, unit, moment } = this;
    Object.assign(this.root.dataset, { gate: gate.name, unit: unit + 1, moment });
    this.root.style.setProperty("--own", `var(--${gate.name === "candidate" ? "ink" : gate.name})`);
    this.cells.showLanes(this.scene.cells, this.scene.cell);
    write(this.heading, `${gate.label}, unit ${unit + 1}`);
    this.heading.title = gate.meaning;
    this.moments.draw();
    this.ledger.draw();
    this.whole.draw();
    this.plot.draw(); // measures the ledger, so it comes last
    this.showOtherErrors();
  }

  // What is wrong with numbers that are not in sight is told on top, with where they are.
  showOtherErrors() {
    const shown = new Set(["h", "x", this.sum.field, ...(this.scene.cell === "lstm" ? ["c"] : [])]);
    const words = Object.entries(this.scene.errors)
      .filter(([key]) => !key.includes("/") || !shown.has(key.split("/")[0]))
      .map(([key, sentence]) => (key.includes("/") ? `${key.split("/")[0]}: ${sentence}` : sentence));
    write(this.elsewhere, words.join(" "));
  }

  choose(/** @type {string} */ gateName, /** @type {number} */ unit) {
    Object.assign(this, { gateName, unit });
    this.moved();
  }

  enter(/** @type {string} */ moment) {
    this.moment = moment;
    this.moved();
  }

  go(/** @type {number} */ way) {
    const { order } = this.moments;
    const next = order[order.indexOf(this.moment) + way];
    if (next) this.enter(next);
  }

  whereabouts() {
    return { hand: [this.gateName, this.unit + 1, this.moment].join(".") };
  }

  follow() {
    this.settle();
    this.bound();
    this.layout();
  }

  // Arrows in a number belong to it, and outside of this picture to the page.
  /** @param {KeyboardEvent} event @param {boolean} inside @returns {Record<string, () => void>} */
  keys({ target }, inside) {
    if (!inside || target instanceof HTMLInputElement) return {};
    return { ArrowRight: () => this.go(1), ArrowLeft: () => this.go(-1) };
  }
}

export default mounted(WorkedExample);
