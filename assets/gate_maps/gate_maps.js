// The whole sequence at once. Python traces and tests the units; here all of it is drawn, and only the search for similar
// stretches asks the server.

import { clamp, number, tag, write } from "../shared/dom.js";
import { fromOne } from "../shared/place.js";
import { Scene } from "../shared/scene.js";
import { Stage, mounted } from "../shared/stage.js";
import { Tip } from "../shared/tip.js";
import { Bar } from "./bar.js";
import { UnitCard } from "./card.js";
import { MapStack } from "./maps.js";
import { SimilarPanel } from "./similar.js";
import { UnitList } from "./units.js";

const SEARCH_AFTER = 450; // a stretch that grows key by key is searched for when it rests

/** @extends {Stage<OverviewScene>} */
export class GateMaps extends Stage {
  step = 0;
  unit = 0;
  laneName = "";
  bySimilarity = false;
  /** @type {number[]} */ order = [];
  /** @type {Stretch | null} */ stretch = null;
  /** @type {number | null} */ anchor = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ searching;

  constructor(/** @type {Node} */ parent) {
    super(parent, "overview", { place: ["step", "unit", "phase", "lane", "order"] });
    this.bar = new Bar(this.root, this);
    const front = tag(this.root, "div", { class: "front" });
    this.stack = new MapStack(front, this);
    this.units = new UnitList(front, this);
    this.similar = new SimilarPanel(this.root, this);
    this.card = new UnitCard(this.root, this);
    this.spoken = tag(this.root, "p", { class: "spoken", "aria-live": "polite" });
    this.tip = new Tip(this.root);
    this.listen();
  }

  // ── what Python gives ──────────────────────────────────────────────────────────────────────

  show(/** @type {Uint8Array} */ bytes) {
    const scene = /** @type {OverviewScene} */ (new Scene(bytes));
    if (!this.take(scene)) this.settle();
    this.step = clamp(this.step, 0, scene.steps - 1);
    this.laneName = scene.lane(this.laneName).cell;
    this.unit = clamp(this.unit, 0, this.lane.hidden_size - 1);
    if (this.stretch && this.stretch.cell !== this.laneName) this.stretch = null;
    this.recolour();
    this.bar.show();
    this.layout();
    this.place.write(this.whereabouts());
    this.root.dataset.drawn = scene.version;
  }

  // A new sequence: the address or the tab may know where in it the visitor was, on this page or on the other one.
  settle() {
    const { step, unit, lane, order } = this.place.read(this.scene.about);
    this.step = fromOne(step, this.scene.start);
    this.unit = fromOne(unit, this.scene.start_unit);
    this.laneName = this.scene.search?.cell ?? lane ?? this.laneName;
    this.bySimilarity = order === "similarity";
    const { search } = this.scene;
    this.stretch = search && { cell: search.cell, first: search.first, last: search.last };
  }

  layout() {
    if (!this.measure()) return;
    this.units.show();
    this.arrange();
    this.card.show();
    this.similar.show();
    this.draw();
  }

  arrange() {
    this.order = this.bySimilarity ? this.lane.order : Array.from({ length: this.lane.hidden_size }, (_, unit) => unit);
    this.stack.show();
  }

  // ── where the visitor is ───────────────────────────────────────────────────────────────────

  get lane() {
    return this.scene.lane(this.laneName);
  }

  get token() {
    return this.scene.changed_tokens[this.step];
  }

  whereabouts() {
    const named = { step: this.step + 1, unit: this.unit + 1, order: this.bySimilarity ? "similarity" : "number" };
    return this.scene.lanes.length > 1 ? { ...named, lane: this.laneName } : named;
  }

  go(/** @type {number} */ step, unit = this.unit) {
    this.step = clamp(step, 0, this.scene.steps - 1);
    this.unit = clamp(unit, 0, this.lane.hidden_size - 1);
    this.moved();
  }

  /** The unit above or below, as the rows stand now. @param {number} way */
  neighbour(way) {
    const row = this.order.indexOf(this.unit) + way;
    this.go(this.step, this.order[(row + this.order.length) % this.order.length]);
  }

