// A picture is read from the top down, so steps go down here: each row of the picture, and on the same line what would be
// answered after it. A column is a class, and reads as one chart from the top to the bottom.

import { pixelOf, readColour } from "../shared/colours.js";
import { brushOn, clamp } from "../shared/dom.js";
import { pixelPicture } from "../shared/pixels.js";
import { ReadingView, UNREAD, cutToFit, inHundred, rangeOf } from "./reading_view.js";

const TALLEST = 400;
const MOST_CELL = 44;
const MOST_COLUMN = 66;
const LINE = 22;

export class PictureView extends ReadingView {
  constructor(/** @type {SequenceReader} */ reader) {
    super(reader);
    const { values, classes, right } = this.scene;
    this.rows = values.length;
    this.columns = values[0].length;
    this.small = reader.width < 560;
    const wide = this.small && this.rows > 12 ? 0.48 : 0.41; // of the width is for the picture
    this.left = this.small ? 20 : 40;
    const cell = Math.min(MOST_CELL, TALLEST / this.rows, (wide * reader.width) / this.columns);
    this.cell = cell > 6 ? Math.floor(cell) : cell;
    this.wide = this.cell * this.columns;
    this.start = this.left + this.wide + (this.small ? 10 : 28);
    this.column = Math.min(MOST_COLUMN, (reader.width - this.start - 2) / classes.length);
    this.useFont(15, 600);
    const widthOf = (/** @type {string} */ name) => this.brush.measureText(name).width;
    this.upright = classes.some((name) => widthOf(name) > this.column - 2);
    this.names = this.upright ? classes.map((name, place) => (place === right ? `${name} ✓` : name)) : classes;
    this.tall = this.upright ? Math.min(Math.max(...this.names.map(widthOf)) + 4, 130) : 16;
    this.top = this.tall + 12 + (this.upright || right === null ? 0 : 17);
    this.bottom = this.top + this.cell * this.rows;
    this.width = this.start + this.column * classes.length + 2;
    this.height = this.bottom + 40;
    this.dots = this.shade();
  }

  // The picture once, a dot per cell: it is drawn large without being smoothed.
  shade() {
    const { values } = this.scene;
    const { low, high } = rangeOf(values.flat());
    const [paper, ink] = [readColour(this.palette.empty), readColour(this.palette.ink)];
    return pixelPicture(this.rows, this.columns, (row, column) => {
      const value = values[row][column];
      const share = value === null ? 0 : (value - low) / (high - low || 1);
      return pixelOf(`rgb(${paper.map((from, channel) => Math.round(from + share * (ink[channel] - from))).join()})`);
    });
  }

  draw(/** @type {number} */ step) {
    const { after } = this.scene;
    const [from, until] = [after[step - 1] ?? 0, after[step]];
    brushOn(this.canvas, this.width, this.height);
    this.drawPicture(until);
    this.drawAnswers(step);
    this.drawNames(step);
    this.drawMark(from, until);
  }

  drawPicture(/** @type {number} */ read) {
    const { brush, cell, left, top, bottom, wide } = this;
    brush.imageSmoothingEnabled = false;
    /** @param {number} first @param {number} count @param {number} strength */
    const paint = (first, count, strength) => {
      if (!count) return;
      brush.globalAlpha = strength;
      brush.drawImage(this.dots, 0, first, this.columns, count, left, top + first * cell, wide, count * cell);
    };
    paint(0, read, 1);
    paint(read, this.rows - read, UNREAD);
    brush.globalAlpha = 1;
    if (cell < 9) return;
    Object.assign(brush, { strokeStyle: this.palette.page, lineWidth: 1 });
    const grid = new Path2D();
    for (let x = 1; x < this.columns; x += 1) grid.addPath(new Path2D(`M${left + x * cell} ${top}V${bottom}`));
    for (let y = 1; y < this.rows; y += 1) grid.addPath(new Path2D(`M${left} ${top + y * cell}H${left + wide}`));
    brush.stroke(grid);
  }

  drawAnswers(/** @type {number} */ step) {
    const { after, shares, best } = this.scene;
    const { brush, palette, top } = this;
    const room = this.column - Math.min(6, this.column / 5);
    Object.assign(brush, { strokeStyle: palette.grid, lineWidth: 1 });
    const lines = this.names.map(
      (_, place) => `M${Math.round(this.start + place * this.column) + 0.5} ${top}V${this.bottom}`,
    );
    brush.stroke(new Path2D(lines.join("")));
    shares.forEach((row, number) => {
      const y = top + (after[number - 1] ?? 0) * this.cell;
      const tall = (after[number] - (after[number - 1] ?? 0)) * this.cell;
      const gap = Math.min(3, tall / 6);
      row.forEach((share, place) => {
        if (!(share > 0)) return;
        const isBest = best[number] === place;
        brush.fillStyle = isBest ? palette.model : palette.muted;
        brush.globalAlpha = (number > step ? UNREAD : 1) * (isBest ? 1 : 0.6);
        const wide = Math.max(share * room, share > 0.004 ? 1 : 0);
        brush.fillRect(this.start + place * this.column + 1, y + gap, wide, tall - 2 * gap);
      });
    });
    brush.globalAlpha = 1;
  }

  drawNames(/** @type {number} */ step) {
    const { shares, best, right } = this.scene;
    const { ink, muted } = this.palette;
    this.names.forEach((name, place) => {
      const x = this.start + (place + 0.5) * this.column;
      const isBest = best[step] === place;
      this.useFont(15, isBest ? 700 : 400);
      if (this.upright) this.writeUpright(name, x);
      else this.write(name, x, this.top - 8, "center", ink);
      this.useFont(16, 700);
      if (place === right && !this.upright) this.write("✓", x, this.top - this.tall - 10, "center", ink);
      this.useFont(this.column < 30 ? 12 : 15, isBest ? 700 : 400);
      this.write(inHundred(shares[step][place]), x, this.bottom + LINE, "center", isBest ? ink : muted);
    });
    this.useFont(this.small ? 12 : 14);
    this.write(this.small ? "% now" : "probability now, %", this.start - 6, this.bottom + LINE, "right", muted);
  }

  writeUpright(/** @type {string} */ name, /** @type {number} */ x) {
    const { brush } = this;
    brush.save();
    brush.translate(x + 5, this.top - 6);
    brush.rotate(-Math.PI / 2);
    this.write(cutToFit(brush, name, this.tall), 0, 0, "left", this.palette.ink);
    brush.restore();
  }

  /** The rows that were read last, framed through picture and answers. @param {number} from @param {number} until */
  drawMark(from, until) {
    const { brush } = this;
    const { ink, model } = this.palette;
    const [y, tall] = [this.top + from * this.cell, (until - from) * this.cell];
    Object.assign(brush, { strokeStyle: model, lineWidth: this.cell < 9 ? 2 : 3 });
    brush.strokeRect(this.left - 1.5, y, this.wide + 3, tall);
    Object.assign(brush, { strokeStyle: ink, lineWidth: 1.5 });
    brush.strokeRect(this.start - 0.5, y, this.width - this.start - 0.5, tall);
    this.useFont(this.small ? 13 : 15, 700);
    const middle = clamp(y + tall / 2 + 5, this.top + 10, this.bottom);
    this.write(this.small ? `${until}` : `${until} ▸`, this.left - 6, middle, "right", ink);
  }

  placeAt(/** @type {Point} */ { y }) {
    return clamp(Math.floor((y - this.top) / this.cell) + 1, 1, this.rows);
  }
}
