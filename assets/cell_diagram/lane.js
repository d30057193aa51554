// One cell, drawn: the memory as a highway from left to right, the gates below it, every vector as a strip of unit cells.
// Strips are painted on a canvas, since thousands of cells change at each step; pipes and words are SVG.

import { brushOn, clamp, number, percent, placeOn, pointIn, setAll, svg, svgSymbol, tag, write } from "../shared/dom.js";
import { PLANS } from "./plans.js";

/** @import { Strip, Plan } from "./plans.js" */

/**
 * @typedef {Strip & {
 *   units: number,
 *   rows: number,
 *   columns: number,
 *   width: number,
 *   y: number,
 *   height: number,
 *   paint: Paint,
 * }} PlacedStrip
 */

const ROWS = 16; // a strip folds into several columns where there are more units
const PIPE = 40; // width of the widest pipe
const NODE = 13;

export class LaneView {
  narrow = false;
  width = 0;
  strip = 0;
  highway = 0;
  gates = 0;
  bus = 0;
  height = 0;
  joinY = 0;
  /** @type {PlacedStrip[]} */ places = [];
  /** @type {CanvasRenderingContext2D} */ brush;
  /** @type {ReturnType<LaneView["drawPipes"]>} */ pipes;
  /** @type {ReturnType<LaneView["drawWords"]>} */ words;

  /** @param {HTMLElement} parent @param {StepLane} lane @param {CellDiagram} app */
  constructor(parent, lane, app) {
    this.lane = lane;
    this.app = app;
    this.plan = PLANS[lane.cell];
    this.root = tag(parent, "section", { class: "lane", "aria-label": `${lane.label} cell` });
    this.heading();
    this.box = tag(this.root, "div", { class: "picture" });
    this.svg = svg(this.box, "svg", { "aria-hidden": "true" });
    this.canvas = tag(this.box, "canvas", { "aria-hidden": "true" });
    this.listen();
  }

  heading() {
    const line = tag(this.root, "header");
    this.name = tag(line, "h3", { text: this.lane.label });
    tag(line, "span", { class: "about", text: this.lane.about });
    if (this.lane.score) this.explained(line, "score", this.lane.score, this.lane.score_meaning);
    this.explained(line, "proof", this.lane.proof, this.lane.proof_meaning);
  }

  // A word with its meaning behind it, for the pointer, the finger and the keyboard.
  /** @param {HTMLElement} parent @param {string} kind @param {string} text @param {string} meaning */
  explained(parent, kind, text, meaning) {
    const word = tag(parent, "button", { type: "button", class: `explained ${kind}`, text });
    const show = () => this.app.tip.show(placeOn(word, 0, 0.5), text, [], meaning);
    for (const event of ["pointerenter", "focus", "click"]) word.addEventListener(event, show);
    for (const event of ["pointerleave", "blur"]) word.addEventListener(event, () => this.app.tip.hide());
  }

  // ── what does not change from step to step ─────────────────────────────────────────────────

  layout(/** @type {boolean} */ compact) {
    const width = this.box.clientWidth;
    if (!width) return;
    this.width = width;
    this.narrow = width < 560;
    this.strip = compact ? 80 : 112;
    const top = 26;
    this.highway = top + this.strip / 2;
    this.gates = top + this.strip + (compact ? 46 : 54);
    this.bus = this.gates + this.strip + (this.narrow ? 40 : 42);
    this.height = this.bus + 16;
    this.box.style.height = `${this.height}px`;
    this.places = this.plan.strips.map((one) => this.placeStrip(one));
    this.drawStill();
    this.brush = brushOn(this.canvas, this.width, this.height);
  }

  /** @param {Strip} one @returns {PlacedStrip} */
  placeStrip(one) {
    const units = this.app.scene.table(this.lane.cell, one.of).columns;
    const columns = Math.ceil(units / ROWS);
    const rows = Math.ceil(units / columns);
    const width = clamp(columns * 8, this.narrow ? 18 : 26, this.narrow ? 36 : 60);
    const y = one.row === "highway" ? this.highway - this.strip / 2 : this.gates;
    const scale = this.app.scene.scale(this.lane.cell, one.of);
    const paint = one.kind === "gate" ? this.app.shades.gate(one.of) : this.app.shades.signed(scale);
    return { ...one, units, rows, columns, width, x: one.x * this.width - width / 2, y, height: this.strip, paint };
  }

