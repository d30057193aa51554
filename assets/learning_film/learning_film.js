// The film of a model that learns: a forecast above, its losses below, one slider for both.
// Every picture is a recorded frame; nothing is computed between two of them.

import { isDark } from "../shared/colours.js";
import { pointIn, prefersStill, setAll, svg, tag } from "../shared/dom.js";
import { mounted } from "../shared/stage.js";

const MARGIN = { top: 46, bottom: 26, stripTop: 38, stripBottom: 24 };
const YEAR = 12; // the film is of months

class LearningFilm {
  constructor(parent) {
    this.frame = 0;
    this.timer = 0;
    this.shown = "";
    this.waiting = true; // for the first time on screen, or for the first touch
    this.listening = new AbortController();
    this.build(parent);
    this.listen();
  }

  // The same data again, for example after a change of theme, only recolours.
  show(data) {
    this.recolour(data.palettes);
    this.root.style.height = `${data.height}px`;
    const text = JSON.stringify(data.film);
    if (text === this.shown) return;
    this.shown = text;
    this.film = data.film;
    this.last = data.film.frames.length - 1;
    this.cell = data.film.cell.toUpperCase();
    this.frame = prefersStill() ? this.last : 0;
    this.slider.max = this.last;
    this.writeCaptions();
    this.layout();
  }

  remove() {
    this.pause();
    this.listening.abort();
    this.resizing.disconnect();
    this.appearing.disconnect();
    this.root.remove();
  }

  // ── what is on the page ────────────────────────────────────────────────────────────────────

