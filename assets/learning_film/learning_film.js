// The film of a model that learns: a forecast above, its losses below, one slider for both.
// Every picture is a recorded frame; nothing is computed between two of them.

import { clamp, lastOf, pointIn, prefersStill, setAll, svg, tag } from "../shared/dom.js";
import { onDrag } from "../shared/drag.js";
import { linePath } from "../shared/lines.js";
import { PlaySlider } from "../shared/play_slider.js";
import { Player } from "../shared/player.js";
import { Stage, mounted } from "../shared/stage.js";
import { Tip } from "../shared/tip.js";

/** @typedef {{ (value: number): number, range: [start: number, end: number] }} Scale */

const MARGIN = { top: 46, bottom: 26, stripTop: 38, stripBottom: 24 };
const YEAR = 12; // the film is of months

/** @extends {Stage<FilmData>} */
class LearningFilm extends Stage {
  frame = 0;
  last = 0;
  shown = "";
  waiting = true; // for the first time on screen, or for the first touch
  left = 0;
  right = 0;
  first = 0;
  /** @type {Scale} */ xMonth;
  /** @type {Scale} */ yValue;
  /** @type {Scale} */ xFrame;
  /** @type {(epoch: number) => number} */ xEpoch;
  /** @type {(loss: number) => number} */ yLoss;
  /** @type {ReturnType<LearningFilm["forecastMarks"]>} */ marks;
  /** @type {ReturnType<LearningFilm["lossMarksOf"]>} */ lossMarks;
  /** @type {SVGElement} */ gap;
  /** @type {number | undefined} */ month; // that the pointer is at

