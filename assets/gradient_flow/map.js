// A table of logarithms as a picture with its scale. Exact zeros are dotted, overflows hatched, what cannot be is left empty.

import { pixelOf } from "../shared/colours.js";
import { brushOf, brushOn, clamp, pointIn, setAll, svg, tag } from "../shared/dom.js";
import { pixelPicture } from "../shared/pixels.js";
import { tenTo } from "./logs.js";

/**
 * @typedef {{
 *   width: number, height: number, rows: number, columns: number, at: (row: number, column: number) => number | undefined,
 *   least: number, most: number, shift?: number, stretch?: number,
 * }} Logs
 */
/** @typedef {(row: number, column: number, event: PointerEvent) => void} PointAt */

const SHADE_COUNT = 64;
const OPAQUE = 0xff000000;

export class LogMap {
  width = 1;
  height = 1;
  rows = 1;
  columns = 1;

  /** @param {HTMLElement} parent @param {HTMLElement} legend @param {GradientFlow} app */
  constructor(parent, legend, app) {
    this.app = app;
    this.legend = legend;
    this.plot = tag(parent, "div", { class: "map-plot live" });
    this.canvas = tag(this.plot, "canvas", { role: "img" });
    this.over = svg(this.plot, "svg", { class: "over", "aria-hidden": "true" });
    this.hover = svg(this.over, "path", { class: "hover" });
  }

  /** @param {{ point: PointAt, leave: () => void, pick: PointAt }} handlers */
  listen({ point, leave, pick }) {
    this.plot.addEventListener("pointermove", (event) => point(...this.at(event), event));
    this.plot.addEventListener("pointerleave", leave);
    this.plot.addEventListener("click", (event) => pick(...this.at(event), event));
  }

  /** @param {MouseEvent} event @returns {[row: number, column: number]} */
  at(event) {
    const { x, y } = pointIn(this.plot, event);
    const [row, column] = [Math.floor((y / this.height) * this.rows), Math.floor((x / this.width) * this.columns)];
    return [clamp(row, 0, this.rows - 1), clamp(column, 0, this.columns - 1)];
  }

  // `at(row, column)` gives a logarithm, or undefined for what cannot be.
  /** @param {FlowLane} lane @param {string} name @param {Logs} logs */
  show(lane, name, { width, height, rows, columns, at, least, most, shift = 0, stretch = width }) {
    const { palette, shades } = this.app;
    const shade = shades.gate(lane.cell);
    const ready = Array.from({ length: SHADE_COUNT + 1 }, (_, level) => pixelOf(shade(level / SHADE_COUNT)));
    const logs = Array.from({ length: rows * columns }, (_, place) => at(Math.floor(place / columns), place % columns));
    const found = { values: false, zeros: false, overflows: false };
    /** @param {keyof typeof found} kind @param {(value: number) => number} pixel */
    const layer = (kind, pixel) =>
      pixelPicture(rows, columns, (row, column) => {
        const value = logs[row * columns + column];
        if (value === undefined || kindOf(value) !== kind) return 0;
        found[kind] = true;
        return pixel(value);
      });
    const brush = brushOn(this.canvas, width, height);
    brush.imageSmoothingEnabled = false;
    const level = (/** @type {number} */ value) => Math.round(((value - least) / (most - least)) * SHADE_COUNT);
    const values = layer("values", (value) => ready[clamp(level(value), 0, SHADE_COUNT)]);
    brush.drawImage(values, shift, 0, stretch, height);
    for (const [kind, tile] of /** @type {const} */ ([
      ["zeros", dotted(palette)],
      ["overflows", hatched(palette)],
    ])) {
      const picture = layer(kind, () => OPAQUE);
      if (found[kind]) brush.drawImage(filled(picture, width, height, shift, stretch, tile), 0, 0, width, height);
    }
    Object.assign(this, { width, height, rows, columns });
    setAll(this.over, { width, height });
    this.canvas.setAttribute("aria-label", name);
    this.showLegend(least, most, lane.cell, found);
  }

  /** @param {number} least @param {number} most @param {Cell} cell @param {Record<string, boolean>} found */
  showLegend(least, most, cell, { values, zeros, overflows }) {
    this.legend.replaceChildren();
    const scale = tag(this.legend, "span", { class: "legend-scale" });
    scale.hidden = !values;
    tag(scale, "small", { text: `≤ ${tenTo(least)}` });
    tag(scale, "i", { class: "ramp", style: `--full: var(--${cell})` });
    tag(scale, "small", { text: tenTo(most) });
    if (zeros) this.mark("zero-mark", "exactly 0");
    if (overflows) this.mark("overflow-mark", "overflow");
  }

  mark(/** @type {string} */ kind, /** @type {string} */ text) {
    const line = tag(this.legend, "span", { class: "legend-mark" });
    tag(line, "i", { class: kind });
    tag(line, "small", { text });
  }
}

const kindOf = (/** @type {number} */ value) => (value === -Infinity ? "zeros" : value < Infinity ? "values" : "overflows");

// What a picture covers, filled with a pattern.
/**
 * @param {HTMLCanvasElement} picture @param {number} width @param {number} height @param {number} shift
 * @param {number} stretch @param {HTMLCanvasElement} tile
 */
function filled(picture, width, height, shift, stretch, tile) {
  const canvas = tag(null, "canvas", { width: Math.ceil(width), height: Math.ceil(height) });
  const brush = brushOf(canvas);
  brush.imageSmoothingEnabled = false;
  brush.drawImage(picture, shift, 0, stretch, height);
  brush.globalCompositeOperation = "source-in";
  brush.fillStyle = brush.createPattern(tile, "repeat") ?? "";
  brush.fillRect(0, 0, width, height);
  return canvas;
}

/** @param {number} size @param {string} ground @param {(brush: CanvasRenderingContext2D) => void} draw */
function tileOf(size, ground, draw) {
  const tile = tag(null, "canvas", { width: size, height: size });
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
    for (const from of [-8, 0, 8]) brush.stroke(new Path2D(`M${from} 8L${from + 8} 0`));
  });
