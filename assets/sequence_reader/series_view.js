// A series runs to the right, and so do the answers below it: each class has a line of its own, as tall as it is likely at that
// step. A wall stands where the reading has come to.

import { brushOf, brushOn, clamp, number } from "../shared/dom.js";
import { cutToFit, inHundred } from "./picture_view.js";

/** @typedef {{ name: string, line: (number | null)[], low: number, high: number, top: number, tall: number }} Strip */

/** @type {Record<number, number>} */
const STRIP = { 1: 190, 2: 110, 3: 84 };
const LEAST_STRIP = 62;
const CLASS = { most: 34, least: 24, room: 300 };

export class SeriesView {
  /** @type {string[]} */ names = [];
  left = 0;
  right = 0;
  width = 0;
  height = 0;
  answers = 0;
  line = 0;
  wall = 0;
  /** @type {Strip[]} */ strips;

  constructor(/** @type {SequenceReader} */ reader) {
    this.reader = reader;
    const { values, features } = reader.scene;
    this.steps = values.length;
    this.strips = features.map((name, place) => {
      const line = values.map((row) => row[place]);
      const known = line.filter((value) => value !== null);
      const low = known.reduce((least, value) => Math.min(least, value), Infinity);
      const high = known.reduce((most, value) => Math.max(most, value), -Infinity);
      return { name, line, low, high, top: 0, tall: 0 };
    });
  }

  layout(/** @type {number} */ width) {
    const { classes, right } = this.reader.scene;
    const brush = brushOf(this.reader.canvas);
    brush.font = this.face(15, 700);
    this.names = classes.map((name, place) => (place === right ? `✓ ${name}` : name));
    const longest = Math.max(44, ...this.names.map((name) => brush.measureText(name).width));
    this.left = Math.min(longest + 12, width * 0.26);
    this.right = width - 62;
    this.width = width;
    const tall = STRIP[this.strips.length] ?? LEAST_STRIP;
    this.strips.forEach((strip, place) => Object.assign(strip, { top: 24 + place * (tall + 20), tall: tall - 6 }));
    this.answers = 24 + this.strips.length * (tall + 20) + 8;
    this.line = clamp(CLASS.room / classes.length, CLASS.least, CLASS.most);
    this.height = this.answers + this.line * classes.length + 28;
  }

  face(/** @type {number} */ size, weight = 400) {
    return `${weight} ${size}px ${this.reader.font}`;
  }

  edge(/** @type {number} */ read) {
    return this.left + ((this.right - this.left) * read) / this.steps;
  }

  draw(/** @type {number} */ step) {
    const { after } = this.reader.scene;
    const brush = brushOn(this.reader.canvas, this.width, this.height);
    this.wall = this.edge(after[step]);
    for (const strip of this.strips) this.drawStrip(brush, strip);
    this.drawClasses(brush, step);
    this.drawWall(brush, after[step]);
  }

  /** @param {CanvasRenderingContext2D} brush @param {Strip} strip */
  drawStrip(brush, strip) {
    const { palette } = this.reader;
    const x = (/** @type {number} */ place) => this.left + ((this.right - this.left) * (place + 0.5)) / this.steps;
    const y = (/** @type {number} */ value) =>
      strip.top + strip.tall - (strip.tall * (value - strip.low)) / (strip.high - strip.low || 1);
    brush.fillStyle = palette.ink;
    brush.font = this.face(14, 600);
    brush.textAlign = "left";
    brush.fillText(cutToFit(brush, strip.name, this.right - this.left), this.left, strip.top - 8);
    brush.fillStyle = palette.muted;
    brush.font = this.face(13);
    brush.textAlign = "right";
    brush.fillText(number(strip.high), this.left - 8, strip.top + 6);
    brush.fillText(number(strip.low), this.left - 8, strip.top + strip.tall + 3);
    const path = new Path2D();
    let isDown = false;
    strip.line.forEach((value, place) => {
      if (value === null) isDown = false;
      else if (isDown) path.lineTo(x(place), y(value));
      else {
        path.moveTo(x(place), y(value));
        path.lineTo(x(place) + 0.01, y(value)); // a value between two gaps is a dot
        isDown = true;
      }
    });
    Object.assign(brush, { lineJoin: "round", lineCap: "round" });
    this.within(brush, this.wall, this.right + 3, strip, () => this.stroke(brush, path, palette.muted, 1.25, 0.4));
    this.within(brush, this.left - 3, this.wall, strip, () => this.stroke(brush, path, palette.ink, 2.25, 1));
  }

