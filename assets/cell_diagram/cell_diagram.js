// Step a live cell. Python computes the whole trace once; here it is only looked at: no step asks the server.

import { clamp, factor, number, prefersStill, tag, write } from "../shared/dom.js";
import { Scene } from "../shared/scene.js";
import { Stage, mounted } from "../shared/stage.js";
import { Ribbon, Transport } from "./ribbon.js";
import { LaneView } from "./lane.js";
import { PHASES } from "./plans.js";
import { PhaseBar } from "./phases.js";
import { predictionView } from "./predictions.js";
import { UnitPanel, Waterfall } from "./equations.js";
import { Story } from "./story.js";
import { Changes, Holding } from "./what_if.js";
import { Tip } from "../shared/tip.js";

const WHOLE = -1;
const GLIDE = 300; // milliseconds of rest before a step is worth a movement

class CellDiagram extends Stage {
  constructor(parent) {
    super(parent, "diagram", ["step", "unit", "phase", "lane"]);
    this.phase = WHOLE;
    this.timer = 0;
    this.ribbon = new Ribbon(this.root, this);
    this.transport = new Transport(this.root, this);
    this.changes = new Changes(this.root, this.transport.root, this);
    this.phases = new PhaseBar(this.root, this);
    this.guide = tag("p", { class: "guide" }, this.root);
    this.guideWords = tag("span", {}, this.guide);
    tag("button", { type: "button", class: "quiet", text: "show its story" }, this.guide).addEventListener(
      "click",
      () => this.followGuide(),
    );
    this.lanes = tag("div", { class: "lanes" }, this.root);
    this.legend();
    this.below = tag("div", { class: "below" }, this.root);
    this.unitPanel = new UnitPanel(this.below, this);
    this.waterfall = new Waterfall(this.below, this);
    this.story = new Story(this.root, this);
    this.spoken = tag("p", { class: "spoken", "aria-live": "polite" }, this.root);
    this.holding = new Holding(this.root, this);
    this.tip = new Tip(this.root);
    this.listen();
  }

  legend() {
    const line = tag("p", { class: "legend" }, this.root);
    const scale = (kind, from, to, words) => {
      tag("span", { text: from }, line);
      tag("i", { class: kind }, line);
      tag("span", { class: "last", text: `${to} ${words}` }, line);
    };
    scale("shut", "0", "1", "gates: shut to open");
    scale("signed", "−", "+", "states, candidate, input");
    tag("span", { text: "Pipes are as wide as what flows through them: content summed over all units." }, line);
    this.marks = tag("span", {}, line);
    this.ghosts = tag(
      "span",
      { text: "Dashed outlines, pale lines and the left part of a unit's cell: without the changes." },
      line,
    );
  }

  // ── what Python gives ──────────────────────────────────────────────────────────────────────

  show(bytes) {
    const scene = new Scene(bytes);
    const same = this.scene?.about === scene.about;
    this.scene = scene;
    if (!same) this.settle();
    this.step = clamp(this.step, 0, scene.steps - 1);
    this.laneName = scene.lane(this.laneName).cell;
    this.unit = clamp(this.unit, 0, this.activeLane.hidden_size - 1);
    this.recolour();
    this.ribbon.show(scene);
    this.changes.show(scene);
    this.guide.hidden = !scene.guide;
    write(this.guideWords, scene.guide);
    write(this.marks, this.marked(scene));
    this.ghosts.hidden = !scene.lanes.some((lane) => lane.changed);
    this.buildLanes();
    this.unitPanel.show();
    this.layout();
    this.place.write(this.whereabouts());
    this.root.dataset.drawn = scene.version;
  }

  marked(scene) {
    if (scene.series || scene.asks === "values") return "";
    if (scene.asks === "class") {
      const pale = scene.table("sequence", "picture") ? " Pale rows of the picture are not read yet." : "";
      return `✓ its class; line under a step: how probable its class was there.${pale}`;
    }
    const tick = scene.trained ? "✓ may come next" : "✓ came next";
    return `${tick}; line under a token: the probability of a right answer there; dashed: changed there.`;
  }

  // A new sequence: the address or the tab may know where in it the visitor was.
  settle() {
    this.pause();
    const { step, unit, phase, lane } = this.place.read(this.scene.about);
    const whole = (words, other) => (/^\d{1,6}$/.test(words ?? "") ? Number(words) - 1 : other);
    this.step = whole(step, this.scene.start);
    this.unit = whole(unit, this.scene.start_unit);
    this.phase = PHASES.indexOf(phase ?? "");
    this.laneName = lane ?? this.laneName ?? this.scene.lanes[0].cell;
  }

