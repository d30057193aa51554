// What the drawing of a picture and that of a series have in common. Both are made anew for another width or other colours.

import { brushOf } from "../shared/dom.js";

export const UNREAD = 0.22; // strength of what is not read yet

export class ReadingView {
  constructor(/** @type {SequenceReader} */ { canvas, scene, palette, font }) {
    this.canvas = canvas;
    this.scene = scene;
    this.palette = palette;
    this.font = font;
    this.brush = brushOf(canvas);
  }

  /** @param {number} size @param {number} [weight] */
  useFont(size, weight = 400) {
    this.brush.font = `${weight} ${size}px ${this.font}`;
  }

  /** @param {string} words @param {number} x @param {number} y @param {CanvasTextAlign} align @param {string} colour */
  write(words, x, y, align, colour) {
    Object.assign(this.brush, { textAlign: align, fillStyle: colour });
    this.brush.fillText(words, x, y);
  }
}

/** The smallest and the largest of the values that are known. @param {(number | null)[]} values */
export function rangeOf(values) {
  const known = values.filter((value) => value !== null);
  const low = known.reduce((least, value) => Math.min(least, value), Infinity);
  const high = known.reduce((most, value) => Math.max(most, value), -Infinity);
  return { low, high };
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
