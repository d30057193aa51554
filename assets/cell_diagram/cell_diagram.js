// Step a live cell. Python computes the whole trace once; here it is only looked at: no step asks the server.

import { addButton } from "../shared/controls.js";
import { clamp, factor, number, prefersStill, tag, write } from "../shared/dom.js";
import { fromOne } from "../shared/place.js";
import { Player } from "../shared/player.js";
import { SceneStage } from "../shared/scene_stage.js";
import { mounted } from "../shared/stage.js";
import { UnitPanel, Waterfall } from "./equations.js";
import { LaneView } from "./lane.js";
import { PhaseBar } from "./phases.js";
import { PHASES } from "./plans.js";
import { predictionView } from "./predictions.js";
import { Ribbon, Transport } from "./ribbon.js";
import { Story } from "./story.js";
import { Changes, Holding } from "./what_if.js";

/** @typedef {{ layout?: (compact: boolean) => void, showPhase?: () => void, draw: () => void }} View */

const WITHOUT_CHANGES = "Dashed outlines, pale lines and the left part of a unit's cell: without the changes.";
const WHOLE = -1;
const GLIDE = 300; // milliseconds of rest before a step is worth a movement

/** @extends {SceneStage<StepLane, StepScene>} */
export class CellDiagram extends SceneStage {
  phase = WHOLE;
  stepped = -Infinity;
  /** @type {boolean} */ gliding;
  /** @type {View[]} */ views = [];

  constructor(/** @type {Node} */ parent) {
    super(parent, "diagram", ["step", "unit", "phase", "lane"]);
    this.ribbon = new Ribbon(this.root, this);
    this.transport = new Transport(this.root, this);
    this.player = new Player({
      pace: () => 1000 / this.transport.rate,
      advance: () => {
        this.go(this.step + 1);
        return this.step < this.scene.steps - 1;
      },
      show: (isPlaying) => this.transport.showPlaying(isPlaying),
    });
    this.changes = new Changes(this.root, this.transport.root, this);
    this.phases = new PhaseBar(this.root, this);
    this.guide = tag(this.root, "p", { class: "guide" });
    this.guideWords = tag(this.guide, "span");
    addButton(this.guide, { class: "quiet", text: "show its story" }, () => {
      this.choose(this.scene.start_unit, this.scene.lanes[0].cell);
      this.story.root.scrollIntoView({ block: "center", behavior: prefersStill() ? "auto" : "smooth" });
    });
    this.lanes = tag(this.root, "div", { class: "lanes" });
    const legend = this.addLegend();
    this.marks = tag(legend, "span");
    this.ghosts = tag(legend, "span", { text: WITHOUT_CHANGES });
    this.below = tag(this.root, "div", { class: "below" });
    this.unitPanel = new UnitPanel(this.below, this);
    this.waterfall = new Waterfall(this.below, this);
    this.story = new Story(this.root, this);
    this.holding = new Holding(this.root, this);
    this.listen();
  }

  addLegend() {
    const line = tag(this.root, "p", { class: "legend" });
    /** @param {string} kind @param {string} from @param {string} to @param {string} words */
    const scale = (kind, from, to, words) => {
      tag(line, "span", { text: from });
      tag(line, "i", { class: kind });
      tag(line, "span", { class: "last", text: `${to} ${words}` });
    };
    scale("shut", "0", "1", "gates: shut to open");
    scale("signed", "−", "+", "states, candidate, input");
    tag(line, "span", { text: "Pipes are as wide as what flows through them: content summed over all units." });
    return line;
  }

  // ── what Python gives ──────────────────────────────────────────────────────────────────────

  build() {
    const { scene } = this;
    this.ribbon.show(scene);
    this.changes.show(scene);
    this.guide.hidden = !scene.guide;
    write(this.guideWords, scene.guide);
    write(this.marks, this.marked(scene));
    this.ghosts.hidden = !scene.lanes.some((lane) => lane.changed);
    this.buildLanes();
    this.unitPanel.show();
  }

