// The maps: one for each activation, a column for each step, a row for each unit, all on one axis.

import { pixelOf } from "../shared/colours.js";
import { brushOn, clamp, htmlSymbol, number, pointIn, setAll, svg, symbolParts, tag, write } from "../shared/dom.js";
import { pixelPicture } from "../shared/pixels.js";
import { Axis, stepLabels } from "../shared/axis.js";
import { similarEnough } from "./similar.js";

/**
 * @typedef {{
 *   name: string, table: Table, ofUnits: boolean, top: number, height: number, tall: number, block: number,
 *   frame?: SVGElement,
 * }} ActivationMap
 */

const AXIS = 26;
const GAP = 10;
const TALLEST_ROW = 18;
const MAP_HEIGHT = 96;
const MOST_HEIGHT = 128;
const NARROWEST = 1.25; // pixels of a step before the maps scroll
const WIDEST = 76;
const LEVELS = 64;

export class MapStack {
  wide = 0;
  width = 0;
  height = 0;
  /** @type {ActivationMap[]} */ maps = [];
  /** @type {HTMLElement[]} */ markers = [];
  /** @type {{ step: number, map?: ActivationMap, row: number, moved: boolean } | null} */ held = null;

  constructor(/** @type {HTMLElement} */ parent, /** @type {GateMaps} */ app) {
    this.app = app;
    this.root = tag(parent, "div", { class: "stack" });
    this.labels = tag(this.root, "div", { class: "labels" });
    this.scroller = tag(this.root, "div", { class: "scroller" });
    const keys = "Heat maps of every activation: ← → step, ↑ ↓ unit, Shift with ← → a stretch";
    this.plot = tag(this.scroller, "div", { class: "plot", tabindex: 0, role: "application", "aria-label": keys });
    this.tokens = new Axis(this.plot, "tokens");
    this.canvas = tag(this.plot, "canvas", { "aria-hidden": "true" });
    this.numbers = new Axis(this.plot, "numbers");
    this.over = svg(this.plot, "svg", { class: "over", "aria-hidden": "true" });
    this.marks = svg(this.over, "g");
    this.rows = svg(this.over, "g");
    this.cursor = svg(this.over, "rect", { class: "cursor" });
    this.across = svg(this.over, "path", { class: "cross" });
    this.ranks = svg(this.over, "g");
    this.listen();
  }

  // ── drawn anew for another lane, order, width or theme ─────────────────────────────────────

  show() {
    const { app } = this;
    const { steps } = app.scene;
    this.measureMaps();
    const room = this.scroller.clientWidth;
    this.wide = Math.min(Math.max(room / steps, NARROWEST), WIDEST);
    this.width = Math.min(steps * this.wide, Math.max(room, steps * NARROWEST));
    this.plot.style.width = `${this.width}px`;
    this.scroller.classList.toggle("wide", this.width > room + 1);
    this.tokens.show(app.scene.changed_tokens, this.wide, 12);
    this.numbers.show(stepLabels(steps), this.wide, 4);
    const tall = this.height + 2 * AXIS;
    setAll(this.over, { width: this.width, height: tall, viewBox: `0 0 ${this.width} ${tall}` });
    this.showLabels();
    this.paintAll();
    this.rows.replaceChildren();
    for (const map of this.maps) if (map.ofUnits) map.frame = svg(this.rows, "rect", { class: "chosen", x: 0.5, rx: 2 });
    setAll(this.cursor, { height: this.height + 6 });
    this.drawStretch();
  }

  // Where each map lies: rows are whole pixels, so that none is taller than its neighbour.
  measureMaps() {
    const { lane, scene } = this.app;
    const tall = clamp(Math.round(MAP_HEIGHT / lane.hidden_size), 1, TALLEST_ROW);
    let top = 0;
    this.maps = lane.maps.map((name) => {
      const table = scene.table(lane.cell, name);
      const ofUnits = name !== "input";
      const height = ofUnits ? tall * table.columns : Math.min(MOST_HEIGHT, Math.max(tall, 8) * table.columns);
      const block = Math.max(height, 24);
      const map = { name, table, ofUnits, top, height, tall: height / table.columns, block };
      top += block + GAP;
      return map;
    });
    this.height = top - GAP;
  }

