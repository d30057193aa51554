// A pad to draw on with mouse, finger, pen or keys. After each stroke all of its ink goes to Python, as 56 × 56 hex digits; what
// the pad shows is the list of what was done, drawn anew whenever something is taken back.

import { takePalette } from "../shared/colours.js";
import { brushOn, clamp, pointIn, tag, write } from "../shared/dom.js";
import { mounted } from "../shared/stage.js";

const POINTS = 56;
const PEN = 5; // of 56 points
const SOFT = 1; // how far the edge of a stroke fades on the screen, in points
const LARGEST = 340;
const BESIDE = 44; // pixels that stay free, so that a finger can still move the page
const REST = 350; // ms without a key before a drawing made with keys is told

class DigitPad {
  constructor(parent) {
    this.done = []; // strokes, cells and wipes, in order
    this.at = null; // the cell under the keyboard's cursor
    this.version = -1;
    this.timer = 0;
    this.listening = new AbortController();
    this.root = tag("div", { class: "stage pad" }, parent);
    this.frame = tag(
      "div",
      { class: "paper", tabindex: 0, role: "application", "aria-label": "Drawing pad", "aria-describedby": "how" },
      this.root,
    );
    this.canvas = tag("canvas", { "aria-hidden": "true" }, this.frame);
    this.empty = tag("span", { class: "empty", "aria-hidden": "true", text: "Draw a digit here" }, this.frame);
    const buttons = tag("div", { class: "buttons" }, this.root);
    this.undo = tag("button", { type: "button", text: "Undo" }, buttons);
    this.clear = tag("button", { type: "button", text: "Clear" }, buttons);
    this.how = tag("p", { class: "how", id: "how" }, this.root);
    this.spoken = tag("p", { class: "spoken", "aria-live": "polite" }, this.root);
    this.listen();
  }

  listen() {
    const { signal } = this.listening;
    const on = (target, event, action) => target.addEventListener(event, action, { signal });
    on(this.frame, "pointerdown", (event) => this.begin(event));
    on(this.frame, "pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) on(this.frame, end, (event) => this.end(event));
    on(this.frame, "keydown", (event) => this.press(event));
    on(this.frame, "focus", () => this.paint());
    on(this.frame, "blur", () => this.paint());
    on(this.undo, "click", () => this.takeBack());
    on(this.clear, "click", () => this.wipe());
    on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.repaint());
    this.resizing = new ResizeObserver(() => this.data && this.root.clientWidth !== this.width && this.layout());
    this.resizing.observe(this.root);
  }

  show(data) {
    [this.rows, this.columns] = data.grid;
    this.data = data;
    write(
      this.how,
      `With mouse, finger or pen. With keys: arrows move over the ${this.rows} × ${this.columns} cells that the model reads, Space puts ink or takes it away, Shift with an arrow draws a line.`,
    );
    if (data.version !== this.version) this.adopt(data);
    this.at = this.at && [clamp(this.at[0], 0, this.rows - 1), clamp(this.at[1], 0, this.columns - 1)];
    this.repaint();
    this.root.dataset.drawn = String(data.version);
  }

  // A drawing that came by the address: its ink lies under all that is drawn from now on.
  adopt({ ink, version }) {
    this.version = version;
    clearTimeout(this.timer);
    this.done = [];
    this.stroke = null;
    this.base = ink.includes("0") && /[1-9a-f]/.test(ink) ? this.readInk(ink) : null;
  }

  readInk(ink) {
    const base = tag("canvas", { width: POINTS, height: POINTS });
    const brush = base.getContext("2d");
    const image = brush.createImageData(POINTS, POINTS);
    [...ink].forEach((level, place) => (image.data[4 * place + 3] = 17 * parseInt(level, 16)));
    brush.putImageData(image, 0, 0);
    return base;
  }

  repaint() {
    if (!this.data) return;
    this.palette = takePalette(this.root, this.data.palettes);
    this.layout();
  }

  layout() {
    this.width = this.root.clientWidth;
    if (!this.width) return;
    this.side = Math.min(this.width - BESIDE, LARGEST);
    Object.assign(this.frame.style, { width: `${this.side}px`, height: `${this.side}px` });
    brushOn(this.canvas, this.side, this.side);
    this.pixels = this.canvas.width;
    this.paint();
  }

  // ── what is on the paper ───────────────────────────────────────────────────────────────────

  // All that was done, on a square of so many points a side.
  inkOn(side, soft) {
    const sheet = tag("canvas", { width: side, height: side });
    const brush = sheet.getContext("2d", { willReadFrequently: side === POINTS });
    brush.setTransform(side / POINTS, 0, 0, side / POINTS, 0, 0);
    brush.imageSmoothingEnabled = false;
    Object.assign(brush, { lineCap: "round", lineJoin: "round", strokeStyle: "#000", fillStyle: "#000" });
    if (this.base) brush.drawImage(this.base, 0, 0);
    for (const deed of this.stroke ? [...this.done, this.stroke] : this.done) {
      if (deed.wipe) brush.clearRect(0, 0, POINTS, POINTS);
      else if (deed.cell) this.inkCell(brush, deed);
      else this.inkStroke(brush, deed, soft);
    }
    return sheet;
  }

  inkCell(brush, { cell: [row, column], size: [rows, columns], on }) {
    const [tall, wide] = [POINTS / rows, POINTS / columns];
    const place = [column * wide, row * tall, wide, tall];
    if (on) brush.fillRect(...place);
    else brush.clearRect(...place);
  }