  /** @param {string} name @returns {PlacedStrip} */
  find(name) {
    return /** @type {PlacedStrip} */ (this.places.find((place) => place.of === name));
  }

  drawStill() {
    this.svg.replaceChildren();
    setAll(this.svg, { viewBox: `0 0 ${this.width} ${this.height}`, width: this.width, height: this.height });
    this.drawBus();
    this.pipes = this.drawPipes();
    this.drawNodes();
    this.words = this.drawWords();
    for (const place of this.places) this.labelStrip(place);
  }

  middle(/** @type {PlacedStrip} */ place) {
    return place.x + place.width / 2;
  }

  drawBus() {
    const bus = svg(this.svg, "g", { class: "bus", "data-phases": "read" });
    const sources = this.places.filter((place) => ["hidden_state_prev", "input"].includes(place.of));
    const sinks = this.places.filter((place) => place.squeeze);
    const left = Math.min(...sources.map((place) => this.middle(place)));
    const right = Math.max(...sinks.map((place) => this.middle(place)));
    svg(bus, "path", { d: `M${left} ${this.bus}H${right}` });
    for (const place of sources) {
      const from = place.row === "highway" ? this.highway + this.strip / 2 : place.y + this.strip;
      const beside = place.row === "highway" ? Math.min(this.middle(place), this.find("input").x - 14) : this.middle(place);
      svg(bus, "path", { d: `M${beside} ${from}V${this.bus}` });
      if (place.row === "highway") svg(bus, "path", { d: `M${beside} ${this.bus}H${right}` });
    }
    for (const place of sinks) {
      const x = this.middle(place);
      svg(bus, "path", { d: `M${x} ${this.bus}V${place.y + this.strip + 24}` });
      svg(bus, "path", { class: "head", d: arrow(x, place.y + this.strip + 22, "up") });
    }
  }

  drawPipes() {
    const pipe = (/** @type {string} */ name, /** @type {string} */ phases, more = "") =>
      svg(this.svg, "path", { class: `pipe ${name} ${more}`, "data-phases": phases });
    return {
      before: pipe("before", "forget"),
      kept: pipe("kept", "forget update"),
      lost: pipe("lost", "forget"),
      written: pipe("written", "write update"),
      now: pipe("now", "update"),
      next: pipe("next", "update"),
      exposed: pipe("exposed", "expose"), // empty where the cell shows all that it holds
      shown: pipe("shown", "expose"),
      was: svg(this.svg, "path", { class: "was" }),
    };
  }

  drawNodes() {
    const { keep, add, join, show, passes } = this.plan;
    /** @param {number} x @param {number} y @param {string} sign @param {string} phases @param {string} title */
    const node = (x, y, sign, phases, title) => {
      const group = svg(this.svg, "g", { class: "node", "data-phases": phases });
      svg(group, "title", { text: title });
      svg(group, "circle", { cx: x, cy: y, r: NODE });
      svg(group, "text", { x, y: y + 6, text: sign });
    };
    /** @param {string} d @param {string} phases */
    const wire = (d, phases) => svg(this.svg, "path", { class: "wire", d, "data-phases": phases });
    const [keepX, addX] = [keep.x * this.width, add.x * this.width];
    const joinY = this.gates - 26;
    this.joinY = joinY;
    if (keep.gate) wire(`M${this.middle(this.find(keep.gate))} ${this.gates - 4}V${this.highway + NODE}`, "forget");
    if (join.from.length > 1)
      for (const from of join.from) wire(`M${this.middle(this.find(from))} ${this.gates - 4}V${joinY}H${addX}`, "write");
    if (passes) {
      const [from, to] = passes.map((name) => this.find(name));
      const y = this.gates + this.strip / 2;
      wire(`M${from.x + from.width + 2} ${y}H${to.x - 4}`, "write");
      svg(this.svg, "path", { class: "head", d: arrow(to.x - 4, y, "right"), "data-phases": "write" });
    }
    if (keep.gate) node(keepX, this.highway, "×", "forget", "old memory × gate");
    else node(keepX, this.highway, "0", "forget", "the old state is overwritten");
    node(addX, this.highway, "+", "update", "what was kept + what is written");
    if (join.from.length > 1)
      node(addX, joinY, "×", "write", join.rest ? "(1 − update gate) × candidate" : "input gate × candidate");
    if (show) {
      const [branch, x] = [show.branch * this.width, show.x * this.width];
      const squash = svg(this.svg, "g", { class: "node squash", "data-phases": "expose" });
      const y = this.highway + (joinY - this.highway) * 0.62;
      svg(squash, "rect", { x: branch - 22, y: y - 12, width: 44, height: 24, rx: 12 });
      svg(squash, "text", { x: branch, y: y + 5, text: "tanh" });
      wire(`M${x} ${this.gates - 4}V${joinY}`, "expose");
      node(x, joinY, "×", "expose", "output gate × tanh of the cell state");
    }
    const end = this.plan.end * this.width;
    svg(this.svg, "path", { class: "head", d: arrow(end, this.highway, "right"), "data-phases": "update" });
  }

