// The selected unit over the whole sequence: its memory and what it shows as lines, its gates as rows of shade.

import { shorten } from "../shared/axis.js";
import { onDrag } from "../shared/drag.js";
import { brushOn, clamp, number, pointIn, setAll, svg, svgSymbol, symbolParts, tag } from "../shared/dom.js";
import { linePath } from "../shared/lines.js";

const LINES = 120;
const ROW = 19;
const LEFT = 44;

export class Story {
  /** @type {string[]} */ rows = [];
  height = 0;
  width = 0;
  wide = 0;
  /** @type {SVGElement | undefined} */ cursor;

  constructor(/** @type {HTMLElement} */ parent, /** @type {CellDiagram} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "story", "aria-label": "The unit over the whole sequence" });
    this.title = tag(this.root, "h4");
    this.box = tag(this.root, "div", { class: "picture" });
    this.canvas = tag(this.box, "canvas", { "aria-hidden": "true" });
    this.svg = svg(this.box, "svg", { "aria-hidden": "true" });
    onDrag(this.box, { seek: (event) => this.seek(event), hover: (event) => this.showTip(event) });
    this.box.addEventListener("pointerleave", () => app.tip.hide());
  }

  // Drawn anew when the unit, the lane or the width changes; a step only moves the cursor.
  show() {
    const { app } = this;
    const width = this.box.clientWidth;
    if (!width) return;
    const lane = app.lane;
    this.rows = [...lane.gates];
    this.height = LINES + 8 + this.rows.length * ROW + 20;
    this.width = width;
    this.wide = (width - LEFT - 6) / app.scene.steps;
    this.box.style.height = `${this.height}px`;
    setAll(this.svg, { viewBox: `0 0 ${width} ${this.height}`, width, height: this.height });
    this.svg.replaceChildren();
    this.title.textContent = `Unit ${app.unit + 1} over the whole sequence`;
    this.drawLines(lane);
    this.drawRows(lane);
    this.drawTokens();
    this.cursor = svg(this.svg, "rect", { class: "cursor", y: 0, height: this.height - 18, width: Math.max(2, this.wide) });
    this.draw();
  }

  /** @param {StepLane} lane @param {string} name @param {boolean} changed */
  column(lane, name, changed) {
    const { scene, unit } = this.app;
    return Array.from({ length: scene.steps }, (_, step) => scene.value(lane.cell, name, step, unit, changed));
  }

  x(/** @type {number} */ step) {
    return LEFT + (step + 0.5) * this.wide;
  }

  drawLines(/** @type {StepLane} */ lane) {
    const names = lane.memory === "cell_state" ? ["cell_state", "hidden_state"] : ["hidden_state"];
    const kinds = lane.changed ? [false, true] : [false];
    const lines = names.flatMap((name) =>
      kinds.map((changed) => ({ name, changed, values: this.column(lane, name, changed) })),
    );
    const all = lines.flatMap(({ values }) => values).filter(Number.isFinite);
    const [low, high] = [Math.min(-0.1, ...all), Math.max(0.1, ...all)];
    const y = (/** @type {number} */ value) => 18 + ((high - value) / (high - low)) * (LINES - 28);
    svg(this.svg, "path", { class: "zero", d: `M${LEFT} ${y(0)}H${this.width}` });
    for (const value of [high, 0, low].filter((one) => one === 0 || Math.abs(y(one) - y(0)) > 14)) {
      svg(this.svg, "text", { class: "tick", x: LEFT - 6, y: y(value) + 4, "text-anchor": "end", text: number(value) });
    }
    for (const { name, changed, values } of lines) {
      const d = linePath(values, (step) => this.x(step), y);
      const kind = `${names.length > 1 ? "" : "alone"} ${lane.changed && !changed ? "original" : ""}`;
      svg(this.svg, "path", { class: `${name} ${kind}`, d: values.length > 1 ? d : `${d}h1` });
    }
    const key = names.length > 1 ? "cell state solid, hidden state dashed" : "hidden state";
    const text = lane.changed ? `${key}; pale: without the changes` : key;
    svg(this.svg, "text", { class: "key", x: this.width - 4, y: 12, "text-anchor": "end", text });
  }

  drawRows(/** @type {StepLane} */ lane) {
    const brush = brushOn(this.canvas, this.width, this.height);
    this.rows.forEach((name, row) => {
      const y = LINES + 8 + row * ROW;
      const paint = name === "candidate" ? this.app.shades.signed(1) : this.app.shades.gate(name);
      this.column(lane, name, lane.changed).forEach((value, step) => {
        brush.fillStyle = paint(value);
        brush.fillRect(LEFT + step * this.wide, y, Math.max(0.6, this.wide - (this.wide > 4 ? 1 : 0)), ROW - 2);
      });
      const attributes = { class: `tick ${name}`, x: LEFT - 6, y: y + 13, "text-anchor": "end" };
      svgSymbol(this.svg, this.app.term(name).symbol, attributes);
    });
  }

  drawTokens() {
    const { changed_tokens: tokens, steps, series } = this.app.scene;
    const longest = Math.min(10, Math.max(...tokens.map((token) => token.length)));
    const least = series ? longest * 7.5 + 10 : Math.min(34, longest * 8 + 6); // stamps are left out, words are cut
    const every = Math.max(1, Math.ceil(least / this.wide));
    const room = Math.max(1, Math.floor((every * this.wide - 4) / 7.5));
    for (let step = 0; step < steps; step += every) {
      const token = longest > room ? tokens[step].replace(/^(row|step) (?=\d+$)/, "") : tokens[step];
      const attributes = { class: "token", x: this.x(step), y: this.height - 4, "text-anchor": "middle" };
      svg(this.svg, "text", { ...attributes, text: shorten(token, room) });
    }
  }

  draw() {
    if (this.cursor) setAll(this.cursor, { x: LEFT + this.app.step * this.wide });
  }

  stepAt(/** @type {PointerEvent} */ event) {
    const x = pointIn(this.box, event).x;
    return clamp(Math.floor((x - LEFT) / this.wide), 0, this.app.scene.steps - 1);
  }

  seek(/** @type {PointerEvent} */ event) {
    this.app.pause();
    this.app.go(this.stepAt(event));
  }

  showTip(/** @type {PointerEvent} */ event) {
    const lane = this.app.lane;
    const step = this.stepAt(event);
    const names = [...(lane.memory === "cell_state" ? ["cell_state"] : []), "hidden_state", ...this.rows];
    /** @type {TipRow[]} */
    const rows = names.map((name) => [
      symbolParts(this.app.term(name).symbol)[0],
      number(this.app.scene.value(lane.cell, name, step, this.app.unit, lane.changed)),
    ]);
    this.app.tip.show(event, `step ${step + 1}: ${this.app.scene.changed_tokens[step]}`, rows);
  }
}