  build(parent) {
    this.root = tag("figure", { class: "film" }, parent);
    this.buildReadout(tag("p", { class: "readout" }, this.root));
    this.chart = this.buildPicture("chart");
    this.strip = this.buildPicture("strip");
    const controls = tag("div", { class: "controls" }, this.root);
    this.button = tag("button", { type: "button" }, controls);
    this.icon = svg("path", {}, svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, this.button));
    this.slider = tag("input", { type: "range", min: 0, step: 1, "aria-label": "Epoch of training" }, controls);
    const caption = tag("figcaption", {}, this.root);
    this.captions = ["before", "during", "after"].map(() => tag("p", {}, caption));
  }

  buildReadout(line) {
    this.epoch = tag("strong", {}, line);
    this.loss = tag("b", {}, tag("span", { text: "validation loss " }, line));
    const error = tag("span", { text: "held-out error " }, line);
    this.error = tag("b", {}, error);
    this.unit = tag("span", { class: "unit" }, error);
  }

  buildPicture(name) {
    const box = tag("div", { class: name }, this.root);
    return { box, svg: svg("svg", { role: "img" }, box), tip: tag("div", { class: "tip", hidden: "" }, box) };
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

  recolour(palettes) {
    const dark = isDark(this.root);
    for (const [name, colour] of Object.entries(palettes[dark ? "dark" : "light"])) {
      this.root.style.setProperty(`--film-${name}`, colour);
    }
  }

  // ── what the visitor does ──────────────────────────────────────────────────────────────────

  listen() {
    const { signal } = this.listening;
    const on = (target, event, action) => target.addEventListener(event, action, { signal });
    on(this.button, "click", () => this.toggle());
    on(this.slider, "input", () => this.seek(Number(this.slider.value)));
    on(this.root, "keydown", (event) => this.press(event));
    on(this.chart.box, "pointermove", (event) => this.tellMonth(event));
    on(this.chart.box, "pointerdown", (event) => this.tellMonth(event));
    on(this.chart.box, "pointerleave", () => this.untellMonth());
    on(this.strip.box, "pointerdown", (event) => this.grab(event));
    on(this.strip.box, "pointermove", (event) => (event.buttons ? this.scrub(event) : this.tellEpoch(event)));
    on(this.strip.box, "pointerleave", () => (this.strip.tip.hidden = true));
    this.resizing = new ResizeObserver(() => this.film && this.layout());
    this.resizing.observe(this.chart.box);
    this.appearing = new IntersectionObserver((entries) => this.appear(entries), { threshold: 0.4 });
    this.appearing.observe(this.root);
  }

  appear(entries) {
    if (!this.waiting || !entries.some((entry) => entry.isIntersecting)) return;
    this.waiting = false;
    if (!prefersStill()) this.play();
  }

  press(event) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -this.last, End: this.last };
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key in steps) this.seek(this.frame + steps[event.key]);
    else if (event.key === " " && event.target !== this.button) this.toggle();
    else return;
    event.preventDefault();
  }

  grab(event) {
    this.strip.box.setPointerCapture(event.pointerId);
    this.slider.focus({ preventScroll: true });
    event.preventDefault();
    this.scrub(event);
  }

  scrub(event) {
    this.strip.tip.hidden = true;
    this.seek(Math.round(this.frameAt(event)));
  }

  seek(frame) {
    this.waiting = false;
    this.pause();
    this.draw(Math.min(Math.max(frame, 0), this.last));
  }

  toggle() {
    this.waiting = false;
    if (this.timer) this.pause();
    else this.play();
  }

  play() {
    if (this.frame === this.last) this.draw(0);
    let since = performance.now();
    const advance = (now) => {
      if (now - since >= patience(this.frame)) {
        since = now;
        this.draw(this.frame + 1);
      }
      if (this.frame < this.last) this.timer = requestAnimationFrame(advance);
      else this.pause();
    };
    this.timer = requestAnimationFrame(advance);
    this.labelButton();
  }

  pause() {
    cancelAnimationFrame(this.timer);
    this.timer = 0;
    this.labelButton();
  }

  labelButton() {
    const name = this.timer ? "Pause" : this.frame === this.last ? "Play again" : "Play";
    this.button.setAttribute("aria-label", name);
    this.button.title = name;
    this.icon.setAttribute("d", ICONS[name]);
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
    this.slider.style.marginLeft = `${this.left - THUMB / 2 - this.button.offsetWidth}px`;
    this.slider.style.width = `${this.xEpoch(this.film.best_epoch) - this.left + THUMB}px`;
    this.draw(this.frame);
  }

  layoutChart(width, height, wide) {
    const { y, future_ds, train_end } = this.film;
    const months = y.length + future_ds.length;
    this.first = Math.max(0, train_end - YEAR * (width >= 900 ? 4 : wide ? 3 : 2));
    this.xMonth = linear(this.first, months, this.left, this.right); // a month is centred on its index plus one half
    const ticks = roundTicks(...extent(this.everyValue()), 5);
    this.yValue = linear(ticks[0], ticks.at(-1), height - MARGIN.bottom, MARGIN.top);
    const picture = this.clear(this.chart.svg, width, height);
    this.drawBand(picture, height, wide);
    this.drawValueAxis(picture, ticks, wide);
    this.drawYears(picture, height, months);
    this.drawHistory(picture, wide ? ["what happened"] : ["what", "happened"]);
    this.marks = this.forecastMarks(picture);
  }

  layoutStrip(width, height) {
    const { history } = this.film;
    const [low, high] = extent(history.flatMap((row) => [row.train_loss, row.validation_loss]));
    const span = [low / 1.1, high * 1.1];
    const log = linear(Math.log(span[0]), Math.log(span[1]), height - MARGIN.stripBottom - 4, MARGIN.stripTop);
    this.yLoss = (loss) => log(Math.log(loss));
    this.xEpoch = this.epochScale();
    const picture = this.clear(this.strip.svg, width, height);
    text(picture, "muted", 0, 14, "loss, on a log scale");
    this.drawLossAxis(picture, span);
    this.drawEpochAxis(picture, height);
    this.lossMarks = this.lossMarksOf(picture, height);
  }

  clear(element, width, height) {
    element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    element.replaceChildren();
    return element;
  }

  everyValue() {
    const { y, frames } = this.film;
    return [...y.slice(this.first), ...frames.flatMap((frame) => [...frame.heldout, ...frame.future])];
  }

  // Film time: the frames stand evenly, whatever their epochs, so that slider and curve share one axis.
  epochScale() {
    const { frames, epochs } = this.film;
    const known = frames.map((frame) => frame.epoch);
    const pace = known.at(-1) - known.at(-2) || 1;
    const place = (epoch) => {
      if (epoch >= known.at(-1)) return this.last + (epoch - known.at(-1)) / pace;
      const after = known.findIndex((other) => other > epoch);
      return after - 1 + (epoch - known[after - 1]) / (known[after] - known[after - 1]);
    };
    this.xFrame = linear(0, place(epochs), this.left, this.right);
    return (epoch) => this.xFrame(place(epoch));
  }

  drawBand(picture, height, wide) {
    const { train_end, y, future_ds } = this.film;
    const [start, end] = [this.xMonth(train_end), this.xMonth(y.length)];
    const bottom = height - MARGIN.bottom;
    svg("rect", { class: "band", x: start, y: 0, width: end - start, height: bottom }, picture);
    text(picture, "muted middle", (start + end) / 2, 17, "never shown", "to the model");
    const next = (end + this.xMonth(y.length + future_ds.length)) / 2;
    if (wide) text(picture, "muted middle", next, 17, "the next", `${future_ds.length} months`);
  }

  drawValueAxis(picture, ticks, wide) {
    text(picture, "muted", 0, 17, wide ? `${this.film.unit} a month` : this.film.unit);
    for (const tick of ticks) {
      const y = this.yValue(tick);
      svg("line", { class: "grid", x1: this.left, x2: this.right, y1: y, y2: y }, picture);
      text(picture, "muted end", this.left - 10, y + 5, tick);
    }
  }

  drawYears(picture, height, months) {
    const { ds, future_ds } = this.film;
    const all = [...ds, ...future_ds];
    const base = height - MARGIN.bottom;
    for (let index = this.first; index < months; index += YEAR) {
      const x = this.xMonth(index);
      svg("line", { class: "tick", x1: x, x2: x, y1: base, y2: base + 6 }, picture);
      text(picture, "muted middle", this.xMonth(index + YEAR / 2), base + 20, all[index].slice(0, 4));
    }
  }

  drawHistory(picture, words) {
    const { y, train_end } = this.film;
    this.gap = svg("path", { class: "gap" }, picture);
    svg("path", { class: "truth", d: this.curve(this.first, y.slice(this.first)) }, picture);
    const year = y.slice(train_end - YEAR, train_end);
    const peak = train_end - YEAR + year.indexOf(Math.max(...year));
    const above = this.yValue(y[peak]) - 12 - LINE * (words.length - 1);
    text(picture, "truth-label end", this.xMonth(peak + 0.5) + 4, above, ...words);
  }

  forecastMarks(picture) {
    const mark = (name, className) => svg(name, { class: className }, picture);
    return {
      lines: [mark("path", "forecast"), mark("path", "forecast")],
      label: text(picture, "model-label", 0, 0, "what the", `${this.cell} says`),
      rule: mark("line", "rule"),
      dots: ["truth-dot", "model-dot"].map((name) => svg("circle", { class: name, r: 4.5 }, picture)),
    };
  }

  drawLossAxis(picture, span) {
    let above = Infinity;
    for (const tick of decimalTicks(...span)) {
      const y = this.yLoss(tick);
      if (above - y < 20) continue;
      svg("line", { class: "grid", x1: this.left, x2: this.right, y1: y, y2: y }, picture);
      text(picture, "muted end", this.left - 10, y + 5, tick);
      above = y;
    }
  }

  drawEpochAxis(picture, height) {
    const { epochs } = this.film;
    let before = -Infinity;
    for (const epoch of [0, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((tick) => tick <= epochs)) {
      const x = this.xEpoch(epoch);
      if (x - before < 44) continue;
      text(picture, "muted middle", x, height - 5, epoch ? epoch : "epoch 0");
      before = x;
    }
  }

  lossMarksOf(picture, height) {
    const mark = (name, className) => svg(name, { class: className }, picture);
    const head = svg("line", { class: "rule", y1: MARGIN.stripTop - 8, y2: height - MARGIN.stripBottom + 4 }, picture);
    const line = (name, word) => ({
      key: `${name}_loss`,
      tail: mark("path", `${name} tail`),
      line: mark("path", name),
      dot: svg("circle", { class: `${name}-dot`, r: 5 }, picture),
      label: text(picture, `${name}-label`, 0, 0, word),
    });
    return { head, lines: [line("train", "training"), line("validation", "validation")] };
  }

  curve(start, values) {
    return path(values.map((value, index) => [this.xMonth(start + index + 0.5), this.yValue(value)]));
  }

  // ── one frame ──────────────────────────────────────────────────────────────────────────────

  draw(frame) {
    this.frame = frame;
    if (!this.marks) return;
    this.drawForecast(this.film.frames[frame]);
    this.drawLosses(this.film.frames[frame].epoch);
    this.writeReadout(this.film.frames[frame]);
    this.labelButton();
    if (this.told !== undefined) this.tellIndex(this.told);
  }

  drawForecast({ heldout, future }) {
    const { y, train_end } = this.film;
    const held = [y[train_end - 1], ...heldout]; // both forecasts set out from the last month they read
    const next = [y.at(-1), ...future];
    this.marks.lines[0].setAttribute("d", this.curve(train_end - 1, held));
    this.marks.lines[1].setAttribute("d", this.curve(y.length - 1, next));
    const back = y.slice(train_end).map((value, index) => [this.xMonth(train_end + index + 0.5), this.yValue(value)]);
    this.gap.setAttribute("d", `${this.curve(train_end - 1, held)}${path(back.reverse()).replace("M", "L")}Z`);
    place(this.marks.label, this.xMonth(y.length + future.length - 0.5) + 12, this.yValue(future.at(-1)) - 4);
  }

  drawLosses(epoch) {
    const { history } = this.film;
    const ended = this.frame === this.last;
    const { head, lines } = this.lossMarks;
    const x = this.xEpoch(epoch);
    setAll(head, { x1: x, x2: x });
    for (const { key, line, tail, dot } of lines) {
      const points = history.map((row) => [this.xEpoch(row.epoch), this.yLoss(row[key])]);
      line.setAttribute("d", path(points.slice(0, epoch + 1)));
      tail.setAttribute("d", ended ? path(points.slice(epoch)) : "");
      setAll(dot, { cx: x, cy: points[epoch][1] });
    }
    this.labelLosses(history[ended ? history.length - 1 : epoch]);
  }

  labelLosses(row) {
    const [train, validation] = this.lossMarks.lines;
    const [below, above] = [this.yLoss(row.train_loss), this.yLoss(row.validation_loss)];
    const push = Math.max(0, 17 - Math.abs(below - above)) / 2;
    const sign = below >= above ? 1 : -1;
    place(train.label, this.xEpoch(row.epoch) + 11, below + 5 + sign * push);
    place(validation.label, this.xEpoch(row.epoch) + 11, above + 5 - sign * push);
  }

  writeReadout({ epoch, mae }) {
    const { best_epoch, history, name, unit } = this.film;
    const loss = history[epoch].validation_loss.toFixed(4);
    this.epoch.textContent = `Epoch ${epoch} of ${best_epoch}`;
    this.loss.textContent = loss;
    this.error.textContent = mae.toFixed(1);
    this.slider.value = this.frame;
    const spoken = `epoch ${epoch} of ${best_epoch}, validation loss ${loss}, held-out error ${mae.toFixed(1)} ${unit}`;
    this.slider.setAttribute("aria-valuetext", spoken);
    this.slider.style.setProperty("--done", `${(100 * this.frame) / this.last}%`);
    setAll(this.chart.svg, { "aria-label": `${name}: what happened, and what the ${this.cell} says after ${spoken}.` });
    setAll(this.strip.svg, { "aria-label": `Training and validation loss up to ${spoken}.` });
    const stage = this.frame === this.last ? 2 : Math.min(this.frame, 1);
    this.captions.forEach((caption, index) => caption.classList.toggle("now", index === stage));
  }

  // ── what the pointer asks ──────────────────────────────────────────────────────────────────

  tellMonth(event) {
    const months = this.film.y.length + this.film.future_ds.length;
    const x = pointIn(this.chart.box, event).x;
    const share = (x - this.left) / (this.right - this.left);
    const index = Math.floor(this.first + share * (months - this.first));
    if (index < this.first || index >= months) this.untellMonth();
    else this.tellIndex(index);
  }

  tellIndex(index) {
    this.told = index;
    const { ds, future_ds, y, train_end, frames } = this.film;
    const { heldout, future } = frames[this.frame];
    const happened = y[index];
    const says = index >= y.length ? future[index - y.length] : heldout[index - train_end];
    const x = this.xMonth(index + 0.5);
    setAll(this.marks.rule, { x1: x, x2: x, y1: MARGIN.top - 6, y2: this.yValue.range[0] });
    this.marks.rule.classList.add("on");
    [happened, says].forEach((value, which) => this.point(this.marks.dots[which], x, value));
    const rows = [
      ["happened", happened],
      [`${this.cell} says`, says],
    ].filter(([, value]) => value !== undefined);
    if (rows.length === 2) rows.push(["off by", says - happened]);
    const lines = rows.map(([word, value]) => [word, word === "off by" ? signed(value) : value.toFixed(0)]);
    showTip(this.chart.tip, x, month([...ds, ...future_ds][index]), lines);
    const [floor, ceiling] = this.yValue.range; // away from the lines: they rise
    lift(this.chart.tip, index < train_end ? ceiling : floor - 8 - this.chart.tip.offsetHeight);
  }

  untellMonth() {
    this.told = undefined;
    this.chart.tip.hidden = true;
    for (const mark of [this.marks.rule, ...this.marks.dots]) mark.classList.remove("on");
  }

  point(dot, x, value) {
    dot.classList.toggle("on", value !== undefined);
    if (value !== undefined) setAll(dot, { cx: x, cy: this.yValue(value) });
  }

  frameAt(event) {
    const x = pointIn(this.strip.box, event).x;
    return (x - this.left) / (this.xFrame(1) - this.left);
  }

  tellEpoch(event) {
    const frame = this.film.frames[Math.round(this.frameAt(event))];
    if (!frame || frame.epoch > this.film.frames[this.frame].epoch) {
      this.strip.tip.hidden = true;
      return;
    }
    const { train_loss, validation_loss } = this.film.history[frame.epoch];
    const lines = [
      ["training", train_loss.toFixed(4)],
      ["validation", validation_loss.toFixed(4)],
    ];
    showTip(this.strip.tip, this.xEpoch(frame.epoch), `epoch ${frame.epoch}`, lines);
    lift(this.strip.tip, MARGIN.stripTop - 4 - this.strip.tip.offsetHeight);
  }
}

