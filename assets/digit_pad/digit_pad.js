// A pad to draw on with mouse, finger, pen or keys. After each stroke all of its ink goes to Python, as 56 × 56 hex digits; what
// the pad shows is the list of what was done, drawn anew whenever something is taken back.

import { WAYS, addButton } from "../shared/controls.js";
import { brushOf, brushOn, clamp, lastOf, pointIn, tag, write } from "../shared/dom.js";
import { Stage, mounted } from "../shared/stage.js";

/** @typedef {[row: number, column: number]} Square */
/** @typedef {{ points: [x: number, y: number][] }} Stroke */
/** @typedef {{ cell: Square, size: [rows: number, columns: number], on: boolean }} Inked */
/** @typedef {Stroke | Inked | { wipe: true }} Action */

const POINTS = 56;
const PEN = 5; // of 56 points
const SOFT = 1; // how far the edge of a stroke fades on the screen, in points
const LARGEST = 340;
const BESIDE = 44; // pixels that stay free, so that a finger can still move the page
const REST = 350; // ms without a key before a drawing made with keys is sent

/** @extends {Stage<PadData>} */
class DigitPad extends Stage {
  /** @type {Action[]} */ done = []; // strokes, cells and wipes, in order
  /** @type {Square | null} */ at = null; // the cell under the keyboard's cursor
  /** @type {Stroke | null} */ stroke = null;
  /** @type {HTMLCanvasElement | null} */ base = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ timer;
  version = -1;
  rows = 0;
  columns = 0;
  side = 0;
  pixels = 0;

  constructor(/** @type {Node} */ parent) {
    super(parent, "pad");
    this.frame = tag(this.root, "div", { class: "paper", tabindex: 0, role: "application", "aria-label": "Drawing pad" });
    this.frame.setAttribute("aria-describedby", "how");
    this.canvas = tag(this.frame, "canvas", { "aria-hidden": "true" });
    this.empty = tag(this.frame, "span", { class: "empty", "aria-hidden": "true", text: "Draw a digit here" });
    const buttons = tag(this.root, "div", { class: "buttons" });
    this.undo = addButton(buttons, { text: "Undo" }, () => this.takeBack());
    this.clear = addButton(buttons, { text: "Clear" }, () => this.wipe());
    this.how = tag(this.root, "p", { class: "how", id: "how" });
    this.spoken = tag(this.root, "p", { class: "spoken", "aria-live": "polite" });
    this.frame.addEventListener("pointerdown", (event) => this.begin(event));
    this.frame.addEventListener("pointermove", (event) => this.go(event));
    this.frame.addEventListener("pointerup", (event) => this.end(event));
    this.frame.addEventListener("pointercancel", (event) => this.end(event));
    this.frame.addEventListener("keydown", (event) => this.pressed(event));
    this.frame.addEventListener("focus", () => this.paint());
    this.frame.addEventListener("blur", () => this.paint());
    this.listen();
  }

  show(/** @type {PadData} */ data) {
    [this.rows, this.columns] = data.grid;
    this.scene = data;
    const how = `With mouse, finger or pen. With keys: arrows move over the ${this.rows} × ${this.columns} cells that the model reads, Space puts ink or takes it away, Shift with an arrow draws a line.`;
    write(this.how, how);
    if (data.version !== this.version) this.adopt(data);
    this.at = this.at && this.within(...this.at);
    this.repaint();
    this.root.dataset.drawn = String(data.version);
  }

  /** A drawing that came by the address: its ink lies under all that is drawn from now on. @param {PadData} data */
  adopt({ ink, version }) {
    this.version = version;
    clearTimeout(this.timer);
    this.done = [];
    this.stroke = null;
    this.base = ink.includes("0") && /[1-9a-f]/.test(ink) ? this.readInk(ink) : null;
  }

  readInk(/** @type {string} */ ink) {
    const base = tag(null, "canvas", { width: POINTS, height: POINTS });
    const brush = brushOf(base);
    const image = brush.createImageData(POINTS, POINTS);
    [...ink].forEach((level, place) => (image.data[4 * place + 3] = 17 * parseInt(level, 16)));
    brush.putImageData(image, 0, 0);
    return base;
  }

  layout() {
    if (!this.measure()) return;
    this.side = Math.min(this.width - BESIDE, LARGEST);
    Object.assign(this.frame.style, { width: `${this.side}px`, height: `${this.side}px` });
    brushOn(this.canvas, this.side, this.side);
    this.pixels = this.canvas.width;
    this.paint();
  }

