// The selected unit: the text shaded by each of its activations (Karpathy et al. 2015), what it tracks, and the proof of it.

import { addStepper } from "../shared/controls.js";
import { htmlSymbol, lastOf, number, tag, write } from "../shared/dom.js";
import { Examples } from "./examples.js";
import { Shaded } from "./shaded.js";
import { bestOf, scoreWords } from "./units.js";

export class UnitCard {
  /** @type {string[]} */ shown = [];
  /** @type {Shaded} */ shaded;
  /** @type {HTMLElement[]} */ columns = [];
  /** @type {number[]} */ edges = [];
  unit = -1;
  step = -1;
  /** @type {Paint[]} */ paints = [];
  /** @type {Set<number>} */ done = new Set();

  constructor(/** @type {HTMLElement} */ parent, /** @type {GateMaps} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "card", "aria-label": "The selected unit" });
    const header = tag(this.root, "header");
    this.title = tag(header, "h3");
    addStepper(header, ["Unit before ([)", "Next unit (])"], (way) => app.neighbour(way));
    this.claim = tag(this.root, "p", { class: "claim" });
    this.meaning = tag(this.root, "p", { class: "quiet-words" });
    this.frame = tag(this.root, "div", { class: "strips" });
    this.names = tag(this.frame, "div", { class: "strip-names" });
    const name = "The text, shaded by each activation";
    this.scroller = tag(this.frame, "div", { class: "strip-scroller", tabindex: 0, role: "region", "aria-label": name });
    this.track = tag(this.scroller, "div", { class: "strip-track" });
    this.scroller.addEventListener("scroll", () => this.shade(), { passive: true });
    const below = tag(this.root, "div", { class: "proof" });
    this.tracks = tag(below, "div", { class: "tracks" });
    this.examples = new Examples(below, app);
  }

  show() {
    const { scene, lane } = this.app;
    this.shown = lane.maps.filter((name) => name !== "input");
    this.shaded = new Shaded(this.app.palette);
    this.names.replaceChildren();
    for (const name of this.shown) {
      const label = tag(this.names, "span", { class: name, title: this.app.term(name).meaning });
      htmlSymbol(tag(label, "b"), this.app.term(name).symbol);
      tag(label, "span", { class: "name", text: this.app.term(name).label });
    }
    this.track.replaceChildren();
    this.track.style.setProperty("--wide", `${this.app.stack.wide}px`); // short tokens stand right below their column of the maps
    this.columns = scene.changed_tokens.map((token, step) => this.column(token, step));
    this.edges = [];
    this.unit = this.step = -1;
  }

  column(/** @type {string} */ token, /** @type {number} */ step) {
    const column = tag(this.track, "div", { class: "strip-column" });
    for (const _ of this.shown) tag(column, "span", { dir: "auto", text: token });
    column.addEventListener("click", () => this.app.go(step));
    return column;
  }

  draw() {
    if (this.unit !== this.app.unit) {
      this.unit = this.app.unit;
      this.showClaim();
      this.paints = this.shown.map((name) => this.app.paint(name, this.scaleOf(name)));
      this.done = new Set();
      this.measure();
      this.shade();
      this.showTracks();
      this.examples.show(this.shaded);
    }
    this.columns[this.step]?.classList.remove("now");
    this.columns[this.app.step].classList.add("now");
    this.step = this.app.step;
    this.keepInSight();
  }

  /** A unit is coloured by its own range, so that a quiet one can be read too. @param {string} name */
  scaleOf(name) {
    const { scene, lane } = this.app;
    const { data, rows, columns } = scene.table(lane.cell, name);
    let most = 0;
    for (let step = 0; step < rows; step += 1) most = Math.max(most, Math.abs(data[step * columns + this.app.unit]) || 0);
    return name === "candidate" ? 1 : Math.max(most, 1e-6);
  }

  measure() {
    if (this.edges.length) return;
    this.edges = this.columns.map((column) => column.offsetLeft);
    const last = lastOf(this.columns);
    this.edges.push(last.offsetLeft + last.offsetWidth);
  }

