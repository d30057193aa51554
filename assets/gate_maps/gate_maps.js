// The whole sequence at once. Python traces and tests the units; here all of it is drawn, and only the search for similar
// stretches asks the server.

import { clamp, number, tag, write } from "../shared/dom.js";
import { fromOne } from "../shared/place.js";
import { SceneStage } from "../shared/scene_stage.js";
import { mounted } from "../shared/stage.js";
import { Bar } from "./bar.js";
import { UnitCard } from "./card.js";
import { MapStack } from "./maps.js";
import { SimilarPanel } from "./similar.js";
import { UnitList } from "./units.js";

const SEARCH_AFTER = 450; // a stretch that grows key by key is searched for when it rests

/** @extends {SceneStage<OverviewLane, OverviewScene>} */
export class GateMaps extends SceneStage {
  bySimilarity = false;
  /** @type {number[]} */ order = [];
  /** @type {Stretch | null} */ stretch = null;
  /** @type {number | null} */ anchor = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ searching;

  constructor(/** @type {Node} */ parent) {
    super(parent, "overview", ["step", "unit", "phase", "lane", "order"]);
    this.bar = new Bar(this.root, this);
    const front = tag(this.root, "div", { class: "front" });
    this.stack = new MapStack(front, this);
    this.units = new UnitList(front, this);
    this.similar = new SimilarPanel(this.root, this);
    this.card = new UnitCard(this.root, this);
    this.listen();
  }

  // ── what Python gives ──────────────────────────────────────────────────────────────────────

  build() {
    if (this.stretch && this.stretch.cell !== this.laneName) this.stretch = null;
    this.bar.show();
  }

  settle() {
    const { step, unit, lane, order } = this.place.read(this.scene.about);
    this.step = fromOne(step, this.scene.start);
    this.unit = fromOne(unit, this.scene.start_unit);
    this.bySimilarity = order === "similarity";
    const { search } = this.scene;
    const cell = search?.cell ?? lane;
    if (cell) this.laneName = cell;
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

  get token() {
    return this.scene.changed_tokens[this.step];
  }

  whereabouts() {
    return super.whereabouts({ unit: this.unit + 1, order: this.bySimilarity ? "similarity" : "number" });
  }

  go(/** @type {number} */ step, unit = this.unit) {
    this.unit = clamp(unit, 0, this.lane.hidden_size - 1);
    super.go(step);
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

  /** How a map is coloured: gates in their own colour from 0 to 1, all else around zero. @param {string} name */
  paint(name, scale = this.scene.scale(this.lane.cell, name)) {
    return name.endsWith("_gate") ? this.shades.gate(name) : this.shades.signed(scale);
  }

  // ── a stretch, and where else it is like that ──────────────────────────────────────────────

  mark(/** @type {number} */ first, /** @type {number} */ last) {
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

  follow() {
    const { stretch } = this;
    this.settle();
    this.stretch = stretch;
    this.bound();
    this.bar.show();
    this.layout();
    this.place.write(this.whereabouts());
  }

  // ↑ and ↓ scroll the page until something in here has the focus.
  /** @param {KeyboardEvent} event @param {boolean} inside @returns {Record<string, () => void>} */
  keys({ shiftKey }, inside) {
    return {
      ...this.stepKeys(),
      ...(shiftKey && { ArrowRight: () => this.extend(1), ArrowLeft: () => this.extend(-1) }),
      ...(inside && { ArrowDown: () => this.neighbour(1), ArrowUp: () => this.neighbour(-1) }),
      "]": () => this.neighbour(1),
      "[": () => this.neighbour(-1),
      Escape: () => this.dropStretch(),
    };
  }
}

export default mounted(GateMaps);