  marked(/** @type {StepScene} */ scene) {
    if (scene.series || scene.asks === "values") return "";
    if (scene.asks === "class") {
      const pale = scene.find("sequence", "picture") ? " Pale rows of the picture are not read yet." : "";
      return `✓ its class; line under a step: how probable its class was there.${pale}`;
    }
    const tick = scene.trained ? "✓ may come next" : "✓ came next";
    return `${tick}; line under a token: the probability of a right answer there; dashed: changed there.`;
  }

  settle() {
    this.pause();
    const { step, unit, phase, lane } = this.place.read(this.scene.about);
    this.step = fromOne(step, this.scene.start);
    this.unit = fromOne(unit, this.scene.start_unit);
    this.phase = PHASES.indexOf(phase ?? "");
    if (lane) this.laneName = lane;
  }

  buildLanes() {
    this.lanes.replaceChildren();
    this.views = [];
    for (const lane of this.scene.lanes) {
      const row = tag(this.lanes, "div", { class: "lane-row" });
      this.views.push(new LaneView(row, lane, this), predictionView(row, lane, this));
    }
    this.root.classList.toggle("several", this.scene.lanes.length > 1);
  }

  layout() {
    if (!this.measure()) return;
    for (const view of this.views) view.layout?.(this.scene.lanes.length > 1);
    this.story.show();
    this.showPhase();
    this.draw();
  }

  remove() {
    this.pause();
    super.remove();
  }

  // ── where the visitor is ───────────────────────────────────────────────────────────────────

  whereabouts() {
    return super.whereabouts({ unit: this.unit + 1, phase: PHASES[this.phase] ?? "whole" });
  }

  go(/** @type {number} */ step) {
    this.glide();
    super.go(step);
  }

  // Pipes glide to their new width, so that the eye sees what changed; not while one step chases the other.
  glide() {
    const now = performance.now();
    const slowly = now - this.stepped > GLIDE;
    this.stepped = now;
    if (slowly === this.gliding) return;
    this.gliding = slowly;
    this.root.classList.toggle("gliding", slowly);
  }

  enter(/** @type {number} */ phase) {
    this.phase = phase;
    this.showPhase();
    this.moved();
  }

  /** Through the phases of one step and on into the next. @param {number} way */
  walk(way) {
    const next = this.phase + way;
    if (next >= PHASES.length && this.step < this.scene.steps - 1) {
      this.step += 1;
      this.enter(0);
    } else if (this.phase === 0 && way < 0 && this.step > 0) {
      this.step -= 1;
      this.enter(PHASES.length - 1);
    } else this.enter(clamp(next, WHOLE, PHASES.length - 1));
  }

  choose(/** @type {number} */ unit, cell = this.laneName) {
    this.laneName = cell;
    const { hidden_size: size } = this.lane;
    this.unit = (unit + size) % size;
    this.unitPanel.show();
    this.story.show();
    this.moved();
  }

  inPhase(/** @type {string[]} */ phases) {
    return this.phase === WHOLE || phases.includes(PHASES[this.phase]);
  }

  showPhase() {
    for (const view of this.views) view.showPhase?.();
  }

  draw() {
    this.ribbon.draw();
    this.transport.draw();
    this.changes.draw();
    this.phases.draw();
    for (const view of this.views) view.draw();
    this.unitPanel.draw();
    this.waterfall.draw();
    this.story.draw();
    if (!this.player.isPlaying) write(this.spoken, `Step ${this.step + 1}: ${this.phases.words()}`);
  }

  // ── numbers that several parts tell ────────────────────────────────────────────────────────

  flow(/** @type {StepLane} */ lane, /** @type {string} */ what) {
    return this.scene.value(lane.cell, "flow", this.step, lane.flows.indexOf(what), lane.changed);
  }

