// Lines over steps on a logarithmic scale. Zeros lie in a strip below it, overflows in a hatched one above: neither is a gap.
// The scale stands at the right, where the gradient starts; the names stand at the left, where the lines end.

import { clamp, pointIn, setAll, svg, tag } from "../shared/dom.js";
import { powerOfTen, tickPowers } from "./logs.js";

const STRIP = 20;
const LABEL_GAP = 17;
let patterns = 0;

export class LogChart {
  // `told`: { pick(step), point(step, event), leave() }; `head` and `foot` are pixels above and below the lines.
  constructor(parent, name, told = {}, attributes = { role: "img" }) {
    this.root = tag("div", { class: "chart", ...attributes, "aria-label": name }, parent);
    this.svg = svg("svg", { "aria-hidden": "true" }, this.root);
    patterns += 1;
    this.hatch = `flow-hatch-${patterns}`;
    const pattern = svg(
      "pattern",
      { id: this.hatch, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("defs", {}, this.svg),
    );
    svg("rect", { width: 2.5, height: 7, class: "hatch" }, pattern);
    [this.grid, this.bands, this.marks, this.lines, this.names] = ["grid", "bands", "marks", "lines", "names"].map(
      (kind) => svg("g", { class: kind }, this.svg),
    );
    this.hover = svg("path", { class: "hover" }, this.svg);
    this.cursor = svg("path", { class: "cursor" }, this.svg);
    this.dots = svg("g", { class: "dots" }, this.svg);
    if (told.point) this.listen(told);
  }

  // ── drawn anew for other numbers, another width or theme ───────────────────────────────────

  // `geometry`: { left, wide, count, right }; `extent`: from extentOf; `curves`: [{ kind, values, low, high, name, note }].
  show({ geometry, extent, tall, head = 8, foot = 6, curves }) {
    Object.assign(this, { geometry, extent, tall, curves });
    this.end = geometry.left + geometry.wide * geometry.count;
    this.width = this.end + geometry.right;
    this.top = head + (extent.overflow ? STRIP : 0);
    this.bottom = tall - foot - (extent.zero ? STRIP : 0);
    setAll(this.svg, { width: this.width, height: tall, viewBox: `0 0 ${this.width} ${tall}` });
    for (const group of [this.grid, this.bands, this.marks, this.lines, this.names, this.dots]) group.replaceChildren();
    this.showScale();
    for (const curve of curves) this.showCurve(curve);
    this.showNames();
    this.hover.setAttribute("d", "");
    this.cursor.setAttribute("d", "");
  }

  x(step) {
    return this.geometry.left + (step + 0.5) * this.geometry.wide;
  }

  y(log) {
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
      svg("path", { d: `M${left} ${y}H${this.end}`, class: "rule" }, this.grid);
      const isFree = (!zero || y < this.bottom - 6) && (!overflow || y > this.top + 6);
      if (isFree) svg("text", { x: this.end + 7, y: y + 4.5, text: powerOfTen(power) }, this.grid);
    }
    if (zero) this.strip(this.bottom, "nothing", "0");
    if (overflow) this.strip(this.top - STRIP, "overflow", "over");
  }

  strip(y, kind, words) {
    const { left } = this.geometry;
    const fill = kind === "overflow" ? { style: `fill:url(#${this.hatch})` } : {};
    const box = svg(
      "rect",
      { class: `strip ${kind}`, x: left, y: y + 2, width: this.end - left, height: STRIP - 4, ...fill },
      this.grid,
    );
    svg(
      "title",
      {
        text:
          kind === "overflow" ? "Overflow: no longer a number" : "Zero: nothing arrives, or less than float64 can hold",
      },
      box,
    );
    svg("text", { x: this.end + 7, y: y + STRIP / 2 + 4.5, text: words }, this.grid);
  }

  showCurve(curve) {
    const { kind, low, high, values } = curve;
    if (low) svg("path", { class: `band ${kind}`, d: this.area(low, high) }, this.bands);
    curve.line = svg("path", { class: `curve ${kind}`, d: this.path(values) }, this.lines);
    curve.dot = svg("circle", { class: kind, r: 4.5 }, this.dots);
  }

  path(values) {
    let d = "";
    for (let step = 0; step < values.length; step += 1)
      d += `${step ? "L" : "M"}${this.x(step).toFixed(1)} ${this.y(values[step]).toFixed(1)}`;
    return values.length === 1 ? `${d}h0.01` : d;
  }

  area(low, high) {
    const half = low.length === 1 ? 2 : 0; // a single step is a bar
    const edge = (values, step, aside) => `${(this.x(step) + aside).toFixed(1)} ${this.y(values[step]).toFixed(1)}`;
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
    const named = this.curves.filter(({ name }) => name).map((curve) => ({ curve, want: this.y(curve.values[0]) }));
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
      const text = svg(
        "text",
        { class: `name ${curve.kind}`, x: left - 16, y: y + 4.5, "text-anchor": "end" },
        this.names,
      );
      svg("tspan", { class: "who", text: curve.name }, text);
      if (curve.note) svg("tspan", { class: "note", text: ` ${curve.note}` }, text);
      svg(
        "path",
        { class: `leader ${curve.kind}`, d: `M${left - 13} ${y}L${left - 3} ${want}H${this.x(0)}` },
        this.names,
      );
    }
  }

  // ── for each step ──────────────────────────────────────────────────────────────────────────

  draw(step) {
    this.cursor.setAttribute("d", `M${this.x(step)} ${this.top - (this.extent.overflow ? STRIP : 0)}V${this.tall - 2}`);
    for (const { dot, values } of this.curves) setAll(dot, { cx: this.x(step), cy: this.y(values[step]) });
  }

  point(step) {
    this.hover.setAttribute("d", step === null ? "" : `M${this.x(step)} ${this.top}V${this.tall - 2}`);
  }

  listen({ pick, point, leave }) {
    const at = (event) => {
      const { x } = pointIn(this.svg, event);
      return clamp(Math.floor((x - this.geometry.left) / this.geometry.wide), 0, this.geometry.count - 1);
    };
    this.root.classList.add("live");
    this.root.addEventListener("pointermove", (event) => point(at(event), event));
    this.root.addEventListener("pointerleave", () => leave());
    if (pick) this.root.addEventListener("click", (event) => pick(at(event)));
  }
}