  chooseLane(/** @type {string} */ cell) {
    this.laneName = cell;
    this.unit = clamp(this.unit, 0, this.lane.hidden_size - 1);
    if (this.stretch) this.dropStretch();
    this.bar.show();
    this.layout();
    this.place.write(this.whereabouts());
  }

  sort(/** @type {boolean} */ bySimilarity) {
    this.bySimilarity = bySimilarity;
    this.bar.show();
    this.arrange();
    this.stack.draw();
    this.place.write(this.whereabouts());
  }

  draw() {
    this.bar.draw();
    this.stack.draw();
    this.units.draw();
    this.card.draw();
    write(this.spoken, this.words());
  }

  words() {
    const memory = this.lane.memory;
    const value = number(this.scene.value(this.lane.cell, memory, this.step, this.unit));
    return `Step ${this.step + 1} of ${this.scene.steps}: ${this.token}. Unit ${this.unit + 1}: ${this.term(memory).label} ${value}.${this.similar.words()}`;
  }

  /** @param {string} name @returns {Term} */
  term(name) {
    return this.scene.terms[name];
  }

  /** How a map is coloured: gates in their own colour from 0 to 1, all else around zero. @param {string} name */
  paint(name, scale = this.scene.scale(this.lane.cell, name)) {
    return name.endsWith("_gate") ? this.shades.gate(name) : this.shades.signed(scale);
  }

  // ── a stretch, and where else it is like that ──────────────────────────────────────────────

  /** @param {number} first @param {number} last */
  mark(first, last) {
    this.stretch = { cell: this.laneName, first: Math.min(first, last), last: Math.max(first, last) };
    this.stack.drawStretch();
    this.similar.show();
  }

  /** Shift and an arrow: the stretch goes from where it began to the step that is stood on. @param {number} way */
  extend(way) {
    this.anchor = this.stretch ? (this.anchor ?? this.stretch.first) : this.step;
    this.go(this.step + way);
    this.mark(this.anchor, this.step);
    clearTimeout(this.searching);
    this.searching = setTimeout(() => this.search(), SEARCH_AFTER);
  }

  search() {
    clearTimeout(this.searching);
    if (!this.stretch || this.found) return;
    const { cell, first, last } = this.stretch;
    this.place.keep();
    this.trigger("stretch", `${cell}.${first + 1}-${last + 1}.${this.scene.about.slice(0, 8)}`);
  }

  // What Python answered, if it is about this very stretch.
  get found() {
    const { stretch, scene } = this;
    const { search } = scene;
    const isIt = stretch && search?.cell === stretch.cell && search.first === stretch.first && search.last === stretch.last;
    return isIt ? search : null;
  }

  dropStretch() {
    if (!this.stretch) return;
    clearTimeout(this.searching);
    this.stretch = null;
    this.anchor = null;
    this.stack.drawStretch();
    this.similar.show();
    this.place.keep();
    this.trigger("stretch", "");
  }

  // ── keys and changes around ────────────────────────────────────────────────────────────────

  // Somebody typed another place into the address.
  follow() {
    const { stretch } = this;
    this.settle();
    this.stretch = stretch;
    this.laneName = this.lane.cell;
    this.bar.show();
    this.layout();
    this.go(this.step, this.unit);
  }

  // ↑ and ↓ scroll the page until something in here has the focus.
  /** @param {KeyboardEvent} event @param {boolean} inside @returns {Record<string, () => void>} */
  keys({ shiftKey }, inside) {
    return {
      ArrowRight: () => (shiftKey ? this.extend(1) : this.go(this.step + 1)),
      ArrowLeft: () => (shiftKey ? this.extend(-1) : this.go(this.step - 1)),
      Home: () => this.go(0),
      End: () => this.go(this.scene.steps - 1),
      ...(inside && { ArrowDown: () => this.neighbour(1), ArrowUp: () => this.neighbour(-1) }),
      "]": () => this.neighbour(1),
      "[": () => this.neighbour(-1),
      Escape: () => this.dropStretch(),
    };
  }
}

export default mounted(GateMaps);