  /**
   * @param {CanvasRenderingContext2D} brush
   * @param {number} from
   * @param {number} until
   * @param {Strip} strip
   * @param {() => void} paint
   */
  within(brush, from, until, strip, paint) {
    brush.save();
    brush.beginPath();
    brush.rect(from, strip.top - 4, Math.max(0, until - from), strip.tall + 8);
    brush.clip();
    paint();
    brush.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} brush
   * @param {Path2D} path
   * @param {string} colour
   * @param {number} width
   * @param {number} strength
   */
  stroke(brush, path, colour, width, strength) {
    Object.assign(brush, { strokeStyle: colour, lineWidth: width, globalAlpha: strength });
    brush.stroke(path);
  }

  /** @param {CanvasRenderingContext2D} brush @param {number} step */
  drawClasses(brush, step) {
    const { shares, best } = this.reader.scene;
    const { palette } = this.reader;
    this.names.forEach((name, place) => {
      const base = this.answers + (place + 1) * this.line - 2;
      const isBest = best[step] === place;
      brush.globalAlpha = 1;
      brush.fillStyle = palette.ink;
      brush.font = this.face(15, isBest ? 700 : 400);
      brush.textAlign = "right";
      brush.fillText(cutToFit(brush, name, this.left - 12), this.left - 8, base - 5);
      brush.textAlign = "left";
      brush.fillStyle = isBest ? palette.ink : palette.muted;
      brush.fillText(`${inHundred(shares[step][place])}%`, this.right + 8, base - 5);
      brush.fillStyle = palette.grid;
      brush.fillRect(this.left, base, this.right - this.left, 1);
      this.drawBars(brush, place, base, step);
    });
    brush.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} brush @param {number} place @param {number} base @param {number} step */
  drawBars(brush, place, base, step) {
    const { after, shares, best } = this.reader.scene;
    const { palette } = this.reader;
    shares.forEach((row, number) => {
      const tall = row[place] * (this.line - 5);
      if (tall < 0.3) return;
      const [from, until] = [this.edge(after[number - 1] ?? 0), this.edge(after[number])];
      const isBest = best[number] === place;
      brush.globalAlpha = (number > step ? 0.22 : 1) * (isBest ? 1 : 0.6);
      brush.fillStyle = isBest ? palette.model : palette.muted;
      brush.fillRect(from, base - tall, Math.max(0.5, until - from - (until - from > 4 ? 1 : 0)), tall);
    });
  }

  /** @param {CanvasRenderingContext2D} brush @param {number} read */
  drawWall(brush, read) {
    const { palette } = this.reader;
    const end = this.answers + this.line * this.names.length;
    brush.fillStyle = palette.model;
    brush.fillRect(this.wall - 1.5, 20, 3, end - 20);
    brush.fillStyle = palette.ink;
    brush.font = this.face(14, 700);
    const words = `${read} read`;
    const half = brush.measureText(words).width / 2;
    brush.textAlign = "center";
    brush.fillText(words, clamp(this.wall, this.left + half, this.width - half), end + 20);
  }

  /** @param {Point} point */
  placeAt({ x }) {
    return clamp(Math.ceil((this.steps * (x - this.left)) / (this.right - this.left)), 1, this.steps);
  }
}
