// How the gradient fares on its way back through time. Python computes all of it once; here it is drawn, for every cell, step and
// state of training.

import { clamp, tag, write } from "../shared/dom.js";
import { Scene } from "../shared/scene.js";
import { Stage, mounted } from "../shared/stage.js";
import { Tip } from "../shared/tip.js";
import { FlowNumbers } from "./numbers.js";
import { Verdicts } from "./verdicts.js";
import { TrainingPath } from "./training.js";
import { Course } from "./course.js";
import { LaneSwitch } from "./switch.js";
import { Heat } from "./heat.js";
import { RoadChart } from "./roads.js";
import { Derivation } from "./derivation.js";
import { Spectrum } from "./spectrum.js";
import { Sensitivity } from "./sensitivity.js";

const NARROW = 620;

class GradientFlow extends Stage {
  constructor(parent) {
    super(parent, "flow", ["step", "lane", "frame", "view"]);
    this.verdicts = new Verdicts(this.root, this);
    this.lesson = tag("p", { class: "lesson" }, this.root);
    this.training = new TrainingPath(this.root, this);
    this.course = new Course(this.root, this);
    this.inside = tag("section", { class: "inside" }, this.root);
    const header = tag("header", {}, this.inside);
    this.heading = tag("h3", {}, header);
    this.cells = new LaneSwitch(header, this);
    this.details = [new Heat(this.inside, this), new RoadChart(this.inside, this)];
    const pair = tag("div", { class: "pair" }, this.inside);
    this.details.push(new Derivation(pair, this), new Spectrum(pair, this), new Sensitivity(this.inside, this));
    this.spoken = tag("p", { class: "spoken", "aria-live": "polite" }, this.root);
    this.tip = new Tip(this.root);
    this.listen();
  }

  // ── what Python gives ──────────────────────────────────────────────────────────────────────

  show(bytes) {
    const scene = new Scene(bytes);
    const same = this.scene?.about === scene.about;
    this.scene = scene;
    this.numbers = new FlowNumbers(scene);
    if (!same) this.settle();
    this.bound();
    this.recolour();
    this.layout();
    this.place.write(this.whereabouts());
    this.root.dataset.drawn = scene.version;
  }

  settle() {
    const { step, lane, frame, view } = this.place.read(this.scene.about);
    const whole = (words, other) => (/^\d{1,6}$/.test(words ?? "") ? Number(words) - 1 : other);
    this.step = whole(step, Math.floor(this.scene.steps / 2));
    this.position = whole(frame, this.states - 1);
    this.laneName = lane ?? this.laneName ?? "lstm";
    this.view = view === "size" ? "size" : "share"; // losses differ in size: what is left of each is what compares
  }

  bound() {
    this.step = clamp(this.step, 0, this.scene.steps - 1);
    this.position = clamp(this.position, 0, this.states - 1);
    this.laneName = this.scene.lane(this.laneName).cell;
  }

  // ── the numbers of now ─────────────────────────────────────────────────────────────────────

  get lane() {
    return this.scene.lane(this.laneName);
  }

  get states() {
    return this.numbers.states;
  }

  frame(lane) {
    return lane.frames[this.numbers.frameOf(lane, this.position)];
  }

  table(lane, name) {
    return this.numbers.table(lane, name, this.numbers.frameOf(lane, this.position));
  }

  norms(lane, name) {
    return this.numbers.norms(lane, name, this.numbers.frameOf(lane, this.position), this.view);
  }

  // Where the cell itself left the range of numbers on its way forward, if it did: nothing from there on is a number.
  get lostFrom() {
    const { overflow } = this.frame(this.lane);
    return overflow && Number.isNaN(this.table(this.lane, "hidden").data[this.scene.steps - 1])
      ? overflow.step
      : Infinity;
  }

  meaning(name) {
    return this.scene.terms[name]?.meaning ?? "";
  }

