// A table as a picture of one pixel for each value, to be drawn larger.

import { brushOf, tag } from "./dom.js";

/** @param {number} rows @param {number} columns @param {(row: number, column: number) => number} pixelAt */
export function pixelPicture(rows, columns, pixelAt) {
  const canvas = tag(null, "canvas", { width: columns, height: rows });
  const image = new ImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  pixels.forEach((_, place) => (pixels[place] = pixelAt(Math.floor(place / columns), place % columns)));
  brushOf(canvas).putImageData(image, 0, 0);
  return canvas;
}
