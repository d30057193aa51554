// A picture is read from the top down, so steps go down here: each row of the picture, and on the same line what would be
// answered after it. A column is a class, and reads as one chart from the top to the bottom.

import { readColour } from "../shared/colours.js";
import { brushOf, brushOn, clamp } from "../shared/dom.js";

const TALLEST = 400;
const MOST_CELL = 44;
const MOST_COLUMN = 66;
const LINE = 22;

export class PictureView {
  small = false;
  upright = false;
  left = 0;
  cell = 0;
  wide = 0;
  start = 0;
  column = 0;
  /** @type {string[]} */ names = [];
  tall = 0;
  top = 0;
  bottom = 0;
  width = 0;
  height = 0;
  from = 0;
  until = 0;
  /** @type {HTMLCanvasElement} */ dots;

  constructor(/** @type {SequenceReader} */ reader) {
    this.reader = reader;
    this.values = reader.scene.values;
    this.rows = this.values.length;
    this.columns = this.values[0].length;
    const known = this.values.flat().filter((value) => value !== null);
    this.low = known.reduce((least, value) => Math.min(least, value), Infinity);
    this.high = known.reduce((most, value) => Math.max(most, value), -Infinity);
  }

  layout(/** @type {number} */ width) {
    const { classes, right } = this.reader.scene;
    this.small = width < 560;
    const wide = this.small && this.rows > 12 ? 0.48 : 0.41; // of the width is for the picture
    this.left = this.small ? 20 : 40;
    this.cell = Math.min(MOST_CELL, TALLEST / this.rows, (wide * width) / this.columns);
    this.cell = this.cell > 6 ? Math.floor(this.cell) : this.cell;
    this.wide = this.cell * this.columns;
    this.start = this.left + this.wide + (this.small ? 10 : 28);
    this.column = Math.min(MOST_COLUMN, (width - this.start - 2) / classes.length);
    this.names = classes;
    const brush = brushOf(this.reader.canvas);
    brush.font = this.face(15, 600);
    this.upright = classes.some((name) => brush.measureText(name).width > this.column - 2);
    if (this.upright) this.names = classes.map((name, place) => (place === right ? `${name} ✓` : name));
    const longest = Math.max(...this.names.map((name) => brush.measureText(name).width));
    this.tall = this.upright ? Math.min(longest + 4, 130) : 16;
    this.top = this.tall + 12 + (this.upright || right === null ? 0 : 17);
    this.bottom = this.top + this.cell * this.rows;
    this.width = this.start + this.column * classes.length + 2;
    this.height = this.bottom + 40;
    this.shade();
  }

  face(/** @type {number} */ size, weight = 400) {
    return `${weight} ${size}px ${this.reader.font}`;
  }

  // The picture once, a dot per cell: it is drawn large without being smoothed.
  shade() {
    const { palette } = this.reader;
    const [paper, ink] = [readColour(palette.empty), readColour(palette.ink)];
    this.dots = document.createElement("canvas");
    Object.assign(this.dots, { width: this.columns, height: this.rows });
    const brush = brushOf(this.dots);
    const image = brush.createImageData(this.columns, this.rows);
    this.values.flat().forEach((value, place) => {
      const share = value === null ? 0 : (value - this.low) / (this.high - this.low || 1);
      for (let channel = 0; channel < 3; channel += 1) {
        image.data[4 * place + channel] = paper[channel] + share * (ink[channel] - paper[channel]);
      }
      image.data[4 * place + 3] = 255;
    });
    brush.putImageData(image, 0, 0);
  }

  draw(/** @type {number} */ step) {
    const { after } = this.reader.scene;
    const brush = brushOn(this.reader.canvas, this.width, this.height);
    this.from = after[step - 1] ?? 0;
    this.until = after[step];
    this.drawPicture(brush);
    this.drawAnswers(brush, step);
    this.drawNames(brush, step);
    this.drawMark(brush);
  }

  drawPicture(/** @type {CanvasRenderingContext2D} */ brush) {
    const read = this.until;
    brush.imageSmoothingEnabled = false;
    /** @param {number} first @param {number} count @param {number} strength */
    const paint = (first, count, strength) => {
      if (!count) return;
      brush.globalAlpha = strength;
      brush.drawImage(
        this.dots,
        0,
        first,
        this.columns,
        count,
        this.left,
        this.top + first * this.cell,
        this.wide,
        count * this.cell,
      );
    };
    paint(0, read, 1);
    paint(read, this.rows - read, 0.22);
    brush.globalAlpha = 1;
    if (this.cell < 9) return;
    brush.strokeStyle = this.reader.palette.page;
    brush.lineWidth = 1;
    brush.beginPath();
    for (let line = 1; line < this.columns; line += 1) {
      brush.moveTo(this.left + line * this.cell, this.top);
      brush.lineTo(this.left + line * this.cell, this.bottom);
    }
    for (let line = 1; line < this.rows; line += 1) {
      brush.moveTo(this.left, this.top + line * this.cell);
      brush.lineTo(this.left + this.wide, this.top + line * this.cell);
    }
    brush.stroke();
  }