  showLabels() {
    const { app } = this;
    this.labels.replaceChildren();
    this.labels.style.height = `${this.height + 2 * AXIS}px`;
    this.markers = [];
    for (const { name, top, block, ofUnits } of this.maps) {
      const term = app.term(name);
      const label = tag(this.labels, "div", { class: `label ${name}`, style: `top:${top + AXIS}px;height:${block}px` });
      htmlSymbol(tag(label, "b"), term.symbol);
      tag(label, "span", { class: "name", text: term.label });
      if (block >= 44) this.scaleOf(name, label);
      label.addEventListener("pointermove", (event) => app.tip.show(event, term.label, [], term.meaning));
      label.addEventListener("pointerleave", () => app.tip.hide());
      if (ofUnits) this.markers.push(tag(this.labels, "i", { class: "marker" }));
    }
  }

  scaleOf(/** @type {string} */ name, /** @type {HTMLElement} */ label) {
    const isGate = name.endsWith("_gate");
    const most = plain(this.app.scene.scale(this.app.lane.cell, name));
    const line = tag(label, "span", { class: "scale" });
    tag(line, "small", { text: isGate ? "0" : `−${most}` });
    tag(line, "i", { style: isGate ? `--full: var(--${name})` : "", class: isGate ? "shut" : "signed" });
    tag(line, "small", { text: isGate ? "1" : most });
  }

  paintAll() {
    const brush = brushOn(this.canvas, this.width, this.height);
    brush.imageSmoothingEnabled = false;
    for (const map of this.maps) brush.drawImage(this.picture(map), 0, map.top, this.width, map.height);
  }

  // One pixel for each value; the browser makes them larger.
  picture(/** @type {ActivationMap} */ { name, table, ofUnits }) {
    const colour = this.colours(name);
    return pixelPicture(table.columns, table.rows, (row, step) => {
      const unit = ofUnits ? this.app.order[row] : row;
      return colour(table.data[step * table.columns + unit]);
    });
  }

  // From a value to a pixel, by way of the same shades that everything else is painted with.
  /** @param {string} name @returns {(value: number) => number} */
  colours(name) {
    const isGate = name.endsWith("_gate");
    const scale = isGate ? 1 : this.app.scene.scale(this.app.lane.cell, name);
    const paint = this.app.paint(name);
    const least = isGate ? 0 : -LEVELS;
    const ready = new Uint32Array(LEVELS - least + 1);
    ready.forEach((_, place) => (ready[place] = pixelOf(paint(((place + least) / LEVELS) * scale))));
    const unknown = pixelOf(this.app.palette.muted);
    return (value) => {
      const level = Math.round((value / scale) * LEVELS);
      return Number.isNaN(level) ? unknown : ready[clamp(level, least, LEVELS) - least];
    };
  }

  // ── drawn for each step and unit ───────────────────────────────────────────────────────────

  draw() {
    const { app } = this;
    const row = app.order.indexOf(app.unit);
    const ofUnits = this.maps.filter((map) => map.ofUnits);
    ofUnits.forEach(({ frame, top, tall }, place) => {
      if (frame) setAll(frame, { y: AXIS + top + row * tall - 1.5, width: Math.max(0, this.width - 1), height: tall + 3 });
      this.markers[place].style.top = `${AXIS + top + (row + 0.5) * tall}px`;
      write(this.markers[place], `${app.unit + 1}`);
    });
    setAll(this.cursor, { x: app.step * this.wide - 1, y: AXIS - 3, width: Math.max(this.wide, 1) + 2 });
    this.tokens.draw(app.step);
    this.numbers.draw(app.step);
    this.keepInSight();
  }

  keepInSight() {
    if (!this.scroller.classList.contains("wide")) return;
    const { scrollLeft, clientWidth } = this.scroller;
    const x = (this.app.step + 0.5) * this.wide;
    if (x < scrollLeft + 40 || x > scrollLeft + clientWidth - 40) this.scroller.scrollLeft = x - clientWidth / 2;
  }

