// Beside the ledger: its lines as bars that start where the last one ended, and the squash that their sum falls into. Both share
// one axis, the pre-activation.

import { clamp, lastOf, placeOn, pointIn, setAll, svg } from "../shared/dom.js";
import { linePath } from "../shared/lines.js";

const LEAST = 2; // the axis reaches at least this far, so that the squash has its shape
const [LEFT, RIGHT] = [30, 118];
const POINTS = 90;
const HALF_LINE = 21; // an error below a line makes the line taller, and its bar stays beside its numbers

export class Plot {
  width = 0;
  most = 0;
  /** @type {ReturnType<Plot["below"]>} */ place;
  /** @type {(value: number) => number} */ x;
  /** @type {(value: number) => number} */ y;

  constructor(/** @type {HTMLElement} */ parent, /** @type {WorkedExample} */ app) {
    this.app = app;
    this.svg = svg(parent, "svg", { class: "plot", role: "img" });
  }

  draw() {
    const { app } = this;
    const width = app.isNarrow ? app.frame.clientWidth : app.frame.clientWidth - app.ledger.root.offsetWidth - 28;
    if (width < 80) return;
    this.width = width;
    this.place = app.isNarrow ? this.below() : this.beside();
    const { sum } = app;
    const most = Math.max(LEAST, 1.12 * Math.max(...sum.lines.map(({ after }) => Math.abs(after))));
    const right = app.isNarrow ? 92 : RIGHT;
    this.x = (value) => LEFT + ((value + most) / (2 * most)) * (width - LEFT - right);
    this.most = most;
    const { height } = this.place;
    setAll(this.svg, { width, height, viewBox: `0 0 ${width} ${height}`, "aria-label": this.words() });
    this.svg.replaceChildren();
    svg(this.svg, "path", { class: "zero", d: `M${this.x(0)} ${this.place.centers[0] - 16}V${this.place.curve[1]}` });
    if (app.seen("weigh")) this.drawBars();
    if (app.seen("add")) this.drawTotal();
    this.drawCurve();
  }

  words() {
    const { sum, gate, unit } = this.app;
    const known = this.app.seen("squash") ? `, squashed to ${sum.words}` : "";
    return this.app.seen("add")
      ? `${gate.label} of unit ${unit + 1}: the lines add up to ${sum.pre_words}${known}`
      : "Nothing is added up yet";
  }

  // Each bar stands beside its line.
  beside() {
    const { ledger } = this.app;
    const centers = ledger.rows.map(({ root }) => pointIn(ledger.root, placeOn(root)).y + HALF_LINE);
    const total = ledger.total.offsetTop + ledger.total.offsetHeight / 2;
    const height = ledger.root.offsetHeight;
    return { centers, total, thick: 20, height, curve: [total + 44, height - 26] };
  }

  below() {
    const centers = this.app.sum.lines.map((_, place) => 14 + 19 * place);
    const total = lastOf(centers) + 26;
    return { centers, total, thick: 13, height: total + 210, curve: [total + 34, total + 184] };
  }

  /** @param {string} kind @param {number} x @param {number} y @param {string} text @param {string} [anchor] */
  label(kind, x, y, text, anchor = "start") {
    svg(this.svg, "text", { class: kind, x, y, text, "text-anchor": anchor });
  }

  /** @param {string} kind @param {number} from @param {number} to @param {number} y @param {number} thick */
  bar(kind, from, to, y, thick) {
    const [x, width] = [Math.min(from, to), Math.max(2, Math.abs(to - from))];
    svg(this.svg, "rect", { class: `bar ${kind}`, x, y: y - thick / 2, width, height: thick, rx: 2 });
  }

  drawBars() {
    const { lines } = this.app.sum;
    const { centers, thick, total } = this.place;
    const last = this.app.seen("add") ? lines.length : lines.findIndex(({ name }) => name === "1");
    let before = 0;
    lines.slice(0, last).forEach(({ name, after, amount }, place) => {
      const [from, to] = [this.x(before), this.x(after)];
      const y = centers[place];
      const next = place + 1 < last ? centers[place + 1] : this.app.seen("add") ? total : y;
      svg(this.svg, "path", { class: "joint", d: `M${to} ${y}V${next}` });
      this.bar(`${amount < 0 ? "negative" : "positive"} ${name === "r" ? "reset" : ""}`, from, to, y, thick);
      if (this.app.isNarrow) this.label("tick", 0, y + 4.5, { 1: "bias", r: "× r" }[name] ?? name);
      before = after;
    });
  }

  drawTotal() {
    const { pre, pre_words: words, exact } = this.app.sum;
    const { total, thick } = this.place;
    const to = this.x(pre);
    this.bar("sum", this.x(0), to, total, thick + 4);
    const side = pre < 0 ? -1 : 1;
    this.label("sum-words", to + 8 * side, total + 6, `a ${exact ? "=" : "≈"} ${words}`, side < 0 ? "end" : "start");
  }

  drawCurve() {
    const [top, bottom] = this.place.curve;
    const isTanh = this.app.gateName === "candidate";
    /** @type {(value: number) => number} */
    const squash = isTanh ? Math.tanh : (value) => 1 / (1 + Math.exp(-value));
    const low = isTanh ? -1 : 0;
    this.y = (value) => bottom - ((value - low) / (1 - low)) * (bottom - top);
    const [left, right] = [this.x(-this.most), this.x(this.most)];
    for (const value of isTanh ? [-1, 0, 1] : [0, 0.5, 1]) {
      svg(this.svg, "path", { class: "rule", d: `M${left} ${this.y(value)}H${right}` });
      this.label("tick", left - 8, this.y(value) + 4.5, String(value).replace("-", "−"), "end");
    }
    const steps = Array.from({ length: POINTS + 1 }, (_, place) => -this.most + (2 * this.most * place) / POINTS);
    const d = linePath(steps.map(squash), (place) => this.x(steps[place]), this.y);
    svg(this.svg, "path", { class: "curve", d });
    const end = this.most.toFixed(this.most >= 100 ? 0 : 1);
    this.label("tick", (left + right) / 2, bottom + 21, `pre-activation a, from −${end} to ${end}`, "middle");
    if (this.app.seen("squash")) this.drawFall(right, low);
  }

  // The sum falls onto the curve, and from there it is read off on the gauge.
  drawFall(/** @type {number} */ right, /** @type {number} */ low) {
    const { sum } = this.app;
    const [top, bottom] = this.place.curve;
    const [x, y] = [this.x(sum.pre), this.y(sum.value)];
    const gauge = right + 10;
    const empty = this.y(Math.max(0, low));
    const filled = { y: Math.min(y, empty), height: Math.max(1.5, Math.abs(y - empty)) };
    svg(this.svg, "path", { class: "fall", d: `M${x} ${this.place.total + this.place.thick / 2 + 4}V${y}H${gauge}` });
    svg(this.svg, "circle", { class: "dot", cx: x, cy: y, r: 6.5 });
    svg(this.svg, "rect", { class: "gauge", x: gauge, y: top, width: 15, height: bottom - top, rx: 3 });
    svg(this.svg, "rect", { class: "filled", x: gauge, width: 15, rx: 3, ...filled });
    this.label("read", gauge + 22, clamp(y + 7, top + 16, bottom), sum.words);
    if (low < 0) return;
    if (y < (top + bottom) / 2) this.label("tick", gauge + 22, bottom, "0 shut");
    else this.label("tick", gauge + 22, top + 11, "1 open");
  }
}
