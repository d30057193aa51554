// What a lane answers after this step: probabilities of the next token or of the classes with the right ones marked, a
// forecast, or plain numbers.

import { brushOn, lastOf, number, percent, setAll, svg, tag, write } from "../shared/dom.js";
import { linePath } from "../shared/lines.js";

/** @typedef {Record<"root" | "name" | "now" | "was" | "value", HTMLElement>} AnswerRow */

const MOST = 6;

/** @param {HTMLElement} parent @param {StepLane} lane @param {CellDiagram} app */
export function predictionView(parent, lane, app) {
  if (app.scene.series) return new ForecastView(parent, lane, app);
  return app.scene.asks === "values" ? new ValuesView(parent, lane, app) : new ChanceView(parent, lane, app);
}

class AnswerView {
  /** @param {HTMLElement} parent @param {StepLane} lane @param {CellDiagram} app @param {string} title */
  constructor(parent, lane, app, title) {
    this.lane = lane;
    this.app = app;
    this.asked = title;
    this.root = tag(parent, "section", { class: "prediction", "aria-label": `${lane.label}: ${title}` });
    this.title = tag(this.root, "h4", { text: title });
  }
}

class ChanceView extends AnswerView {
  /** @param {HTMLElement} parent @param {StepLane} lane @param {CellDiagram} app */
  constructor(parent, lane, app) {
    super(parent, lane, app, app.scene.asks === "class" ? "Which class, if it ended here?" : "What comes next?");
    this.picture = app.scene.find("sequence", "picture") && new ReadSoFar(this.root, app);
    this.list = tag(this.root, "ol");
    this.rows = Array.from({ length: Math.min(MOST, app.scene.outputs.length) }, () => this.row());
    this.effect = tag(this.root, "p", { class: "effect" });
  }

  row() {
    const root = tag(this.list, "li");
    const name = tag(root, "span", { class: "token", dir: "auto" });
    const bar = tag(root, "span", { class: "bar" });
    const now = tag(bar, "i");
    const was = tag(bar, "b");
    return { root, name, now, was, value: tag(root, "span", { class: "chance" }) };
  }

  draw() {
    const { scene, step } = this.app;
    const was = scene.row(this.lane.cell, "probabilities", step) ?? new Float32Array();
    const now = scene.row(this.lane.cell, "probabilities", step, true) ?? was;
    const right = scene.changed_answers[step];
    const order = ranked(now, right, this.rows.length);
    this.rows.forEach((row, place) => this.fill(row, order[place], now, was, right));
    write(this.title, right.length ? this.asked : `${this.asked} (nothing is asked here)`);
    this.picture?.draw();
    const words = this.words(was, now, right);
    write(this.effect, words);
    this.effect.classList.toggle("calm", words === HARDLY);
  }

  /**
   * @param {AnswerRow} row @param {number} output @param {Float32Array} now @param {Float32Array} was
   * @param {number[]} right
   */
  fill(row, output, now, was, right) {
    const isRight = right.includes(output);
    write(row.name, (isRight ? "✓ " : "") + this.app.scene.outputs[output]); // a long name loses its end
    row.root.classList.toggle("right", isRight);
    row.now.style.transform = `scaleX(${now[output]})`; // unlike a width, it asks for no layout
    row.was.style.left = `${100 * was[output]}%`;
    row.was.hidden = now === was;
    write(row.value, percent(now[output]));
  }

  /** @param {Float32Array} was @param {Float32Array} now @param {number[]} right */
  words(was, now, right) {
    if (!this.lane.changed) return "";
    if (right.length) {
      const [before, after] = [was, now].map((chances) => right.reduce((all, output) => all + chances[output], 0));
      return hardly(before, after) ? HARDLY : `Changed: a right answer ${percent(before)} → ${percent(after)}`;
    }
    const most = now.reduce(
      (best, chance, output) => (Math.abs(chance - was[output]) > Math.abs(now[best] - was[best]) ? output : best),
      0,
    );
    if (hardly(was[most], now[most])) return HARDLY;
    return `Changed most: “${this.app.scene.outputs[most]}” ${percent(was[most])} → ${percent(now[most])}`;
  }
}

const HARDLY = "The changes hardly matter here: every probability stays within half a point.";
const hardly = (/** @type {number} */ before, /** @type {number} */ after) => Math.abs(after - before) < 0.005;

// The likeliest outputs, but a right one is never left out.
/** @param {Float32Array} chances @param {number[]} right @param {number} count */
export function ranked(chances, right, count) {
  const order = Array.from(chances.keys()).sort((one, other) => chances[other] - chances[one]);
  const shown = order.slice(0, count);
  const missing = right.filter((output) => !shown.includes(output))[0];
  if (missing !== undefined && !shown.some((output) => right.includes(output))) shown[count - 1] = missing;
  return shown;
}

// The rows of a picture that were read, and pale those that are still to come.
class ReadSoFar {
  constructor(/** @type {HTMLElement} */ parent, /** @type {CellDiagram} */ app) {
    this.app = app;
    this.table = app.scene.table("sequence", "picture");
    const { rows, columns } = this.table;
    this.pixel = Math.max(1, Math.floor(PICTURE / Math.max(rows, columns)));
    this.canvas = tag(parent, "canvas", { class: "rows", role: "img" });
    this.brush = brushOn(this.canvas, columns * this.pixel, rows * this.pixel);
  }