  drawWords() {
    /** @param {number} x @param {number} y @param {string} kind @param {string} phases */
    const word = (x, y, kind, phases, anchor = "start") =>
      svg(this.svg, "text", { x, y, class: `flow ${kind}`, "text-anchor": anchor, "data-phases": phases });
    const { keep, add, show } = this.plan;
    const [keepX, addX] = [keep.x * this.width, add.x * this.width];
    const tight = this.width < 820; // words on the right of a pipe would lie over the next strip
    const lostY = this.joinY - 14;
    return {
      kept: word(keepX + 20, this.highway - 28, "kept", "forget update"),
      lost: word(tight ? keepX - 8 : keepX + 56, lostY, "lost", "forget", tight ? "end" : "middle"),
      written: this.narrow
        ? null
        : word(tight ? addX - 14 : addX + 20, lostY, "written", "write update", tight ? "end" : "start"),
      exposed: show ? word(show.x * this.width + 20, this.joinY - 14, "exposed", "expose") : null,
    };
  }

  labelStrip(/** @type {PlacedStrip} */ place) {
    const { symbol, label } = this.app.term(place.term ?? place.of);
    const group = svg(this.svg, "g", { class: "label", "data-phases": place.phases.join(" ") });
    const above = place.row === "highway" || place.prev || place.of === "input";
    const y = above ? place.y - 9 : place.y + this.strip + 16;
    const lead = place.row === "highway" && !this.narrow && !place.prev ? `${label} ` : "";
    const kind = place.kind === "gate" ? place.of : "";
    svgSymbol(group, symbol, { x: this.middle(place), y, class: kind, "text-anchor": "middle" }, place.prev, lead);
    if (lead || this.narrow || place.prev) return;
    const lines = this.width < 760 ? label.toLowerCase().split(" ") : [label.toLowerCase()];
    lines.forEach((words, line) => {
      svg(group, "text", { x: place.x + place.width + 6, y: place.y + 12 + 16 * line, text: words, class: `side ${kind}` });
    });
  }

  // ── what changes at every step ─────────────────────────────────────────────────────────────

  draw() {
    if (!this.width) return;
    this.drawStrips();
    this.drawFlow();
  }

  drawStrips() {
    const { brush } = this;
    brush.clearRect(0, 0, this.width, this.height);
    for (const place of this.places) {
      brush.globalAlpha = this.app.inPhase(place.phases) ? 1 : 0.28;
      this.drawStrip(place);
    }
    brush.globalAlpha = 1;
  }

  drawStrip(/** @type {PlacedStrip} */ place) {
    const { brush } = this;
    const { step, palette, scene } = this.app;
    const was = scene.table(this.lane.cell, place.of);
    const now = scene.find(this.lane.cell, place.of, true) ?? was;
    const [across, down] = [place.width / place.columns, place.height / place.rows];
    const gap = Math.min(1, down / 6);
    const start = step * place.units;
    for (let unit = 0; unit < place.units; unit += 1) {
      const x = place.x + Math.floor(unit / place.rows) * across;
      const y = place.y + (unit % place.rows) * down;
      const value = now.data[start + unit];
      brush.fillStyle = place.paint(value);
      brush.fillRect(x, y, across - gap, down - gap);
      if (now !== was && Math.abs(value - was.data[start + unit]) > 1e-6) {
        brush.fillStyle = place.paint(was.data[start + unit]);
        brush.fillRect(x, y, (across - gap) * 0.4, down - gap);
      }
    }
    brush.strokeStyle = palette.muted;
    brush.lineWidth = 1;
    brush.strokeRect(place.x - 1.5, place.y - 1.5, place.width + 2, place.height + 2);
    if (place.of !== "input") this.outline(place, across, down);
  }