  drawStretch() {
    this.marks.replaceChildren();
    this.ranks.replaceChildren();
    const { stretch, found } = this.app;
    if (!stretch) return;
    this.band(stretch, "asked", "");
    if (found) similarEnough(found.here).forEach((place, rank) => this.band(place, "similar-steps", `${rank + 1}`));
  }

  /** @param {Steps} steps @param {string} kind @param {string} text */
  band({ first, last }, kind, text) {
    const [x, wide] = [first * this.wide, (last - first + 1) * this.wide];
    const [y, height, width] = [AXIS - 4, this.height + 8, Math.max(1, wide - 2)];
    svg(this.marks, "rect", { class: kind, x: x + 1, y, width, height, rx: 3 });
    if (!text) return;
    const [middle, foot] = [x + wide / 2, AXIS + this.height];
    svg(this.ranks, "circle", { class: `${kind} disc`, cx: middle, cy: foot - 1, r: 8 });
    svg(this.ranks, "text", { class: "rank", x: middle, y: foot + 3.5, "text-anchor": "middle", text });
  }

  // ── the pointer ────────────────────────────────────────────────────────────────────────────

  listen() {
    this.plot.addEventListener("pointerdown", (event) => this.grab(event));
    this.plot.addEventListener("pointermove", (event) => (this.held ? this.drag(event, this.held) : this.showTip(event)));
    this.plot.addEventListener("pointerup", () => this.release());
    this.plot.addEventListener("pointercancel", () => (this.held = null));
    this.plot.addEventListener("pointerleave", () => this.leave());
  }

  at(/** @type {PointerEvent} */ event) {
    const point = pointIn(this.plot, event);
    const step = clamp(Math.floor(point.x / this.wide), 0, this.app.scene.steps - 1);
    const y = point.y - AXIS;
    const map = this.maps.find(({ top, height }) => y >= top && y < top + height);
    return { step, map, row: map ? clamp(Math.floor((y - map.top) / map.tall), 0, map.table.columns - 1) : -1 };
  }

  grab(/** @type {PointerEvent} */ event) {
    if (event.button) return;
    this.held = { ...this.at(event), moved: false };
    if (event.pointerType === "mouse") this.plot.setPointerCapture(event.pointerId);
  }

  drag(/** @type {PointerEvent} */ event, /** @type {NonNullable<MapStack["held"]>} */ held) {
    const { step } = this.at(event);
    this.leave();
    if (step === held.step && !held.moved) return;
    held.moved = true;
    this.app.anchor = held.step;
    this.app.mark(held.step, step);
  }

  release() {
    if (!this.held) return;
    const { step, map, row, moved } = this.held;
    this.held = null;
    if (moved) this.app.search();
    else this.app.go(step, map?.ofUnits ? this.app.order[row] : this.app.unit);
  }

  showTip(/** @type {PointerEvent} */ event) {
    const { app } = this;
    const { step, map, row } = this.at(event);
    if (!map) return this.leave();
    const x = (step + 0.5) * this.wide;
    const alongside = this.maps.filter((one) => one.ofUnits === map.ofUnits);
    const lines = alongside.map(({ top, tall }) => `M0 ${AXIS + top + (row + 0.5) * tall}h${this.width}`);
    this.across.setAttribute("d", `M${x} ${AXIS}v${this.height}${lines.join("")}`);
    /** @param {string} name @param {number} place */
    const value = (name, place) => number(app.scene.value(app.lane.cell, name, step, place));
    const title = `step ${step + 1}: ${app.scene.changed_tokens[step]}`;
    if (!map.ofUnits) return app.tip.show(event, title, [[`input ${row + 1}`, value("input", row)]]);
    const unit = app.order[row];
    /** @type {TipRow[]} */
    const rows = app.lane.maps
      .filter((name) => name !== "input")
      .map((name) => {
        const { symbol, label } = app.term(name);
        return [`${symbolParts(symbol)[0]}  ${label.toLowerCase()}`, value(name, unit)];
      });
    return app.tip.show(event, `${title}, unit ${unit + 1}`, rows);
  }

  leave() {
    this.across.setAttribute("d", "");
    this.app.tip.hide();
  }
}

/** A number for a legend: 28, 11.4, 0.53. @param {number} value */
export const plain = (value) => `${Number(value.toPrecision(value >= 1 ? 3 : 2))}`;