  /** @param {CanvasRenderingContext2D} brush @param {number} step */
  drawAnswers(brush, step) {
    const { after, shares, best } = this.reader.scene;
    const { palette } = this.reader;
    const room = this.column - Math.min(6, this.column / 5);
    brush.strokeStyle = palette.grid;
    brush.lineWidth = 1;
    brush.beginPath();
    for (let place = 0; place < this.names.length; place += 1) {
      const x = Math.round(this.start + place * this.column) + 0.5;
      brush.moveTo(x, this.top);
      brush.lineTo(x, this.bottom);
    }
    brush.stroke();
    shares.forEach((row, number) => {
      const y = this.top + (after[number - 1] ?? 0) * this.cell;
      const tall = (after[number] - (after[number - 1] ?? 0)) * this.cell;
      const gap = Math.min(3, tall / 6);
      brush.globalAlpha = number > step ? 0.22 : 1;
      row.forEach((share, place) => {
        if (!(share > 0)) return;
        const x = this.start + place * this.column + 1;
        const isBest = best[number] === place;
        brush.fillStyle = isBest ? palette.model : palette.muted;
        brush.globalAlpha = (number > step ? 0.22 : 1) * (isBest ? 1 : 0.6);
        brush.fillRect(x, y + gap, Math.max(share * room, share > 0.004 ? 1 : 0), tall - 2 * gap);
      });
    });
    brush.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} brush @param {number} step */
  drawNames(brush, step) {
    const { shares, best, right } = this.reader.scene;
    const { palette } = this.reader;
    this.names.forEach((name, place) => {
      const x = this.start + (place + 0.5) * this.column;
      const isBest = best[step] === place;
      brush.fillStyle = palette.ink;
      brush.font = this.face(15, isBest ? 700 : 400);
      if (this.upright) this.writeUpright(brush, name, x);
      else {
        brush.textAlign = "center";
        brush.fillText(name, x, this.top - 8);
      }
      brush.textAlign = "center";
      brush.font = this.face(16, 700);
      if (place === right && !this.upright) brush.fillText("✓", x, this.top - this.tall - 10);
      brush.fillStyle = isBest ? palette.ink : palette.muted;
      brush.font = this.face(this.column < 30 ? 12 : 15, isBest ? 700 : 400);
      brush.fillText(inHundred(shares[step][place]), x, this.bottom + LINE);
    });
    brush.fillStyle = palette.muted;
    brush.font = this.face(this.small ? 12 : 14);
    brush.textAlign = "right";
    brush.fillText(this.small ? "% now" : "probability now, %", this.start - 6, this.bottom + LINE);
  }

  /** @param {CanvasRenderingContext2D} brush @param {string} name @param {number} x */
  writeUpright(brush, name, x) {
    brush.save();
    brush.translate(x + 5, this.top - 6);
    brush.rotate(-Math.PI / 2);
    brush.textAlign = "left";
    brush.fillText(cutToFit(brush, name, this.tall), 0, 0);
    brush.restore();
  }

  /** The row that is being read, framed through picture and answers. @param {CanvasRenderingContext2D} brush */
  drawMark(brush) {
    const { palette } = this.reader;
    const [y, tall] = [this.top + this.from * this.cell, (this.until - this.from) * this.cell];
    brush.strokeStyle = palette.model;
    brush.lineWidth = this.cell < 9 ? 2 : 3;
    brush.strokeRect(this.left - 1.5, y, this.wide + 3, tall);
    brush.lineWidth = 1.5;
    brush.strokeStyle = palette.ink;
    brush.strokeRect(this.start - 0.5, y, this.width - this.start - 0.5, tall);
    brush.fillStyle = palette.ink;
    brush.font = this.face(this.small ? 13 : 15, 700);
    brush.textAlign = "right";
    brush.fillText(
      this.small ? String(this.until) : `${this.until} ▸`,
      this.left - 6,
      clamp(y + tall / 2 + 5, this.top + 10, this.bottom),
    );
  }

  /** @param {Point} point */
  placeAt({ y }) {
    return clamp(Math.floor((y - this.top) / this.cell) + 1, 1, this.rows);
  }
}

/** Whole percents; 0 and 100 only where it is so. @param {number} share */
export function inHundred(share) {
  const hundred = 100 * share;
  return hundred > 0 && hundred < 0.5 ? "<1" : hundred > 99.5 && hundred < 100 ? ">99" : hundred.toFixed(0);
}

// A name that is too long for its place ends in dots.
/** @param {CanvasRenderingContext2D} brush @param {string} name @param {number} room */
export function cutToFit(brush, name, room) {
  if (brush.measureText(name).width <= room) return name;
  const letters = [...name];
  while (letters.length > 1 && brush.measureText(`${letters.join("")}…`).width > room) letters.pop();
  return `${letters.join("")}…`;
}