  constructor(/** @type {Node} */ parent) {
    super(parent, "film", { as: "figure" });
    const readout = tag(this.root, "p", { class: "readout" });
    this.epoch = tag(readout, "strong");
    this.loss = tag(tag(readout, "span", { text: "validation loss " }), "b");
    const error = tag(readout, "span", { text: "held-out error " });
    this.error = tag(error, "b");
    this.unit = tag(error, "span", { class: "unit" });
    this.chart = this.buildPicture("chart");
    this.strip = this.buildPicture("strip");
    this.controls = new PlaySlider(this.root, { toggle: () => this.toggle(), seek: (frame) => this.seek(frame) });
    setAll(this.controls.slider, { "aria-label": "Epoch of training" });
    const caption = tag(this.root, "figcaption");
    this.captions = ["before", "during", "after"].map(() => tag(caption, "p"));
    this.player = new Player({
      // The first picture stands long enough to be read; then the steps get quicker.
      pace: () => (this.frame === 0 ? 1100 : this.frame < 12 ? 260 : 150),
      advance: () => {
        this.showFrame(this.frame + 1);
        return this.frame < this.last;
      },
      show: () => this.labelButton(),
    });
    this.chart.box.addEventListener("pointermove", (event) => this.findMonth(event));
    this.chart.box.addEventListener("pointerdown", (event) => this.findMonth(event));
    this.chart.box.addEventListener("pointerleave", () => this.hideMonth());
    const [seek, hover] = [this.scrub.bind(this), this.showEpoch.bind(this)];
    onDrag(this.strip.box, { seek, hover, focused: this.controls.slider });
    this.strip.box.addEventListener("pointerleave", () => this.strip.tip.hide());
    this.listen();
    this.resizing.observe(this.chart.box);
    this.appearing = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.appear(), {
      threshold: 0.4,
    });
    this.appearing.observe(this.root);
  }

  get film() {
    return this.scene.film;
  }

  get cell() {
    return this.film.cell.toUpperCase();
  }

  // The same data again, for example after a change of theme, only recolours.
  show(/** @type {FilmData} */ data) {
    const text = JSON.stringify(data.film);
    const isSame = text === this.shown;
    this.shown = text;
    this.scene = data;
    this.recolour();
    this.root.style.height = `${data.height}px`;
    if (isSame) return;
    this.last = data.film.frames.length - 1;
    this.frame = prefersStill() ? this.last : 0;
    this.writeCaptions();
    this.layout();
  }

  // Its height can change as well.
  isResized() {
    return true;
  }

  remove() {
    this.player.stop();
    this.appearing.disconnect();
    super.remove();
  }

  // ── what is on the page ────────────────────────────────────────────────────────────────────

  buildPicture(/** @type {string} */ name) {
    const box = tag(this.root, "div", { class: name });
    return { box, svg: svg(box, "svg", { role: "img" }), tip: new Tip(box) };
  }

  writeCaptions() {
    const { ds, epochs, best_epoch, train_end, validation_start, verdict, parameters } = this.film;
    const [before, during, after] = this.captions;
    const firstHeldOut = month(ds[train_end]);
    before.textContent =
      `Before training: ${parameters.toLocaleString("en")} random weights. ` +
      `They will never be fitted to a month from ${firstHeldOut} on.`;
    during.textContent =
      `Learning from ${month(ds[0])} to ${month(ds[validation_start - 1])}; ` +
      `the months up to ${month(ds[train_end - 1])} decide which epoch to keep.`;
    after.textContent = `The weights of epoch ${best_epoch} were kept: of ${epochs} epochs it had the lowest validation loss. ${verdict}`;
    this.unit.textContent = ` ${this.film.unit}`;
  }

  // ── what the visitor does ──────────────────────────────────────────────────────────────────

  appear() {
    if (!this.waiting) return;
    this.waiting = false;
    if (!prefersStill()) this.play();
  }

  /** @param {KeyboardEvent} event @param {boolean} inside @returns {Record<string, () => void>} */
  keys({ target }, inside) {
    if (!inside) return {};
    const [back, on] = [() => this.seek(this.frame - 1), () => this.seek(this.frame + 1)];
    return {
      ...{ ArrowLeft: back, ArrowDown: back, ArrowRight: on, ArrowUp: on },
      Home: () => this.seek(0),
      End: () => this.seek(this.last),
      ...(target !== this.controls.button && { " ": () => this.toggle() }),
    };
  }

  scrub(/** @type {PointerEvent} */ event) {
    this.strip.tip.hide();
    this.seek(Math.round(this.frameAt(event)));
  }

  seek(/** @type {number} */ frame) {
    this.waiting = false;
    this.player.stop();
    this.showFrame(clamp(frame, 0, this.last));
  }

  toggle() {
    this.waiting = false;
    if (this.player.isPlaying) this.player.stop();
    else this.play();
  }

  play() {
    if (this.frame === this.last) this.showFrame(0);
    this.player.start();
  }

  labelButton() {
    this.controls.label(this.player.isPlaying ? "Pause" : this.frame === this.last ? "Play again" : "Play");
  }

  // ── what does not change from frame to frame ───────────────────────────────────────────────

  layout() {
    const { clientWidth: width, clientHeight: height } = this.chart.box;
    if (!width || !height) return;
    const wide = width >= 640;
    this.left = wide ? 60 : 54;
    this.right = width - (wide ? 96 : 84);
    this.layoutChart(width, height, wide);
    this.layoutStrip(width, this.strip.box.clientHeight);
    const { button, slider } = this.controls;
    slider.style.marginLeft = `${this.left - THUMB / 2 - button.offsetWidth}px`;
    slider.style.width = `${this.xEpoch(this.film.best_epoch) - this.left + THUMB}px`;
    this.showFrame(this.frame);
  }

  /** @param {number} width @param {number} height @param {boolean} wide */
  layoutChart(width, height, wide) {
    const { y, future_ds, train_end, frames } = this.film;
    const months = y.length + future_ds.length;
    this.first = Math.max(0, train_end - YEAR * (width >= 900 ? 4 : wide ? 3 : 2));
    this.xMonth = linear(this.first, months, this.left, this.right); // a month is centred on its index plus one half
    const ticks = roundTicks(
      ...extent([...y.slice(this.first), ...frames.flatMap(({ heldout, future }) => [...heldout, ...future])]),
      5,
    );
    this.yValue = linear(ticks[0], lastOf(ticks), height - MARGIN.bottom, MARGIN.top);
    const picture = this.clear(this.chart.svg, width, height);
    this.drawBand(picture, height, wide);
    this.drawValueAxis(picture, ticks, wide);
    this.drawYears(picture, height, months);
    this.drawHistory(picture, wide ? ["what happened"] : ["what", "happened"]);
    this.marks = this.forecastMarks(picture);
  }

  layoutStrip(/** @type {number} */ width, /** @type {number} */ height) {
    const { history } = this.film;
    const [low, high] = extent(history.flatMap((row) => [row.train_loss, row.validation_loss]));
    /** @type {[least: number, most: number]} */
    const span = [low / 1.1, high * 1.1];
    const log = linear(Math.log(span[0]), Math.log(span[1]), height - MARGIN.stripBottom - 4, MARGIN.stripTop);
    this.yLoss = (loss) => log(Math.log(loss));
    this.epochScale();
    const picture = this.clear(this.strip.svg, width, height);
    text(picture, "muted", 0, 14, "loss, on a log scale");
    this.drawLossAxis(picture, span);
    this.drawEpochAxis(picture, height);
    this.lossMarks = this.lossMarksOf(picture, height);
  }

  /** @param {SVGElement} element @param {number} width @param {number} height */
  clear(element, width, height) {
    element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    element.replaceChildren();
    return element;
  }

  // Film time: the frames stand evenly, whatever their epochs, so that slider and curve share one axis.
  epochScale() {
    const { frames, epochs } = this.film;
    const known = frames.map((frame) => frame.epoch);
    const end = lastOf(known);
    const pace = end - known[known.length - 2] || 1;
    const place = (/** @type {number} */ epoch) => {
      if (epoch >= end) return this.last + (epoch - end) / pace;
      const after = known.findIndex((other) => other > epoch);
      return after - 1 + (epoch - known[after - 1]) / (known[after] - known[after - 1]);
    };
    this.xFrame = linear(0, place(epochs), this.left, this.right);
    this.xEpoch = (epoch) => this.xFrame(place(epoch));
  }

  /** @param {SVGElement} picture @param {number} height @param {boolean} wide */
  drawBand(picture, height, wide) {
    const { train_end, y, future_ds } = this.film;
    const [start, end] = [this.xMonth(train_end), this.xMonth(y.length)];
    const bottom = height - MARGIN.bottom;
    svg(picture, "rect", { class: "band", x: start, y: 0, width: end - start, height: bottom });
    text(picture, "muted middle", (start + end) / 2, 17, "never shown", "to the model");
    const next = (end + this.xMonth(y.length + future_ds.length)) / 2;
    if (wide) text(picture, "muted middle", next, 17, "the next", `${future_ds.length} months`);
  }

  /** @param {SVGElement} picture @param {number[]} ticks @param {boolean} wide */
  drawValueAxis(picture, ticks, wide) {
    text(picture, "muted", 0, 17, wide ? `${this.film.unit} a month` : this.film.unit);
    for (const tick of ticks) {
      const y = this.yValue(tick);
      svg(picture, "line", { class: "grid", x1: this.left, x2: this.right, y1: y, y2: y });
      text(picture, "muted end", this.left - 10, y + 5, tick);
    }
  }

  /** @param {SVGElement} picture @param {number} height @param {number} months */
  drawYears(picture, height, months) {
    const { ds, future_ds } = this.film;
    const all = [...ds, ...future_ds];
    const base = height - MARGIN.bottom;
    for (let index = this.first; index < months; index += YEAR) {
      const x = this.xMonth(index);
      svg(picture, "line", { class: "tick", x1: x, x2: x, y1: base, y2: base + 6 });
      text(picture, "muted middle", this.xMonth(index + YEAR / 2), base + 20, all[index].slice(0, 4));
    }
  }

  drawHistory(/** @type {SVGElement} */ picture, /** @type {string[]} */ words) {
    const { y, train_end } = this.film;
    this.gap = svg(picture, "path", { class: "gap" });
    svg(picture, "path", { class: "truth", d: this.curve(this.first, y.slice(this.first)) });
    const year = y.slice(train_end - YEAR, train_end);
    const peak = train_end - YEAR + year.indexOf(Math.max(...year));
    const above = this.yValue(y[peak]) - 12 - LINE * (words.length - 1);
    text(picture, "truth-label end", this.xMonth(peak + 0.5) + 4, above, ...words);
  }

  forecastMarks(/** @type {SVGElement} */ picture) {
    return {
      lines: [mark(picture, "path", "forecast"), mark(picture, "path", "forecast")],
      label: text(picture, "model-label", 0, 0, `the ${this.cell}’s`, "forecast"),
      rule: mark(picture, "line", "rule"),
      dots: ["truth-dot", "model-dot"].map((name) => svg(picture, "circle", { class: name, r: 4.5 })),
    };
  }

  /** @param {SVGElement} picture @param {[least: number, most: number]} span */
  drawLossAxis(picture, span) {
    let above = Infinity;
    for (const tick of decimalTicks(...span)) {
      const y = this.yLoss(tick);
      if (above - y < 20) continue;
      svg(picture, "line", { class: "grid", x1: this.left, x2: this.right, y1: y, y2: y });
      text(picture, "muted end", this.left - 10, y + 5, tick);
      above = y;
    }
  }

  drawEpochAxis(/** @type {SVGElement} */ picture, /** @type {number} */ height) {
    const { epochs } = this.film;
    let before = -Infinity;
    for (const epoch of [0, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((tick) => tick <= epochs)) {
      const x = this.xEpoch(epoch);
      if (x - before < 44) continue;
      text(picture, "muted middle", x, height - 5, epoch ? epoch : "epoch 0");
      before = x;
    }
  }

  lossMarksOf(/** @type {SVGElement} */ picture, /** @type {number} */ height) {
    const head = svg(picture, "line", { class: "rule", y1: MARGIN.stripTop - 8, y2: height - MARGIN.stripBottom + 4 });
    const line = (/** @type {"train" | "validation"} */ name, /** @type {string} */ word) => ({
      key: /** @type {"train_loss" | "validation_loss"} */ (`${name}_loss`),
      tail: mark(picture, "path", `${name} tail`),
      line: mark(picture, "path", name),
      dot: svg(picture, "circle", { class: `${name}-dot`, r: 5 }),
      label: text(picture, `${name}-label`, 0, 0, word),
    });
    return { head, lines: [line("train", "training"), line("validation", "validation")] };
  }

  curve(/** @type {number} */ start, /** @type {number[]} */ values) {
    return linePath(values, (index) => this.xMonth(start + index + 0.5), this.yValue);
  }

  // ── one frame ──────────────────────────────────────────────────────────────────────────────

  showFrame(/** @type {number} */ frame) {
    this.frame = frame;
    if (!this.marks) return;
    this.drawForecast(this.film.frames[frame]);
    this.drawLosses(this.film.frames[frame].epoch);
    this.writeReadout(this.film.frames[frame]);
    this.labelButton();
    if (this.month !== undefined) this.showMonth(this.month);
  }

  drawForecast(/** @type {FilmFrame} */ { heldout, future }) {
    const { y, train_end } = this.film;
    const held = [y[train_end - 1], ...heldout]; // both forecasts set out from the last month they read
    const next = [lastOf(y), ...future];
    this.marks.lines[0].setAttribute("d", this.curve(train_end - 1, held));
    this.marks.lines[1].setAttribute("d", this.curve(y.length - 1, next));
    const back = linePath(y.slice(train_end).reverse(), (index) => this.xMonth(y.length - index - 0.5), this.yValue);
    this.gap.setAttribute("d", `${this.curve(train_end - 1, held)}${back.replace("M", "L")}Z`);
    place(this.marks.label, this.xMonth(y.length + future.length - 0.5) + 12, this.yValue(lastOf(future)) - 4);
  }

  drawLosses(/** @type {number} */ epoch) {
    const { history } = this.film;
    const ended = this.frame === this.last;
    const { head, lines } = this.lossMarks;
    const x = this.xEpoch(epoch);
    setAll(head, { x1: x, x2: x });
    for (const { key, line, tail, dot } of lines) {
      const lossPath = (/** @type {FilmEpoch[]} */ rows) => {
        const losses = rows.map((row) => row[key]);
        return linePath(losses, (place) => this.xEpoch(rows[place].epoch), this.yLoss);
      };
      line.setAttribute("d", lossPath(history.slice(0, epoch + 1)));
      tail.setAttribute("d", ended ? lossPath(history.slice(epoch)) : "");
      setAll(dot, { cx: x, cy: this.yLoss(history[epoch][key]) });
    }
    this.labelLosses(history[ended ? history.length - 1 : epoch]);
  }

  labelLosses(/** @type {FilmEpoch} */ row) {
    const [train, validation] = this.lossMarks.lines;
    const [below, above] = [this.yLoss(row.train_loss), this.yLoss(row.validation_loss)];
    const push = Math.max(0, 17 - Math.abs(below - above)) / 2;
    const sign = below >= above ? 1 : -1;
    place(train.label, this.xEpoch(row.epoch) + 11, below + 5 + sign * push);
    place(validation.label, this.xEpoch(row.epoch) + 11, above + 5 - sign * push);
  }

  writeReadout(/** @type {FilmFrame} */ { epoch, mae }) {
    const { best_epoch, history, name, unit } = this.film;
    const loss = history[epoch].validation_loss.toFixed(4);
    this.epoch.textContent = `Epoch ${epoch} of ${best_epoch}`;
    this.loss.textContent = loss;
    this.error.textContent = mae.toFixed(1);
    const spoken = `epoch ${epoch} of ${best_epoch}, validation loss ${loss}, held-out error ${mae.toFixed(1)} ${unit}`;
    this.controls.show(this.frame, this.last, spoken);
    setAll(this.chart.svg, { "aria-label": `${name}: what happened, and what the ${this.cell} predicts after ${spoken}.` });
    setAll(this.strip.svg, { "aria-label": `Training and validation loss up to ${spoken}.` });
    const stage = this.frame === this.last ? 2 : Math.min(this.frame, 1);
    this.captions.forEach((caption, index) => caption.classList.toggle("now", index === stage));
  }

  // ── what the pointer asks ──────────────────────────────────────────────────────────────────

  findMonth(/** @type {PointerEvent} */ event) {
    const months = this.film.y.length + this.film.future_ds.length;
    const x = pointIn(this.chart.box, event).x;
    const share = (x - this.left) / (this.right - this.left);
    const index = Math.floor(this.first + share * (months - this.first));
    if (index < this.first || index >= months) this.hideMonth();
    else this.showMonth(index);
  }

  showMonth(/** @type {number} */ index) {
    this.month = index;
    const { ds, future_ds, y, train_end, frames } = this.film;
    const { heldout, future } = frames[this.frame];
    const happened = y[index];
    const predicted = index >= y.length ? future[index - y.length] : heldout[index - train_end];
    const x = this.xMonth(index + 0.5);
    setAll(this.marks.rule, { x1: x, x2: x, y1: MARGIN.top - 6, y2: this.yValue.range[0] });
    this.marks.rule.classList.add("on");
    [happened, predicted].forEach((value, which) => {
      const dot = this.marks.dots[which];
      dot.classList.toggle("on", value !== undefined);
      if (value !== undefined) setAll(dot, { cx: x, cy: this.yValue(value) });
    });
    /** @type {TipRow[]} */
    const rows = [];
    if (happened !== undefined) rows.push(["happened", happened.toFixed(0)]);
    if (predicted !== undefined) rows.push([`${this.cell} predicts`, predicted.toFixed(0)]);
    if (rows.length === 2)
      rows.push(["off by", `${predicted < happened ? "−" : "+"}${Math.abs(predicted - happened).toFixed(0)}`]);
    const { tip } = this.chart;
    tip.fill(month([...ds, ...future_ds][index]), rows);
    const [floor, ceiling] = this.yValue.range; // away from the lines: they rise
    tip.place(x, index < train_end ? ceiling : floor - 8 - tip.root.offsetHeight, TIP_GAP);
  }

  hideMonth() {
    this.month = undefined;
    this.chart.tip.hide();
    for (const mark of [this.marks.rule, ...this.marks.dots]) mark.classList.remove("on");
  }

  frameAt(/** @type {PointerEvent} */ event) {
    const x = pointIn(this.strip.box, event).x;
    return (x - this.left) / (this.xFrame(1) - this.left);
  }

  showEpoch(/** @type {PointerEvent} */ event) {
    const frame = this.film.frames[Math.round(this.frameAt(event))];
    if (!frame || frame.epoch > this.film.frames[this.frame].epoch) {
      this.strip.tip.hide();
      return;
    }
    const { train_loss, validation_loss } = this.film.history[frame.epoch];
    const { tip } = this.strip;
    tip.fill(`epoch ${frame.epoch}`, [
      ["training", train_loss.toFixed(4)],
      ["validation", validation_loss.toFixed(4)],
    ]);
    tip.place(this.xEpoch(frame.epoch), MARGIN.stripTop - 4 - tip.root.offsetHeight, TIP_GAP);
  }
}