  // ── what is on the paper ───────────────────────────────────────────────────────────────────

  /** All that was done, on a square of so many points a side. @param {number} side @param {boolean} soft */
  inkOn(side, soft) {
    const sheet = tag(null, "canvas", { width: side, height: side });
    const brush = brushOf(sheet, { willReadFrequently: side === POINTS });
    brush.setTransform(side / POINTS, 0, 0, side / POINTS, 0, 0);
    brush.imageSmoothingEnabled = false;
    Object.assign(brush, { lineCap: "round", lineJoin: "round", strokeStyle: "#000", fillStyle: "#000" });
    if (this.base) brush.drawImage(this.base, 0, 0);
    for (const action of this.stroke ? [...this.done, this.stroke] : this.done) {
      if ("wipe" in action) brush.clearRect(0, 0, POINTS, POINTS);
      else if ("cell" in action) this.inkCell(brush, action);
      else this.inkStroke(brush, action, soft);
    }
    return sheet;
  }

  /** @param {CanvasRenderingContext2D} brush @param {Inked} action */
  inkCell(brush, { cell: [row, column], size: [rows, columns], on }) {
    const [tall, wide] = [POINTS / rows, POINTS / columns];
    if (on) brush.fillRect(column * wide, row * tall, wide, tall);
    else brush.clearRect(column * wide, row * tall, wide, tall);
  }

  // Through the middles between the points that the pointer reported, so that no corner shows where it was slow to report.
  /** @param {CanvasRenderingContext2D} brush @param {Stroke} stroke @param {boolean} soft */
  inkStroke(brush, { points }, soft) {
    const path = new Path2D();
    const [first, last] = [points[0], lastOf(points)];
    path.moveTo(...first);
    for (let place = 1; place < points.length - 1; place += 1) {
      const [[x, y], [nextX, nextY]] = [points[place], points[place + 1]];
      path.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    }
    path.lineTo(last[0] + (points.length === 1 ? 0.01 : 0), last[1]);
    const fade = soft ? (SOFT * brush.canvas.width) / POINTS : 0; // the shadow knows nothing of the brush's scale
    Object.assign(brush, { lineWidth: PEN, shadowColor: "#000", shadowBlur: fade });
    brush.stroke(path);
    brush.shadowBlur = 0;
  }

  paint() {
    if (!this.pixels) return;
    const brush = brushOf(this.canvas);
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.clearRect(0, 0, this.pixels, this.pixels);
    brush.drawImage(this.inkOn(this.pixels, true), 0, 0);
    brush.globalCompositeOperation = "source-in"; // ink takes the page's colour
    brush.fillStyle = this.palette.ink;
    brush.fillRect(0, 0, this.pixels, this.pixels);
    brush.globalCompositeOperation = "source-over";
    if (this.at && this.frame.matches(":focus")) this.paintCells(brush, this.at);
    const isEmpty = !this.hasInk();
    this.empty.hidden = !isEmpty || Boolean(this.stroke) || Boolean(this.at);
    this.clear.disabled = isEmpty;
    this.undo.disabled = this.done.length === 0;
  }

  /** @param {CanvasRenderingContext2D} brush @param {Square} at */
  paintCells(brush, [row, column]) {
    const [tall, wide] = [this.pixels / this.rows, this.pixels / this.columns];
    brush.strokeStyle = this.palette.muted;
    brush.globalAlpha = 0.45;
    brush.lineWidth = 1;
    const lines = new Path2D();
    for (let line = 1; line < this.columns; line += 1)
      lines.addPath(new Path2D(`M${Math.round(line * wide) + 0.5} 0v${this.pixels}`));
    for (let line = 1; line < this.rows; line += 1)
      lines.addPath(new Path2D(`M0 ${Math.round(line * tall) + 0.5}h${this.pixels}`));
    brush.stroke(lines);
    brush.globalAlpha = 1;
    brush.lineWidth = 4 * (this.pixels / this.side);
    brush.strokeStyle = this.palette.model;
    brush.strokeRect(column * wide, row * tall, wide, tall);
  }

  hasInk() {
    const wiped = this.done.findLastIndex((action) => "wipe" in action);
    const since = this.done.slice(wiped + 1);
    return (wiped < 0 && Boolean(this.base)) || since.some((action) => "points" in action || ("on" in action && action.on));
  }