  firstSeed() {
    return this.lane.readers > 1 ? `Of one model, the first of the ${this.lane.readers} seeds. ` : "";
  }

  // ── drawing ────────────────────────────────────────────────────────────────────────────────

  get isNarrow() {
    return this.width < NARROW;
  }

  layout() {
    if (!this.measure()) return;
    const [left, right] = this.isNarrow ? [66, 46] : [174, 62];
    this.geometry = { left, right, count: this.scene.steps, wide: (this.width - left - right) / this.scene.steps };
    this.verdicts.show();
    write(this.lesson, this.scene.lesson);
    this.lesson.hidden = !this.scene.lesson;
    this.training.show();
    this.course.show();
    this.showLane();
    this.draw();
  }

  showLane() {
    this.root.dataset.lane = this.laneName;
    this.root.dataset.frame = this.position + 1;
    this.root.dataset.view = this.view;
    const { label, layers, layer } = this.lane;
    write(this.heading, `Inside the ${label}${layers > 1 ? `, layer ${layer + 1} of ${layers}` : ""}`);
    this.cells.show();
    for (const detail of this.details) detail.show();
  }

  draw() {
    if (!this.width) return; // not in sight: drawn when it comes
    this.root.dataset.step = this.step + 1;
    this.course.draw();
    for (const detail of this.details) detail.draw();
    write(this.spoken, this.course.words());
  }

  // ── where the visitor is ───────────────────────────────────────────────────────────────────

  whereabouts() {
    const lane = this.scene.lanes.length > 1 ? { lane: this.laneName } : {};
    const frame = this.states > 1 ? { frame: this.position + 1 } : {};
    return { step: this.step + 1, view: this.view, ...lane, ...frame };
  }

  go(step) {
    this.step = clamp(step, 0, this.scene.steps - 1);
    this.draw();
    this.place.write(this.whereabouts());
  }

  chooseLane(cell) {
    this.laneName = cell;
    this.layout();
    this.place.write(this.whereabouts());
  }

  neighbour(way) {
    const { lanes } = this.scene;
    const place = lanes.findIndex(({ cell }) => cell === this.laneName) + way;
    this.chooseLane(lanes[(place + lanes.length) % lanes.length].cell);
  }

  chooseView(view) {
    this.view = view;
    this.layout();
    this.place.write(this.whereabouts());
  }

  train(position) {
    this.position = clamp(position, 0, this.states - 1);
    this.layout();
    this.place.write(this.whereabouts());
  }

  // What charts on the common steps do with the pointer: one step is shown in all of them.
  told(title, rows) {
    return {
      pick: (step) => this.go(step),
      leave: () => this.leave(),
      point: (step, event) => {
        this.point(step);
        this.tip.show(event, title(step), rows(step), "");
      },
    };
  }

  point(step) {
    this.course.chart.point(step);
    this.details[0].point(step);
    this.details[1].chart.point(step);
  }

  leave() {
    this.point(null);
    this.tip.hide();
  }

  // ── keys and changes around ────────────────────────────────────────────────────────────────

  // Somebody typed another place into the address.
  follow() {
    this.settle();
    this.bound();
    this.layout();
    this.place.write(this.whereabouts());
  }

  // ↑ and ↓ scroll the page until something in here has the focus; the slider keeps its own keys.
  press(event, inside) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.scene || event.target.tagName === "INPUT") return;
    const action = {
      ArrowRight: () => this.go(this.step + 1),
      ArrowLeft: () => this.go(this.step - 1),
      Home: () => this.go(0),
      End: () => this.go(this.scene.steps - 1),
      ArrowDown: () => this.neighbour(1),
      ArrowUp: () => this.neighbour(-1),
    }[event.key];
    if (!action || (!inside && ["ArrowUp", "ArrowDown"].includes(event.key))) return;
    event.preventDefault();
    action();
  }

  remove() {
    this.training.stop();
    super.remove();
  }
}

export default mounted(GradientFlow);