  buildLanes() {
    this.lanes.replaceChildren();
    this.views = [];
    for (const lane of this.scene.lanes) {
      const row = tag("div", { class: "lane-row" }, this.lanes);
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

  get activeLane() {
    return this.scene.lane(this.laneName);
  }

  whereabouts() {
    const named = { step: this.step + 1, unit: this.unit + 1, phase: PHASES[this.phase] ?? "whole" };
    return this.scene.lanes.length > 1 ? { ...named, lane: this.laneName } : named;
  }

  go(step) {
    this.glide();
    this.step = clamp(step, 0, this.scene.steps - 1);
    this.draw();
    this.place.write(this.whereabouts());
  }

  // Pipes glide to their new width, so that the eye sees what changed; not while one step chases the other.
  glide() {
    const now = performance.now();
    const slowly = now - (this.stepped ?? -Infinity) > GLIDE;
    this.stepped = now;
    if (slowly === this.gliding) return;
    this.gliding = slowly;
    this.root.classList.toggle("gliding", slowly);
  }

  enter(phase) {
    this.phase = phase;
    this.showPhase();
    this.draw();
    this.place.write(this.whereabouts());
  }

  // Through the phases of one step and on into the next.
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

  choose(unit, cell = this.laneName) {
    this.laneName = cell;
    const { hidden_size: size } = this.activeLane;
    this.unit = (unit + size) % size;
    this.unitPanel.show();
    this.story.show();
    this.draw();
    this.place.write(this.whereabouts());
  }

  followGuide() {
    this.choose(this.scene.start_unit, this.scene.lanes[0].cell);
    this.story.root.scrollIntoView({ block: "center", behavior: prefersStill() ? "auto" : "smooth" });
  }

  inPhase(phases) {
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
    if (!this.timer) write(this.spoken, `Step ${this.step + 1}: ${this.phases.words()}`);
  }

  // ── numbers that several parts tell ────────────────────────────────────────────────────────

  term(name) {
    return this.scene.terms[name];
  }

  flow(lane, what) {
    return this.scene.value(lane.cell, "flow", this.step, lane.flows.indexOf(what), lane.changed);
  }

  best(lane) {
    if (this.scene.series || this.scene.asks === "values") return "";
    const place = this.bestOutput(lane);
    return `“${this.scene.outputs[place]}” (${Math.round(100 * this.scene.value(lane.cell, "probabilities", this.step, place, lane.changed))}%)`;
  }

  bestOutput(lane) {
    const table = this.scene.table(lane.cell, "probabilities", lane.changed);
    const now = table.data.subarray(this.step * table.columns, (this.step + 1) * table.columns);
    return now.reduce((best, chance, place) => (chance > now[best] ? place : best), 0);
  }

  // What the selected unit adds to the score of the likeliest answer.
  contribution(hidden) {
    const lane = this.activeLane;
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

  changesAt(step) {
    return this.scene.changes.some(
      ({ first, last }) => first !== null && first <= step && (last === null || step <= last),
    );
  }

  // Whether a change sets this value of the selected unit at this step, so that its equation no longer gives it.
  isHeld(name) {
    return this.scene.changes.some(
      ({ cell, name: held, unit, first, last }) =>
        cell === this.activeLane.cell &&
        (held === name || (held === "off" && name.endsWith("_state"))) &&
        (unit === null || unit === this.unit) &&
        (first ?? 0) <= this.step &&
        (last === null || this.step <= last),
    );
  }

  hasChange(words) {
    return this.scene.changes.some((change) => change.text === words);
  }

  add(words) {
    const place = words.split("=")[0]; // the same thing at the same steps is held once
    this.setChanges([
      ...this.scene.changes.map((change) => change.text).filter((text) => text.split("=")[0] !== place),
      words,
    ]);
  }

  drop(words) {
    this.setChanges(this.scene.changes.map((change) => change.text).filter((text) => text !== words));
  }

  setChanges(list) {
    this.place.keep();
    this.trigger("what_if", list.join("~"));
  }

  // ── playing ────────────────────────────────────────────────────────────────────────────────

  toggle() {
    if (this.timer) this.pause();
    else this.play();
  }

  play() {
    if (this.step === this.scene.steps - 1) this.go(0);
    let due = performance.now() + 1000 / this.transport.rate;
    const advance = (now) => {
      if (now >= due) {
        due = Math.max(due + 1000 / this.transport.rate, now - 250); // catches up after a hiccup, not after a nap
        this.go(this.step + 1);
      }
      if (this.step < this.scene.steps - 1) this.timer = requestAnimationFrame(advance);
      else this.pause();
    };
    this.timer = requestAnimationFrame(advance);
    this.transport.showPlaying(true);
  }

  pause() {
    if (!this.timer) return;
    cancelAnimationFrame(this.timer);
    this.timer = 0;
    this.transport.showPlaying(false);
  }

  // ── keys ───────────────────────────────────────────────────────────────────────────────────

  // Somebody typed another place into the address.
  follow() {
    this.settle();
    this.step = clamp(this.step, 0, this.scene.steps - 1);
    this.choose(clamp(this.unit, 0, this.activeLane.hidden_size - 1), this.activeLane.cell);
    this.showPhase();
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.scene) return;
    const at = event.composedPath()[0];
    if (["INPUT", "SELECT", "TEXTAREA"].includes(at.tagName)) return;
    const action = this.action(event.key);
    if (!action || (event.key === " " && at.tagName === "BUTTON")) return;
    event.preventDefault();
    if (event.key !== " ") this.pause();
    action();
  }

  action(key) {
    return {
      ArrowRight: () => this.go(this.step + 1),
      ArrowLeft: () => this.go(this.step - 1),
      Home: () => this.go(0),
      End: () => this.go(this.scene.steps - 1),
      ArrowDown: () => this.walk(1),
      ArrowUp: () => this.walk(-1),
      Escape: () => this.enter(WHOLE),
      "[": () => this.choose(this.unit - 1),
      "]": () => this.choose(this.unit + 1),
      " ": () => this.toggle(),
    }[key];
  }
}

export default mounted(CellDiagram);
