// How the gradient fares on its way back through time. Python computes all of it once; here it is drawn, for every cell, step and
// state of training.

import { Switch } from "../shared/controls.js";
import { clamp, tag, write } from "../shared/dom.js";
import { fromOne } from "../shared/place.js";
import { SceneStage } from "../shared/scene_stage.js";
import { mounted } from "../shared/stage.js";
import { Course } from "./course.js";
import { Derivation } from "./derivation.js";
import { Heat } from "./heat.js";
import { FlowNumbers } from "./numbers.js";
import { PathChart } from "./paths.js";
import { Sensitivity } from "./sensitivity.js";
import { Spectrum } from "./spectrum.js";
import { TrainingPath } from "./training.js";
import { Verdicts } from "./verdicts.js";

const NARROW = 620;

/** @extends {SceneStage<FlowLane, FlowScene>} */
export class GradientFlow extends SceneStage {
  laneName = "lstm";
  /** @type {FlowNumbers} */ numbers;
  position = 0;
  /** @type {NormView} */ view = "share";
  /** @type {Geometry} */ geometry;

  constructor(/** @type {Node} */ parent) {
    super(parent, "flow", ["step", "lane", "frame", "view"]);
    this.verdicts = new Verdicts(this.root, this);
    this.lesson = tag(this.root, "p", { class: "lesson" });
    this.training = new TrainingPath(this.root, this);
    this.course = new Course(this.root, this);
    this.inside = tag(this.root, "section", { class: "inside" });
    const header = tag(this.inside, "header");
    this.heading = tag(header, "h3");
    this.cells = new Switch(header, "Cell", (cell) => this.chooseLane(cell));
    this.heat = new Heat(this.inside, this);
    this.paths = new PathChart(this.inside, this);
    const pair = tag(this.inside, "div", { class: "pair" });
    const rest = [new Derivation(pair, this), new Spectrum(pair, this), new Sensitivity(this.inside, this)];
    this.details = [this.heat, this.paths, ...rest];
    this.listen();
  }

  // ── what Python gives ──────────────────────────────────────────────────────────────────────

  take(/** @type {FlowScene} */ scene) {
    this.numbers = new FlowNumbers(scene);
    return super.take(scene);
  }

  settle() {
    const { step, lane, frame, view } = this.place.read(this.scene.about);
    this.step = fromOne(step, Math.floor(this.scene.steps / 2));
    this.position = fromOne(frame, this.states - 1);
    if (lane) this.laneName = lane;
    this.view = view === "size" ? "size" : "share"; // losses differ in size: what is left of each is what compares
  }

  bound() {
    super.bound();
    this.position = clamp(this.position, 0, this.states - 1);
  }

  // ── the numbers of now ─────────────────────────────────────────────────────────────────────

  get states() {
    return this.numbers.states;
  }

  frame(/** @type {FlowLane} */ lane) {
    return lane.frames[this.numbers.frameOf(lane, this.position)];
  }

  table(/** @type {FlowLane} */ lane, /** @type {string} */ name) {
    return this.numbers.table(lane, name, this.numbers.frameOf(lane, this.position));
  }

  /** The same, or null where it was not measured. @param {FlowLane} lane @param {string} name */
  find(lane, name) {
    return this.numbers.find(lane, name, this.numbers.frameOf(lane, this.position));
  }

  norms(/** @type {FlowLane} */ lane, /** @type {string} */ name) {
    return this.numbers.norms(lane, name, this.numbers.frameOf(lane, this.position), this.view);
  }

  // Where the cell itself left the range of numbers on its way forward, if it did: nothing from there on is a number.
  get lostFrom() {
    const { overflow } = this.frame(this.lane);
    return overflow && Number.isNaN(this.table(this.lane, "hidden").data[this.scene.steps - 1]) ? overflow.step : Infinity;
  }

  meaning(/** @type {string} */ name) {
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
    Object.assign(this.root.dataset, { lane: this.laneName, frame: this.position + 1, view: this.view });
    const { label, layers, layer } = this.lane;
    write(this.heading, `Inside the ${label}${layers > 1 ? `, layer ${layer + 1} of ${layers}` : ""}`);
    this.cells.showLanes(this.scene.lanes, this.laneName);
    for (const detail of this.details) detail.show();
  }

  draw() {
    if (!this.width) return; // not in sight: drawn when it comes
    this.root.dataset.step = String(this.step + 1);
    this.course.draw();
    for (const detail of this.details) detail.draw();
    write(this.spoken, this.course.words());
  }

  // ── where the visitor is ───────────────────────────────────────────────────────────────────

  whereabouts() {
    return { ...super.whereabouts({ view: this.view }), ...(this.states > 1 && { frame: this.position + 1 }) };
  }

  chooseLane(/** @type {string} */ cell) {
    this.laneName = cell;
    this.layout();
    this.place.write(this.whereabouts());
  }

  neighbour(/** @type {number} */ way) {
    const { lanes } = this.scene;
    const place = lanes.findIndex(({ cell }) => cell === this.laneName) + way;
    this.chooseLane(lanes[(place + lanes.length) % lanes.length].cell);
  }

  chooseView(/** @type {NormView} */ view) {
    this.view = view;
    this.layout();
    this.place.write(this.whereabouts());
  }

  train(/** @type {number} */ position) {
    this.position = clamp(position, 0, this.states - 1);
    this.layout();
    this.place.write(this.whereabouts());
  }

  // What charts on the common steps do with the pointer: one step is shown in all of them.
  /** @param {{ title: (step: number) => string, rows: (step: number) => TipRow[] }} tip @returns {ChartHandlers} */
  handlers({ title, rows }) {
    return {
      pick: (step) => this.go(step),
      leave: () => this.leave(),
      point: (step, event) => {
        this.point(step);
        this.tip.show(event, title(step), rows(step));
      },
    };
  }

  point(/** @type {number | null} */ step) {
    this.course.chart.point(step);
    this.heat.point(step);
    this.paths.chart.point(step);
  }

  leave() {
    this.point(null);
    this.tip.hide();
  }

  // ── keys and changes around ────────────────────────────────────────────────────────────────

  // ↑ and ↓ scroll the page until something in here has the focus; the slider keeps its own keys.
  /** @param {KeyboardEvent} event @param {boolean} inside @returns {Record<string, () => void>} */
  keys({ target }, inside) {
    if (target instanceof HTMLInputElement) return {};
    return {
      ...this.stepKeys(),
      ...(inside && { ArrowDown: () => this.neighbour(1), ArrowUp: () => this.neighbour(-1) }),
    };
  }

  remove() {
    this.training.player.stop();
    super.remove();
  }
}

export default mounted(GradientFlow);