  // Only what is in sight gets its colours.
  shade() {
    if (!this.edges.length) return;
    const { scrollLeft, clientWidth } = this.scroller;
    const { scene, lane, unit } = this.app;
    let step = Math.max(0, this.edges.findIndex((edge) => edge > scrollLeft) - 1);
    for (; step < this.columns.length && this.edges[step] < scrollLeft + clientWidth; step += 1) {
      if (this.done.has(step)) continue;
      this.done.add(step);
      this.shown.forEach((name, place) => {
        const value = scene.value(lane.cell, name, step, unit);
        const cell = /** @type {HTMLElement} */ (this.columns[step].children[place]);
        this.shaded.put(cell, this.paints[place](value));
        cell.title = `${this.app.term(name).label} at step ${step + 1}: ${number(value)}`;
      });
    }
  }

  keepInSight() {
    const { scrollLeft, clientWidth } = this.scroller;
    const [from, to] = [this.edges[this.step], this.edges[this.step + 1]];
    if (from < scrollLeft || to > scrollLeft + clientWidth) this.scroller.scrollLeft = (from + to) / 2 - clientWidth / 2;
  }

  showClaim() {
    const { scene, lane, unit } = this.app;
    const best = bestOf(scene, lane, unit);
    const over = (/** @type {number} */ steps) => `over ${steps.toLocaleString("en")} steps of ${lane.tested_on}`;
    write(this.title, `Unit ${unit + 1}`);
    this.claim.replaceChildren();
    if (!best) {
      this.claim.textContent = `follows nothing that we know of, ${over(lane.tested_steps)}.`;
      write(this.meaning, "No concept moves with it more than weakly, or more than chance would allow.");
      return;
    }
    const { kind, name, meaning, samples } = best.concept;
    tag(this.claim, "span", { text: kind === "auc" ? "detects " : "follows " });
    tag(this.claim, "strong", { dir: "auto", text: name });
    tag(this.claim, "span", { text: `: ${scoreWords(kind, best.score)} ${over(samples)}.` });
    write(this.meaning, `${meaning} ${this.direction(kind, best.score)}`);
  }

  direction(/** @type {string} */ kind, /** @type {number} */ score) {
    const { lane, unit, scene } = this.app;
    const activation = lane.told_by[scene.value(lane.cell, "chosen", lane.findings[unit][0], unit)];
    const what = this.app.term(activation).label.toLowerCase();
    if (kind === "auc") return `Its ${what} stands ${score < 0.5 ? "lower" : "higher"} where this is so.`;
    return `Its ${what} ${score < 0 ? "falls as that rises" : "rises with it"}.`;
  }

  showTracks() {
    const { scene, lane, unit } = this.app;
    const of = (/** @type {string} */ name, /** @type {number} */ place) => scene.value(lane.cell, name, place, unit);
    const places = lane.concepts.map((_, place) => place).sort((one, other) => of("strength", other) - of("strength", one));
    this.tracks.replaceChildren();
    tag(this.tracks, "h4", { text: "All concepts, the strongest first" });
    const list = tag(this.tracks, "ol");
    for (const place of places) {
      const { name, meaning, kind, chance } = lane.concepts[place];
      const item = tag(list, "li", { class: lane.findings[unit].includes(place) ? "" : "weak", title: meaning });
      tag(item, "span", { class: "what", dir: "auto", text: name });
      const bar = tag(item, "span", { class: "bar" });
      tag(bar, "i", { style: `width:${(100 * of("strength", place)).toFixed(1)}%` });
      const title = `what chance alone may reach: ${number(chance)}`;
      tag(bar, "b", { style: `left:${(100 * Math.min(1, chance)).toFixed(1)}%`, title });
      tag(item, "span", { class: "score", text: scoreWords(kind, of("score", place)) });
    }
    const text =
      "r is the correlation. AUC is how often the unit keeps the two values of a concept apart, 0.5 by pure guessing; ↓: it stands lower where the concept is so. Bars: |r| or |2·AUC − 1|, the weakest of all test steps and of both halves. Dashed: what the luckiest unit may reach by chance. Pale: too weak to count.";
    tag(this.tracks, "p", { class: "quiet-words", text });
  }
}