  /** @param {PlacedStrip} place @param {number} across @param {number} down */
  outline(place, across, down) {
    const unit = this.app.unit;
    if (unit >= place.units) return;
    const { brush } = this;
    brush.strokeStyle = this.app.palette.ink;
    brush.lineWidth = 2;
    const x = place.x + Math.floor(unit / place.rows) * across;
    const y = place.y + (unit % place.rows) * down;
    brush.strokeRect(x - 1.5, y - 1.5, across + 2, down + 2);
  }

  flow(/** @type {string} */ name, /** @type {boolean} */ changed) {
    return this.app.scene.value(this.lane.cell, "flow", this.app.step, this.lane.flows.indexOf(name), changed);
  }

  drawFlow() {
    const changed = this.lane.changed;
    const most = this.lane.most_flow || 1;
    const size = Object.fromEntries(this.lane.flows.map((name) => [name, this.flow(name, changed)]));
    const wide = Object.fromEntries(Object.entries(size).map(([name, value]) => [name, (PIPE * value) / most]));
    const { keep, add, show } = this.plan;
    const [left, right] = [this.places[0], this.find(this.plan.memory)];
    const [keepX, addX, y] = [keep.x * this.width, add.x * this.width, this.highway];
    const end = this.plan.end * this.width;
    /** @param {keyof typeof this.pipes} name @param {string} d */
    const shape = (name, d) => this.pipes[name].setAttribute("d", d);
    shape("before", band(left.x + left.width + 3, keepX, y, wide.before));
    shape("kept", band(keepX, addX, y, wide.kept));
    shape("lost", spill(keepX, y, wide.lost, this.narrow ? 26 : 52));
    const joined = this.plan.join.from.length > 1 ? this.joinY : this.gates - 4;
    shape("written", pole(addX, joined, y, wide.written));
    shape("now", band(addX, right.x - 3, y, wide.now));
    shape("next", band(right.x + right.width + 3, end - 6, y, wide.now));
    if (show) {
      const [branch, x] = [show.branch * this.width, show.x * this.width];
      shape("exposed", elbow(branch, y, this.joinY, x, wide.squashed));
      shape("shown", corner(x, this.joinY, this.middle(this.find("hidden_state")), this.gates - 5, wide.exposed));
    }
    const keeping = size.before > 0 ? `keeps ${percent(size.kept / size.before)}` : "nothing to keep yet";
    write(this.words.kept, this.plan.keep.gate ? keeping : this.narrow ? "keeps nothing" : "no gate: all is overwritten");
    write(this.words.lost, size.lost > 0 ? `loses ${number(size.lost)}` : "");
    if (this.words.written) write(this.words.written, `writes ${number(size.written)}`);
    if (this.words.exposed) write(this.words.exposed, `shows ${number(size.exposed)}`);
    this.drawWas(keepX, addX, left, y, most);
  }

  // The outline of the highway as it was without the changes.
  /** @param {number} keepX @param {number} addX @param {PlacedStrip} left @param {number} y @param {number} most */
  drawWas(keepX, addX, left, y, most) {
    if (!this.lane.changed) return void this.pipes.was.setAttribute("d", "");
    const half = (/** @type {string} */ name) => (PIPE * this.flow(name, false)) / most / 2;
    const [before, kept, now] = [half("before"), half("kept"), half("now")];
    const end = this.plan.end * this.width - 6;
    const upper = `M${left.x + left.width + 3} ${y - before}H${keepX}V${y - kept}H${addX}V${y - now}H${end}`;
    const lower = `M${left.x + left.width + 3} ${y + before}H${keepX}V${y + kept}H${addX}V${y + now}H${end}`;
    this.pipes.was.setAttribute("d", upper + lower);
  }

  showPhase() {
    for (const part of this.svg.querySelectorAll("[data-phases]")) {
      part.classList.toggle("back", !this.app.inPhase(part.getAttribute("data-phases")?.split(" ") ?? []));
    }
  }

  // ── what the pointer asks ──────────────────────────────────────────────────────────────────