  best(/** @type {StepLane} */ lane) {
    if (this.scene.series || this.scene.asks === "values") return "";
    const place = this.bestOutput(lane);
    return `“${this.scene.outputs[place]}” (${Math.round(100 * this.scene.value(lane.cell, "probabilities", this.step, place, lane.changed))}%)`;
  }

  bestOutput(/** @type {StepLane} */ lane) {
    const now = this.scene.row(lane.cell, "probabilities", this.step, lane.changed) ?? new Float32Array();
    return now.reduce((best, chance, place) => (chance > now[best] ? place : best), 0);
  }

  /** What the selected unit adds to the score of the likeliest answer. @param {number} hidden */
  contribution(hidden) {
    const lane = this.lane;
    if (lane.beyond) return lane.beyond;
    const chooses = !this.scene.series && this.scene.asks !== "values";
    const place = chooses ? this.bestOutput(lane) : 0;
    const weight = this.scene.value(lane.cell, "head", place, this.unit);
    const what = this.scene.series
      ? "the first value (scaled)"
      : `${chooses ? "the score of " : ""}“${this.scene.outputs[place]}”`;
    return `adds ${factor(weight)}·${factor(hidden)} = ${number(weight * hidden)} to ${what}`;
  }

  // ── what if ────────────────────────────────────────────────────────────────────────────────

  changesAt(/** @type {number} */ step) {
    return this.scene.changes.some(({ first, last }) => first !== null && first <= step && (last === null || step <= last));
  }

  // Whether a change sets this value of the selected unit at this step, so that its equation no longer gives it.
  isHeld(/** @type {string} */ name) {
    return this.scene.changes.some(
      ({ cell, name: held, unit, first, last }) =>
        cell === this.lane.cell &&
        (held === name || (held === "off" && name.endsWith("_state"))) &&
        (unit === null || unit === this.unit) &&
        (first ?? 0) <= this.step &&
        (last === null || this.step <= last),
    );
  }

  hasChange(/** @type {string} */ words) {
    return this.scene.changes.some((change) => change.text === words);
  }

  add(/** @type {string} */ words) {
    const place = words.split("=")[0]; // the same thing at the same steps is held once
    this.setChanges([
      ...this.scene.changes.map((change) => change.text).filter((text) => text.split("=")[0] !== place),
      words,
    ]);
  }

  drop(/** @type {string} */ words) {
    this.setChanges(this.scene.changes.map((change) => change.text).filter((text) => text !== words));
  }

  setChanges(/** @type {string[]} */ list) {
    this.place.keep();
    this.trigger("what_if", list.join("~"));
  }

  // ── playing ────────────────────────────────────────────────────────────────────────────────

  toggle() {
    if (this.player.isPlaying) return this.pause();
    if (this.step === this.scene.steps - 1) this.go(0);
    this.player.start();
  }

  pause() {
    this.player.stop();
  }

  // ── keys ───────────────────────────────────────────────────────────────────────────────────

  follow() {
    this.settle();
    this.bound();
    this.choose(this.unit);
    this.showPhase();
  }

  press(/** @type {KeyboardEvent} */ event, /** @type {boolean} */ inside) {
    const at = /** @type {HTMLElement} */ (event.composedPath()[0]);
    if (at.matches("input, select, textarea") || (event.key === " " && at.matches("button"))) return;
    if (event.key !== " " && event.key in this.keys()) this.pause();
    super.press(event, inside);
  }

  /** @returns {Record<string, () => void>} */
  keys() {
    return {
      ...this.stepKeys(),
      ArrowDown: () => this.walk(1),
      ArrowUp: () => this.walk(-1),
      Escape: () => this.enter(WHOLE),
      "[": () => this.choose(this.unit - 1),
      "]": () => this.choose(this.unit + 1),
      " ": () => this.toggle(),
    };
  }
}

export default mounted(CellDiagram);