  // Through the middles between the points that the pointer told, so that no corner shows where it was slow to tell.
  inkStroke(brush, { points }, soft) {
    const path = new Path2D();
    const [first, last] = [points[0], points.at(-1)];
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
    const brush = this.canvas.getContext("2d");
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.clearRect(0, 0, this.pixels, this.pixels);
    brush.drawImage(this.inkOn(this.pixels, true), 0, 0);
    brush.globalCompositeOperation = "source-in"; // ink takes the page's colour
    brush.fillStyle = this.palette.ink;
    brush.fillRect(0, 0, this.pixels, this.pixels);
    brush.globalCompositeOperation = "source-over";
    if (this.at && this.frame.matches(":focus")) this.paintCells(brush);
    const isEmpty = !this.hasInk();
    this.empty.hidden = !isEmpty || Boolean(this.stroke) || Boolean(this.at);
    this.clear.disabled = isEmpty;
    this.undo.disabled = this.done.length === 0;
  }

  paintCells(brush) {
    const [tall, wide] = [this.pixels / this.rows, this.pixels / this.columns];
    brush.strokeStyle = this.palette.muted;
    brush.globalAlpha = 0.45;
    brush.lineWidth = 1;
    brush.beginPath();
    for (let line = 1; line < this.columns; line += 1) {
      brush.moveTo(Math.round(line * wide) + 0.5, 0);
      brush.lineTo(Math.round(line * wide) + 0.5, this.pixels);
    }
    for (let line = 1; line < this.rows; line += 1) {
      brush.moveTo(0, Math.round(line * tall) + 0.5);
      brush.lineTo(this.pixels, Math.round(line * tall) + 0.5);
    }
    brush.stroke();
    brush.globalAlpha = 1;
    const [row, column] = this.at;
    brush.lineWidth = 4 * (this.pixels / this.side);
    brush.strokeStyle = this.palette.model;
    brush.strokeRect(column * wide, row * tall, wide, tall);
  }

  hasInk() {
    const wiped = this.done.findLastIndex((deed) => deed.wipe);
    const since = this.done.slice(wiped + 1);
    return (wiped < 0 && Boolean(this.base)) || since.some((deed) => deed.points || deed.on);
  }

  levels() {
    const { data } = this.inkOn(POINTS, false).getContext("2d").getImageData(0, 0, POINTS, POINTS);
    let ink = "";
    for (let place = 3; place < data.length; place += 4) ink += Math.round((15 * data[place]) / 255).toString(16);
    return ink;
  }

  tell() {
    clearTimeout(this.timer);
    this.tellState("ink", `${Date.now()}:${this.hasInk() ? this.levels() : ""}`); // the same ink twice is told twice
  }

  doNow(deed) {
    this.done.push(deed);
    this.paint();
  }

  // ── mouse, finger, pen ─────────────────────────────────────────────────────────────────────

  begin(event) {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    this.frame.focus({ preventScroll: true, focusVisible: false });
    this.at = null;
    this.frame.setPointerCapture(event.pointerId);
    this.stroke = { points: [this.where(event)] };
    this.paint();
  }

  go(event) {
    if (!this.stroke || !event.isPrimary) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [event]) this.stroke.points.push(this.where(one));
    this.paint();
  }

  end(event) {
    if (!this.stroke || !event.isPrimary) return;
    const { stroke } = this;
    this.stroke = null;
    this.doNow(stroke);
    this.tell();
  }

  where(event) {
    const { x, y } = pointIn(this.canvas, event);
    return [x, y].map((at) => clamp((at / this.side) * POINTS, 0, POINTS));
  }

  // ── keys and buttons ───────────────────────────────────────────────────────────────────────

  press(event) {
    if (event.altKey) return;
    const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") this.takeBack();
    else if (event.ctrlKey || event.metaKey) return;
    else if (way) this.move(way, event.shiftKey);
    else if (event.key === " " || event.key === "Enter") this.toggle();
    else return;
    event.preventDefault();
  }

  move([down, across], draws) {
    if (draws && this.at && !this.isInked()) this.cell(true);
    if (this.at)
      this.at = [clamp(this.at[0] + down, 0, this.rows - 1), clamp(this.at[1] + across, 0, this.columns - 1)];
    else this.at = [Math.floor((this.rows - 1) / 2), Math.floor((this.columns - 1) / 2)];
    if (draws && !this.isInked()) this.cell(true);
    this.paint();
    this.say();
  }

  toggle() {
    this.at ??= [Math.floor((this.rows - 1) / 2), Math.floor((this.columns - 1) / 2)];
    this.cell(!this.isInked());
    this.say();
  }

  cell(on) {
    this.doNow({ cell: this.at, size: [this.rows, this.columns], on });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), REST);
  }

  isInked() {
    const [tall, wide] = [POINTS / this.rows, POINTS / this.columns];
    const [top, left] = [Math.round(this.at[0] * tall), Math.round(this.at[1] * wide)];
    const [high, long] = [Math.max(1, Math.floor(tall)), Math.max(1, Math.floor(wide))];
    const { data } = this.inkOn(POINTS, false).getContext("2d").getImageData(left, top, long, high);
    let sum = 0;
    for (let place = 3; place < data.length; place += 4) sum += data[place];
    return sum / (data.length / 4) > 127;
  }

  say() {
    write(this.spoken, `Row ${this.at[0] + 1}, column ${this.at[1] + 1}: ${this.isInked() ? "ink" : "paper"}`);
  }

  takeBack() {
    if (!this.done.length) return;
    this.done.pop();
    this.paint();
    this.tell();
    write(this.spoken, "Taken back");
    if (this.undo.disabled) this.frame.focus({ preventScroll: true });
  }

  wipe() {
    this.doNow({ wipe: true });
    this.tell();
    write(this.spoken, "Cleared");
    this.frame.focus({ preventScroll: true });
  }

  remove() {
    clearTimeout(this.timer);
    this.listening.abort();
    this.resizing.disconnect();
    this.root.remove();
  }
}

export default mounted(DigitPad);