  draw() {
    const { brush, pixel } = this;
    const { rows, columns, data } = this.table;
    const { palette, step } = this.app;
    brush.clearRect(0, 0, columns * pixel, rows * pixel);
    brush.fillStyle = palette.ink;
    for (let place = 0; place < rows * columns; place += 1) {
      const row = Math.floor(place / columns);
      brush.globalAlpha = data[place] * (row <= step ? 1 : 0.16);
      brush.fillRect((place % columns) * pixel, row * pixel, pixel, pixel);
    }
    brush.globalAlpha = 1;
    brush.fillStyle = palette.model;
    brush.fillRect(0, (step + 1) * pixel - 1, columns * pixel, 2);
    this.canvas.setAttribute("aria-label", `The picture: ${step + 1} of ${rows} rows are read`);
  }
}

// The numbers of a head of which nobody knows what they mean.
class ValuesView extends AnswerView {
  /** @param {HTMLElement} parent @param {StepLane} lane @param {CellDiagram} app */
  constructor(parent, lane, app) {
    super(parent, lane, app, "The answers after this step");
    this.root.classList.add("values");
    this.list = tag(this.root, "ol");
    const shown = app.scene.outputs.slice(0, MOST_VALUES);
    this.rows = shown.map((text) => {
      const root = tag(this.list, "li");
      tag(root, "span", { class: "token", text });
      return tag(root, "span", { class: "chance" });
    });
    const left = app.scene.outputs.length - shown.length;
    if (left) tag(this.root, "p", { class: "key", text: `and ${left} more` });
    this.effect = tag(this.root, "p", { class: "effect" });
  }

  draw() {
    /** @param {number} place @param {boolean} changed */
    const value = (place, changed) => this.app.scene.value(this.lane.cell, "values", this.app.step, place, changed);
    const { changed } = this.lane;
    this.rows.forEach((row, place) => {
      const was = number(value(place, false));
      write(row, changed ? `${was} → ${number(value(place, true))}` : was);
    });
    write(this.effect, changed ? "Without the changes → with them" : "");
  }
}

const PICTURE = 112; // largest side in pixels
const MOST_VALUES = 12;
const HEIGHT = 180;

class ForecastView extends AnswerView {
  /** @param {HTMLElement} parent @param {StepLane} lane @param {CellDiagram} app */
  constructor(parent, lane, app) {
    super(parent, lane, app, "The forecast after this step");
    this.svg = svg(this.root, "svg", { class: "forecast", role: "img" });
    tag(this.root, "p", { class: "key", text: "solid: what it has read, thin: what came, dashed: what it predicts" });
    this.words = tag(this.root, "p");
    this.effect = tag(this.root, "p", { class: "effect" });
  }

  draw() {
    const { scene, step } = this.app;
    const series = /** @type {Series} */ (scene.series);
    const was = [...(scene.row(this.lane.cell, "forecasts", step) ?? [])];
    const changed = scene.row(this.lane.cell, "forecasts", step, true);
    const now = changed ? [...changed] : was;
    const isLast = step === scene.steps - 1;
    this.paint(series, series.read.slice(0, step + 1), was, now);
    const words = isLast
      ? "It has read the whole window: this is its forecast."
      : "It has not read all yet: this is what its head makes of what it has read so far.";
    write(this.words, words);
    write(this.effect, this.lane.changed ? `Changed: the first value ${number(was[0])} → ${number(now[0])}` : "");
  }

  /** @param {Series} series @param {number[]} read @param {number[]} was @param {number[]} now */
  paint(series, read, was, now) {
    const width = this.root.clientWidth || 260;
    setAll(this.svg, { viewBox: `0 0 ${width} ${HEIGHT}`, height: HEIGHT });
    const truth = series.truth.map((value) => value ?? NaN);
    const all = [...series.read, ...truth, ...was, ...now].filter(Number.isFinite);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const steps = series.read.length + truth.length;
    const x = (/** @type {number} */ place) => 4 + ((width - 8) * place) / Math.max(1, steps - 1);
    const y = (/** @type {number} */ value) => HEIGHT - 8 - ((HEIGHT - 16) * (value - low)) / (high - low || 1);
    /** @param {number[]} values @param {number} start */
    const line = (values, start) => linePath(values, (place) => x(start + place), y);
    this.svg.replaceChildren();
    this.svg.setAttribute("aria-label", `The first value of the forecast is ${number(now[0])}`);
    svg(this.svg, "path", { class: "unread", d: line(series.read, 0) });
    svg(this.svg, "path", { class: "read", d: line(read, 0) });
    svg(this.svg, "path", { class: "truth", d: line([lastOf(series.read), ...truth], series.read.length - 1) });
    if (now !== was) svg(this.svg, "path", { class: "answer before", d: line(was, series.read.length) });
    svg(this.svg, "path", {
      class: read.length === series.read.length ? "answer" : "answer early",
      d: line(now, series.read.length),
    });
    svg(this.svg, "circle", { class: "at", r: 4, cx: x(read.length - 1), cy: y(lastOf(read)) });
  }
}