  listen() {
    this.canvas.addEventListener("pointermove", (event) => this.app.holding.root.hidden && this.showTip(event));
    this.canvas.addEventListener("pointerleave", () => this.app.tip.hide());
    this.canvas.addEventListener("click", (event) => this.pick(event));
  }

  hit(/** @type {MouseEvent} */ event) {
    const { x, y } = pointIn(this.canvas, event);
    for (const place of this.places ?? []) {
      const [column, row] = [(x - place.x) / place.width, (y - place.y) / place.height];
      if (column < 0 || column >= 1 || row < 0 || row >= 1) continue;
      const unit = Math.floor(column * place.columns) * place.rows + Math.floor(row * place.rows);
      if (unit < place.units) return { place, unit, x, y };
    }
    return null;
  }

  showTip(/** @type {PointerEvent} */ event) {
    const found = this.hit(event);
    this.canvas.style.cursor = found ? "pointer" : "default";
    if (!found) return this.app.tip.hide();
    const { place, unit } = found;
    const { symbol, label, meaning } = this.app.term(place.term ?? place.of);
    const was = this.app.scene.value(this.lane.cell, place.of, this.app.step, unit);
    /** @type {TipRow[]} */
    const rows = [[place.prev ? "before this step" : "value", number(was)]];
    if (this.lane.changed) {
      rows.push(["changed", number(this.app.scene.value(this.lane.cell, place.of, this.app.step, unit, true))]);
    }
    const what = place.of === "input" ? `number ${unit + 1}` : `unit ${unit + 1}`;
    const more = place.of === "input" ? "" : this.canBeSet(place) ? "Click to hold it." : "Click to follow this unit.";
    this.app.tip.show(event, `${label} ${symbol} · ${what}`, rows, `${meaning} ${more}`);
  }

  pick(/** @type {MouseEvent} */ event) {
    const found = this.hit(event);
    if (!found || found.place.of === "input") return;
    const { place, unit } = found;
    this.app.choose(unit, this.lane.cell);
    if (this.canBeSet(place)) this.app.holding.open(this.lane, place.term ?? place.of, unit, event, place.prev);
  }

  // Everything that the cell computes can be held; what was before only before the first step.
  canBeSet(/** @type {PlacedStrip} */ place) {
    return !this.app.scene.fixed && (!place.prev || this.app.step === 0);
  }
}

// ── shapes ─────────────────────────────────────────────────────────────────────────────────

/** @param {number} from @param {number} to @param {number} y @param {number} width */
const band = (from, to, y, width) => (to > from ? `M${from} ${y - width / 2}H${to}V${y + width / 2}H${from}Z` : "");

/** @param {number} x @param {number} from @param {number} to @param {number} width */
const pole = (x, from, to, width) => `M${x - width / 2} ${from}V${to}H${x + width / 2}V${from}Z`;

// What is lost turns off the highway, downwards, and ends there.
/** @param {number} x @param {number} y @param {number} width @param {number} reach */
function spill(x, y, width, reach) {
  if (width < 0.3) return "";
  const [half, depth] = [width / 2, reach < 30 ? 30 : 38];
  const outer = `M${x} ${y - half}Q${x + reach + half} ${y - half} ${x + reach + half} ${y + depth}`;
  const inner = `H${x + reach - half}Q${x + reach - half} ${y + half} ${x} ${y + half}Z`;
  return outer + inner;
}

/** @param {number} x @param {number} from @param {number} to @param {number} end @param {number} width */
const elbow = (x, from, to, end, width) =>
  `M${x - width / 2} ${from}V${to + width / 2}H${end}V${to - width / 2}H${x + width / 2}V${from}Z`;

/** @param {number} from @param {number} y @param {number} x @param {number} to @param {number} width */
const corner = (from, y, x, to, width) =>
  `M${from} ${y - width / 2}H${x + width / 2}V${to}H${x - width / 2}V${y + width / 2}H${from}Z`;

const ARROWS = { up: [-5, 8, 5, 8], right: [-8, -6, -8, 6] };

/** @param {number} x @param {number} y @param {"up" | "right"} way */
function arrow(x, y, way) {
  const [a, b, c, d] = ARROWS[way];
  return `M${x} ${y}L${x + a} ${y + b}L${x + c} ${y + d}Z`;
}