const THUMB = 18;
const TIP_GAP = 14;
const LINE = 18;

/** @param {string} iso */
const month = (iso) => new Date(iso).toLocaleDateString("en", { month: "long", year: "numeric", timeZone: "UTC" });

/** @param {SVGElement} picture @param {"path" | "line"} name @param {string} kind */
const mark = (picture, name, kind) => svg(picture, name, { class: kind });

/** @param {number[]} values @returns {[least: number, most: number]} */
const extent = (values) => [Math.min(...values), Math.max(...values)];

/** @param {number} from @param {number} to @param {number} start @param {number} end @returns {Scale} */
export function linear(from, to, start, end) {
  const scale = (/** @type {number} */ value) => start + ((value - from) / (to - from)) * (end - start);
  return Object.assign(scale, { range: /** @type {[start: number, end: number]} */ ([start, end]) });
}

/** @param {number} low @param {number} high @param {number} count */
export function roundTicks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough) ?? 10 * power;
  const ticks = [];
  for (let tick = Math.floor(low / step) * step; tick < high + step; tick += step) ticks.push(tick);
  return ticks;
}

export function decimalTicks(/** @type {number} */ low, /** @type {number} */ high) {
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power += 1) {
    for (const digit of [1, 3]) ticks.push(Number((digit * 10 ** power).toPrecision(1)));
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/**
 * @param {SVGElement} parent @param {string} className @param {number} x @param {number} y
 * @param {...(string | number)} lines
 */
function text(parent, className, x, y, ...lines) {
  const element = svg(parent, "text", { class: className });
  for (const line of lines) svg(element, "tspan", { text: line });
  place(element, x, y);
  return element;
}

/** @param {SVGElement} element @param {number} x @param {number} y */
function place(element, x, y) {
  [...element.children].forEach((line, index) => setAll(line, { x, y: y + index * LINE }));
}

export default mounted(LearningFilm);
