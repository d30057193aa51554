// Lines over steps on a logarithmic scale. Zeros lie in a strip below it, overflows in a hatched one above: neither is a gap.
// The scale stands at the right, where the gradient starts; the names stand at the left, where the lines end.

import { clamp, pointIn, setAll, svg, tag } from "../shared/dom.js";
import { linePath } from "../shared/lines.js";
import { powerOfTen, tickPowers } from "./logs.js";

/** @typedef {{ geometry: Geometry, extent: Extent, tall: number, head?: number, foot?: number, curves: Curve[] }} Chart */
const STRIP = 20;
const LABEL_GAP = 17;
let patterns = 0;

export class LogChart {
  /** @type {Geometry} */ geometry;
  /** @type {Extent} */ extent;
  /** @type {Curve[]} */ curves = [];
  tall = 0;
  end = 0;
  width = 0;
  top = 0;
  bottom = 0;

  // `handlers`: { pick(step), point(step, event), leave() }; `head` and `foot` are pixels above and below the lines.
  /** @param {HTMLElement} parent @param {string} name @param {ChartHandlers} [handlers] @param {Attributes} [attributes] */
  constructor(parent, name, handlers = {}, attributes = { role: "img" }) {
    this.root = tag(parent, "div", { class: "chart", ...attributes, "aria-label": name });
    this.svg = svg(this.root, "svg", { "aria-hidden": "true" });
    patterns += 1;
    this.hatch = `flow-hatch-${patterns}`;
    const tile = { id: this.hatch, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
    const pattern = svg(svg(this.svg, "defs"), "pattern", tile);
    svg(pattern, "rect", { width: 2.5, height: 7, class: "hatch" });
    this.grid = svg(this.svg, "g", { class: "grid" });
    this.bands = svg(this.svg, "g", { class: "bands" });
    this.lines = svg(this.svg, "g", { class: "lines" });
    this.names = svg(this.svg, "g", { class: "names" });
    this.hover = svg(this.svg, "path", { class: "hover" });
    this.cursor = svg(this.svg, "path", { class: "cursor" });
    this.dots = svg(this.svg, "g", { class: "dots" });
    this.listen(handlers);
  }

  // `geometry`: { left, wide, count, right }; `extent`: from extentOf; `curves`: [{ kind, values, low, high, name, note }].
  show(/** @type {Chart} */ { geometry, extent, tall, head = 8, foot = 6, curves }) {
    Object.assign(this, { geometry, extent, tall, curves });
    this.end = geometry.left + geometry.wide * geometry.count;
    this.width = this.end + geometry.right;
    this.top = head + (extent.overflow ? STRIP : 0);
    this.bottom = tall - foot - (extent.zero ? STRIP : 0);
    setAll(this.svg, { width: this.width, height: tall, viewBox: `0 0 ${this.width} ${tall}` });
    for (const group of [this.grid, this.bands, this.lines, this.names, this.dots]) group.replaceChildren();
    this.showScale();
    for (const curve of curves) this.showCurve(curve);
    this.showNames();
    this.hover.setAttribute("d", "");
    this.cursor.setAttribute("d", "");
  }

  x(/** @type {number} */ step) {
    return this.geometry.left + (step + 0.5) * this.geometry.wide;
  }

  y(/** @type {number} */ log) {
    if (log === -Infinity) return this.bottom + STRIP / 2;
    if (!(log < Infinity)) return this.top - STRIP / 2;
    const { least, most } = this.extent;
    return this.bottom - ((clamp(log, least, most) - least) / (most - least)) * (this.bottom - this.top);
  }

  showScale() {
    const { left } = this.geometry;
    const { least, most, zero, overflow } = this.extent;
    for (const power of tickPowers(least, most, Math.max(2, (this.bottom - this.top) / 34))) {
      const y = this.y(power);
      svg(this.grid, "path", { d: `M${left} ${y}H${this.end}`, class: "rule" });
      const isFree = (!zero || y < this.bottom - 6) && (!overflow || y > this.top + 6);
      if (isFree) svg(this.grid, "text", { x: this.end + 7, y: y + 4.5, text: powerOfTen(power) });
    }
    if (zero) this.strip(this.bottom, "nothing", "0");
    if (overflow) this.strip(this.top - STRIP, "overflow", "over");
  }

  /** @param {number} y @param {string} kind @param {string} words */
  strip(y, kind, words) {
    const { left } = this.geometry;
    const [text, style] =
      kind === "overflow"
        ? ["Overflow: no longer a number", `fill:url(#${this.hatch})`]
        : ["Zero: nothing arrives, or less than float64 can hold", ""];
    const size = { width: this.end - left, height: STRIP - 4 };
    svg(svg(this.grid, "rect", { class: `strip ${kind}`, x: left, y: y + 2, ...size, style }), "title", { text });
    svg(this.grid, "text", { x: this.end + 7, y: y + STRIP / 2 + 4.5, text: words });
  }

  showCurve(/** @type {Curve} */ curve) {
    const { kind, low, high, values } = curve;
    if (low && high) svg(this.bands, "path", { class: `band ${kind}`, d: this.area(low, high) });
    curve.line = svg(this.lines, "path", { class: `curve ${kind}`, d: this.path(values) });
    curve.dot = svg(this.dots, "circle", { class: kind, r: 4.5 });
  }

  path(/** @type {ArrayLike<number>} */ values) {
    const d = linePath(values, this.x.bind(this), this.y.bind(this));
    return values.length === 1 ? `${d}h0.01` : d;
  }

  area(/** @type {Float64Array} */ low, /** @type {Float64Array} */ high) {
    const half = low.length === 1 ? 2 : 0; // a single step is a bar
    /** @param {ArrayLike<number>} values @param {number} step @param {number} aside */
    const edge = (values, step, aside) => `${(this.x(step) + aside).toFixed(1)} ${this.y(values[step]).toFixed(1)}`;
    /** @type {string[][]} */
    const [there, back] = [[], []];
    for (let step = 0; step < low.length; step += 1) {
      there.push(edge(high, step, -half));
      back.unshift(edge(low, step, half));
    }
    if (half) {
      there.push(edge(high, 0, half));
      back.push(edge(low, 0, -half));
    }
    return `M${there.join("L")}L${back.join("L")}Z`;
  }

  // Names at the lines' left ends, pushed apart where they would lie on each other.
  showNames() {
    const named = this.curves.filter(({ name }) => name).map((curve) => ({ curve, want: this.y(curve.values[0]), y: 0 }));
    named.sort((one, other) => one.want - other.want);
    const total = (named.length - 1) * LABEL_GAP;
    let least = 12;
    named.forEach((item, place) => {
      const most = this.tall - 8 - total + place * LABEL_GAP;
      item.y = Math.max(least, Math.min(item.want, most));
      least = item.y + LABEL_GAP;
    });
    const { left } = this.geometry;
    for (const { curve, want, y } of named) {
      const text = svg(this.names, "text", { class: `name ${curve.kind}`, x: left - 16, y: y + 4.5, "text-anchor": "end" });
      svg(text, "tspan", { class: "who", text: curve.name ?? "" });
      if (curve.note) svg(text, "tspan", { class: "note", text: ` ${curve.note}` });
      svg(this.names, "path", { class: `leader ${curve.kind}`, d: `M${left - 13} ${y}L${left - 3} ${want}H${this.x(0)}` });
    }
  }

  draw(/** @type {number} */ step) {
    this.cursor.setAttribute("d", `M${this.x(step)} ${this.top - (this.extent.overflow ? STRIP : 0)}V${this.tall - 2}`);
    for (const { dot, values } of this.curves) if (dot) setAll(dot, { cx: this.x(step), cy: this.y(values[step]) });
  }

  point(/** @type {number | null} */ step) {
    this.hover.setAttribute("d", step === null ? "" : `M${this.x(step)} ${this.top}V${this.tall - 2}`);
  }

  listen(/** @type {ChartHandlers} */ { pick, point, leave }) {
    if (!point || !leave) return;
    const at = (/** @type {MouseEvent} */ event) => {
      const { x } = pointIn(this.svg, event);
      return clamp(Math.floor((x - this.geometry.left) / this.geometry.wide), 0, this.geometry.count - 1);
    };
    this.root.classList.add("live");
    this.root.addEventListener("pointermove", (event) => point(at(event), event));
    this.root.addEventListener("pointerleave", () => leave());
    if (pick) this.root.addEventListener("click", (event) => pick(at(event)));
  }
}

/** A short piece of a curve, for a legend. @param {Element} parent @param {string} kind */
export function addSwatch(parent, kind) {
  const swatch = svg(parent, "svg", { class: "swatch", viewBox: "0 0 34 10", width: 34, height: 10, "aria-hidden": "true" });
  svg(swatch, "path", { class: `curve ${kind}`, d: "M2 5H32" });
}
