// The whole sequence at once. Python traces and tests the units; here all of it is drawn, and only the search for similar
// stretches asks the server.

import { clamp, number, tag, write } from "../shared/dom.js";
import { Scene } from "../shared/scene.js";
import { Stage, mounted } from "../shared/stage.js";
import { Tip } from "../shared/tip.js";
import { Bar } from "./bar.js";
import { MapStack } from "./maps.js";
import { UnitList } from "./units.js";
import { SimilarPanel } from "./similar.js";
import { UnitCard } from "./card.js";

const SEARCH_AFTER = 450; // a stretch that grows key by key is searched for when it rests

class GateMaps extends Stage {
  constructor(parent) {
    super(parent, "overview", ["step", "unit", "phase", "lane", "order"]);
    this.bar = new Bar(this.root, this);
    const front = tag("div", { class: "front" }, this.root);
    this.stack = new MapStack(front, this);
    this.units = new UnitList(front, this);
    this.similar = new SimilarPanel(this.root, this);
    this.card = new UnitCard(this.root, this);
    this.spoken = tag("p", { class: "spoken", "aria-live": "polite" }, this.root);
    this.tip = new Tip(this.root);
    this.listen();
  }

  // ── what Python gives ──────────────────────────────────────────────────────────────────────

  show(bytes) {
    const scene = new Scene(bytes);
    const same = this.scene?.about === scene.about;
    this.scene = scene;
    if (!same) this.settle();
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
    const whole = (words, other) => (/^\d{1,6}$/.test(words ?? "") ? Number(words) - 1 : other);
    this.step = whole(step, this.scene.start);
    this.unit = whole(unit, this.scene.start_unit);
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

  go(step, unit = this.unit) {
    this.step = clamp(step, 0, this.scene.steps - 1);
    this.unit = clamp(unit, 0, this.lane.hidden_size - 1);
    this.draw();
    this.place.write(this.whereabouts());
  }

  // The unit above or below, as the rows stand now.
  neighbour(way) {
    const row = this.order.indexOf(this.unit) + way;
    this.go(this.step, this.order[(row + this.order.length) % this.order.length]);
  }

  chooseLane(cell) {
    this.laneName = cell;
    this.unit = clamp(this.unit, 0, this.lane.hidden_size - 1);
    if (this.stretch) this.dropStretch();
    this.bar.show();
    this.layout();
    this.place.write(this.whereabouts());
  }

  sort(bySimilarity) {
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
    const stretch = this.stretch ? ` ${this.similar.words()}` : "";
    return `Step ${this.step + 1} of ${this.scene.steps}: ${this.token}. Unit ${this.unit + 1}: ${this.term(memory).label} ${value}.${stretch}`;
  }

  term(name) {
    return this.scene.terms[name];
  }

  // How a map is coloured: gates in their own colour from 0 to 1, all else around zero.
  paint(name, scale = this.scene.scale(this.lane.cell, name)) {
    return name.endsWith("_gate") ? this.shades.gate(name) : this.shades.signed(scale);
  }

  // ── a stretch, and where else it is like that ──────────────────────────────────────────────

  mark(first, last) {
    this.stretch = { cell: this.laneName, first: Math.min(first, last), last: Math.max(first, last) };
    this.stack.drawStretch();
    this.similar.show();
  }

  // Shift and an arrow: the stretch goes from where it began to the step that is stood on.
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
    const { search } = this.scene;
    const same =
      this.stretch && search && ["cell", "first", "last"].every((name) => search[name] === this.stretch[name]);
    return same ? search : null;
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
  press(event, inside) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.scene) return;
    const action = this.action(event.key, event.shiftKey);
    if (!action || (!inside && ["ArrowUp", "ArrowDown"].includes(event.key))) return;
    event.preventDefault();
    action();
  }

  action(key, shift) {
    return {
      ArrowRight: () => (shift ? this.extend(1) : this.go(this.step + 1)),
      ArrowLeft: () => (shift ? this.extend(-1) : this.go(this.step - 1)),
      Home: () => this.go(0),
      End: () => this.go(this.scene.steps - 1),
      ArrowDown: () => this.neighbour(1),
      ArrowUp: () => this.neighbour(-1),
      "]": () => this.neighbour(1),
      "[": () => this.neighbour(-1),
      Escape: () => this.dropStretch(),
    }[key];
  }
}

export default mounted(GateMaps);