  levels() {
    const { data } = brushOf(this.inkOn(POINTS, false)).getImageData(0, 0, POINTS, POINTS);
    let ink = "";
    for (let place = 3; place < data.length; place += 4) ink += Math.round((15 * data[place]) / 255).toString(16);
    return ink;
  }

  send() {
    clearTimeout(this.timer);
    this.setState("ink", `${Date.now()}:${this.hasInk() ? this.levels() : ""}`); // the same ink twice is sent twice
  }

  perform(/** @type {Action} */ action) {
    this.done.push(action);
    this.paint();
  }

  // ── mouse, finger, pen ─────────────────────────────────────────────────────────────────────

  begin(/** @type {PointerEvent} */ event) {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    this.frame.focus({ preventScroll: true, focusVisible: false });
    this.at = null;
    this.frame.setPointerCapture(event.pointerId);
    this.stroke = { points: [this.where(event)] };
    this.paint();
  }

  go(/** @type {PointerEvent} */ event) {
    if (!this.stroke || !event.isPrimary) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [event]) this.stroke.points.push(this.where(one));
    this.paint();
  }

  end(/** @type {PointerEvent} */ event) {
    if (!this.stroke || !event.isPrimary) return;
    const { stroke } = this;
    this.stroke = null;
    this.perform(stroke);
    this.send();
  }

  /** @param {PointerEvent} event @returns {[x: number, y: number]} */
  where(event) {
    const { x, y } = pointIn(this.canvas, event);
    return [clamp((x / this.side) * POINTS, 0, POINTS), clamp((y / this.side) * POINTS, 0, POINTS)];
  }

  // ── keys and buttons ───────────────────────────────────────────────────────────────────────

  pressed(/** @type {KeyboardEvent} */ event) {
    if (event.altKey) return;
    const way = WAYS[event.key];
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") this.takeBack();
    else if (event.ctrlKey || event.metaKey) return;
    else if (way) this.move(way, event.shiftKey);
    else if (event.key === " " || event.key === "Enter") this.toggle();
    else return;
    event.preventDefault();
  }

  /** The cell of the grid that is nearest. @param {number} row @param {number} column @returns {Square} */
  within(row, column) {
    return [clamp(row, 0, this.rows - 1), clamp(column, 0, this.columns - 1)];
  }

  // The cell in the middle, where the cursor begins.
  /** @returns {Square} */
  get middle() {
    return [Math.floor((this.rows - 1) / 2), Math.floor((this.columns - 1) / 2)];
  }

  /** @param {Way} way @param {boolean} draws */
  move([down, across], draws) {
    if (draws && this.at && !this.isInked(this.at)) this.cell(this.at, true);
    const at = this.at ? this.within(this.at[0] + down, this.at[1] + across) : this.middle;
    this.at = at;
    if (draws && !this.isInked(at)) this.cell(at, true);
    this.paint();
    this.say(at);
  }

  toggle() {
    this.at ??= this.middle;
    this.cell(this.at, !this.isInked(this.at));
    this.say(this.at);
  }

  cell(/** @type {Square} */ cell, /** @type {boolean} */ on) {
    this.perform({ cell, size: [this.rows, this.columns], on });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), REST);
  }

  isInked(/** @type {Square} */ [row, column]) {
    const [tall, wide] = [POINTS / this.rows, POINTS / this.columns];
    const [top, left] = [Math.round(row * tall), Math.round(column * wide)];
    const [high, long] = [Math.max(1, Math.floor(tall)), Math.max(1, Math.floor(wide))];
    const { data } = brushOf(this.inkOn(POINTS, false)).getImageData(left, top, long, high);
    let sum = 0;
    for (let place = 3; place < data.length; place += 4) sum += data[place];
    return sum / (data.length / 4) > 127;
  }

  say(/** @type {Square} */ at) {
    write(this.spoken, `Row ${at[0] + 1}, column ${at[1] + 1}: ${this.isInked(at) ? "ink" : "paper"}`);
  }

  takeBack() {
    if (!this.done.length) return;
    this.done.pop();
    this.paint();
    this.send();
    write(this.spoken, "Undone");
    if (this.undo.disabled) this.frame.focus({ preventScroll: true });
  }

  wipe() {
    this.perform({ wipe: true });
    this.send();
    write(this.spoken, "Cleared");
    this.frame.focus({ preventScroll: true });
  }

  remove() {
    clearTimeout(this.timer);
    super.remove();
  }
}

export default mounted(DigitPad);
