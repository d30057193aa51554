// A table of logarithms as a picture. Exact zeros are dotted, overflows hatched, what cannot be is left empty.

import { pixelOf } from "../shared/colours.js";
import { brushOf, brushOn, clamp, setAll } from "../shared/dom.js";

/**
 * @typedef {{
 *   width: number, height: number, rows: number, columns: number, at: (row: number, column: number) => number | undefined,
 *   least: number, most: number, shade: Paint, palette: Palette, shift?: number, stretch?: number,
 * }} Logs
 */
/** @typedef {{ some: boolean, zero: boolean, overflow: boolean }} Marks */

const SHADE_COUNT = 64;

// `at(row, column)` gives a logarithm, or undefined for what cannot be; returns whether there are values, zeros, overflows.
/** @param {HTMLCanvasElement} canvas @param {Logs} logs @returns {Marks} */
export function paintLogs(
  canvas,
  { width, height, rows, columns, at, least, most, shade, palette, shift = 0, stretch = width },
) {
  const brush = brushOn(canvas, width, height);
  const ready = Uint32Array.from({ length: SHADE_COUNT + 1 }, (_, level) => pixelOf(shade(level / SHADE_COUNT)));
  const values = new Layer(columns, rows);
  const zeros = new Layer(columns, rows);
  const overflows = new Layer(columns, rows);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const value = at(row, column);
      const place = row * columns + column;
      if (value === undefined) continue;
      if (value === -Infinity) zeros.set(place);
      else if (!(value < Infinity)) overflows.set(place);
      else {
        values.used = true;
        const level = Math.round(((value - least) / (most - least)) * SHADE_COUNT);
        values.pixels[place] = ready[clamp(level, 0, SHADE_COUNT)];
      }
    }
  }
  brush.imageSmoothingEnabled = false;
  brush.drawImage(values.canvas(), shift, 0, stretch, height);
  if (zeros.used) brush.drawImage(zeros.filled(width, height, shift, stretch, dotted(palette)), 0, 0, width, height);
  if (overflows.used)
    brush.drawImage(overflows.filled(width, height, shift, stretch, hatched(palette)), 0, 0, width, height);
  return { some: values.used, zero: zeros.used, overflow: overflows.used };
}

class Layer {
  /** @param {number} columns @param {number} rows */
  constructor(columns, rows) {
    this.image = new ImageData(columns, rows);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.used = false;
  }

  set(/** @type {number} */ place) {
    this.pixels[place] = 0xff000000;
    this.used = true;
  }

  canvas() {
    const canvas = document.createElement("canvas");
    setAll(canvas, { width: this.image.width, height: this.image.height });
    brushOf(canvas).putImageData(this.image, 0, 0);
    return canvas;
  }

  // The marked places, filled with a pattern.
  /**
   * @param {number} width
   * @param {number} height
   * @param {number} shift
   * @param {number} stretch
   * @param {HTMLCanvasElement} tile
   */
  filled(width, height, shift, stretch, tile) {
    const canvas = document.createElement("canvas");
    setAll(canvas, { width: Math.ceil(width), height: Math.ceil(height) });
    const brush = brushOf(canvas);
    brush.imageSmoothingEnabled = false;
    brush.drawImage(this.canvas(), shift, 0, stretch, height);
    brush.globalCompositeOperation = "source-in";
    brush.fillStyle = brush.createPattern(tile, "repeat") ?? "";
    brush.fillRect(0, 0, width, height);
    return canvas;
  }
}

/** @param {number} size @param {string} ground @param {(brush: CanvasRenderingContext2D) => void} draw */
function tileOf(size, ground, draw) {
  const tile = document.createElement("canvas");
  setAll(tile, { width: size, height: size });
  const brush = brushOf(tile);
  brush.fillStyle = ground;
  brush.fillRect(0, 0, size, size);
  draw(brush);
  return tile;
}

const dotted = (/** @type {Palette} */ palette) =>
  tileOf(6, palette.paper, (brush) => {
    brush.fillStyle = palette.muted;
    brush.fillRect(2, 2, 1.5, 1.5);
  });

const hatched = (/** @type {Palette} */ palette) =>
  tileOf(8, palette.band, (brush) => {
    brush.strokeStyle = palette.muted;
    brush.lineWidth = 1.5;
    brush.beginPath();
    for (const from of [-8, 0, 8]) {
      brush.moveTo(from, 8);
      brush.lineTo(from + 8, 0);
    }
    brush.stroke();
  });
