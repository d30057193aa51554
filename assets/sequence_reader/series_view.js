// A series runs to the right, and so do the answers below it: each class has a line of its own, as tall as it is likely at that
// step. A wall stands where the reading has come to.

import { brushOn, clamp, number } from "../shared/dom.js";
import { ReadingView, UNREAD, cutToFit, inHundred, rangeOf } from "./reading_view.js";

/** @typedef {{ name: string, line: (number | null)[], low: number, high: number, top: number, tall: number }} Strip */

/** @type {Record<number, number>} */
const STRIP = { 1: 190, 2: 110, 3: 84 };
const LEAST_STRIP = 62;
const CLASS = { most: 34, least: 24, room: 300 };

export class SeriesView extends ReadingView {
  constructor(/** @type {SequenceReader} */ reader) {
    super(reader);
    const { values, features, classes, right } = this.scene;
    const { width } = reader;
    this.useFont(15, 700);
    this.names = classes.map((name, place) => (place === right ? `✓ ${name}` : name));
    const longest = Math.max(44, ...this.names.map((name) => this.brush.measureText(name).width));
    this.left = Math.min(longest + 12, width * 0.26);
    this.right = width - 62;
    this.width = width;
    const tall = STRIP[features.length] ?? LEAST_STRIP;
    this.strips = features.map((name, place) => {
      const line = values.map((row) => row[place]);
      return { name, line, ...rangeOf(line), top: 24 + place * (tall + 20), tall: tall - 6 };
    });
    this.answers = 24 + this.strips.length * (tall + 20) + 8;
    this.line = clamp(CLASS.room / classes.length, CLASS.least, CLASS.most);
    this.height = this.answers + this.line * classes.length + 28;
  }

  // Where the wall stands once so many steps are read.
  edge(/** @type {number} */ read) {
    return this.left + ((this.right - this.left) * read) / this.scene.values.length;
  }

  draw(/** @type {number} */ step) {
    const read = this.scene.after[step];
    brushOn(this.canvas, this.width, this.height);
    for (const strip of this.strips) this.drawStrip(strip, this.edge(read));
    this.drawClasses(step);
    this.drawWall(read);
  }

  drawStrip(/** @type {Strip} */ strip, /** @type {number} */ wall) {
    const { brush, left, right, palette } = this;
    const { name, line, low, high, top, tall } = strip;
    this.useFont(14, 600);
    this.write(cutToFit(brush, name, right - left), left, top - 8, "left", palette.ink);
    this.useFont(13);
    this.write(number(high), left - 8, top + 6, "right", palette.muted);
    this.write(number(low), left - 8, top + tall + 3, "right", palette.muted);
    const path = new Path2D();
    let isDown = false;
    line.forEach((value, place) => {
      if (value === null) {
        isDown = false;
        return;
      }
      const [x, y] = [this.edge(place + 0.5), top + tall - (tall * (value - low)) / (high - low || 1)];
      if (!isDown) path.moveTo(x, y);
      path.lineTo(x + (isDown ? 0 : 0.01), y); // a value between two gaps is a dot
      isDown = true;
    });
    Object.assign(brush, { lineJoin: "round", lineCap: "round" });
    this.strokeWithin(wall, right + 3, strip, path, { strokeStyle: palette.muted, lineWidth: 1.25, globalAlpha: 0.4 });
    this.strokeWithin(left - 3, wall, strip, path, { strokeStyle: palette.ink, lineWidth: 2.25 });
  }

  /** @param {number} from @param {number} until @param {Strip} strip @param {Path2D} path @param {object} style */
  strokeWithin(from, until, { top, tall }, path, style) {
    const { brush } = this;
    brush.save();
    brush.beginPath();
    brush.rect(from, top - 4, Math.max(0, until - from), tall + 8);
    brush.clip();
    Object.assign(brush, style);
    brush.stroke(path);
    brush.restore();
  }

  drawClasses(/** @type {number} */ step) {
    const { shares, best } = this.scene;
    const { brush, palette } = this;
    this.names.forEach((name, place) => {
      const base = this.answers + (place + 1) * this.line - 2;
      const isBest = best[step] === place;
      brush.globalAlpha = 1;
      this.useFont(15, isBest ? 700 : 400);
      this.write(cutToFit(brush, name, this.left - 12), this.left - 8, base - 5, "right", palette.ink);
      const colour = isBest ? palette.ink : palette.muted;
      this.write(`${inHundred(shares[step][place])}%`, this.right + 8, base - 5, "left", colour);
      brush.fillStyle = palette.grid;
      brush.fillRect(this.left, base, this.right - this.left, 1);
      this.drawBars(place, base, step);
    });
    brush.globalAlpha = 1;
  }

  /** @param {number} place @param {number} base @param {number} step */
  drawBars(place, base, step) {
    const { after, shares, best } = this.scene;
    const { brush, palette } = this;
    shares.forEach((row, number) => {
      const tall = row[place] * (this.line - 5);
      if (tall < 0.3) return;
      const [from, until] = [this.edge(after[number - 1] ?? 0), this.edge(after[number])];
      const isBest = best[number] === place;
      brush.globalAlpha = (number > step ? UNREAD : 1) * (isBest ? 1 : 0.6);
      brush.fillStyle = isBest ? palette.model : palette.muted;
      brush.fillRect(from, base - tall, Math.max(0.5, until - from - (until - from > 4 ? 1 : 0)), tall);
    });
  }

  drawWall(/** @type {number} */ read) {
    const { brush, palette } = this;
    const [wall, end] = [this.edge(read), this.answers + this.line * this.names.length];
    brush.fillStyle = palette.model;
    brush.fillRect(wall - 1.5, 20, 3, end - 20);
    this.useFont(14, 700);
    const words = `${read} read`;
    const half = brush.measureText(words).width / 2;
    this.write(words, clamp(wall, this.left + half, this.width - half), end + 20, "center", palette.ink);
  }

  placeAt(/** @type {Point} */ { x }) {
    const { length } = this.scene.values;
    return clamp(Math.ceil((length * (x - this.left)) / (this.right - this.left)), 1, length);
  }
}