// ── small things ─────────────────────────────────────────────────────────────────────────────

const THUMB = 18;
const LINE = 18;
const ICONS = {
  Play: "M8 5.5v13l10.5-6.5z",
  Pause: "M7 5.5h3.5v13H7zM13.5 5.5H17v13h-3.5z",
  "Play again": "M12 5V1.8L7.2 6.2 12 10.6V7.2a5.4 5.4 0 1 1-5.4 5.4H4.4A7.6 7.6 0 1 0 12 5z",
};

// The first picture stands long enough to be read; then the steps get quicker.
const patience = (frame) => (frame === 0 ? 1100 : frame < 12 ? 260 : 150);

const month = (iso) => new Date(iso).toLocaleDateString("en", { month: "long", year: "numeric", timeZone: "UTC" });

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(0)}`;

const extent = (values) => [Math.min(...values), Math.max(...values)];

function linear(from, to, start, end) {
  const scale = (value) => start + ((value - from) / (to - from)) * (end - start);
  scale.range = [start, end];
  return scale;
}

function roundTicks(low, high, wished) {
  const rough = (high - low) / wished;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough);
  const ticks = [];
  for (let tick = Math.floor(low / step) * step; tick < high + step; tick += step) ticks.push(tick);
  return ticks;
}

function decimalTicks(low, high) {
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power += 1) {
    for (const digit of [1, 3]) ticks.push(Number((digit * 10 ** power).toPrecision(1)));
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

const path = (points) => points.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

function text(parent, className, x, y, ...lines) {
  const element = svg("text", { class: className }, parent);
  for (const line of lines) svg("tspan", {}, element).textContent = line;
  place(element, x, y);
  return element;
}

function place(element, x, y) {
  [...element.children].forEach((line, index) => setAll(line, { x, y: y + index * LINE }));
}

function showTip(tip, x, title, rows) {
  tip.replaceChildren();
  tag("strong", { text: title }, tip);
  for (const [word, value] of rows) {
    tag("span", { text: word }, tip);
    tag("b", { text: value }, tip);
  }
  tip.hidden = false;
  const room = tip.parentElement.clientWidth - tip.offsetWidth;
  const beside = x + 14 <= room ? x + 14 : x - 14 - tip.offsetWidth;
  tip.style.left = `${Math.max(0, beside)}px`;
}

function lift(tip, y) {
  tip.style.top = `${y}px`;
}

export default mounted(LearningFilm);
