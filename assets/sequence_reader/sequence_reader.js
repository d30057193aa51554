// One sequence as a classifier reads it. What was read is full, what comes is faded; beside it, aligned step by step, what the
// classifier would have answered there. Python computes all numbers; here they are only looked at.

import { takePalette } from "../shared/colours.js";
import { clamp, percent, pointIn, prefersStill, setAll, svg, tag, write } from "../shared/dom.js";
import { mounted } from "../shared/stage.js";
import { PictureView } from "./picture_view.js";
import { SeriesView } from "./series_view.js";

const PACE = 500; // ms from step to step
const ICON_PLAY = "M8 5v14l11-7z";
const ICON_PAUSE = "M6 5h4v14H6zM14 5h4v14h-4z";
const stepsKept = new Map(); // by key: which reading was shown, and at which step

class SequenceReader {
  constructor(parent) {
    this.timer = 0;
    this.listening = new AbortController();
    this.root = tag("figure", { class: "stage reader" }, parent);
    this.title = tag("figcaption", {}, this.root);
    this.line = tag("p", { class: "belief", "aria-live": "polite", "aria-atomic": "true" }, this.root);
    this.sentence = tag("span", {}, this.line);
    this.verdict = tag("span", { class: "verdict" }, this.line);
    this.picture = tag("div", { class: "picture" }, this.root);
    this.canvas = tag("canvas", { role: "img" }, this.picture);
    const controls = tag("div", { class: "controls" }, this.root);
    this.button = tag("button", { type: "button", class: "play" }, controls);
    this.icon = svg("path", {}, svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, this.button));
    this.slider = tag("input", { type: "range", min: 0, step: 1 }, controls);
    this.where = tag("span", { class: "where" }, controls);
    this.key = tag("p", { class: "key" }, this.root);
    this.listen();
  }

  listen() {
    const { signal } = this.listening;
    const on = (target, event, action) => target.addEventListener(event, action, { signal });
    on(this.button, "click", () => this.toggle());
    on(this.slider, "input", () => this.seek(Number(this.slider.value)));
    on(this.root, "keydown", (event) => this.press(event));
    on(this.canvas, "pointerdown", (event) => this.point(event));
    on(this.canvas, "pointermove", (event) => event.buttons && this.pointing && this.point(event));
    for (const end of ["pointerup", "pointercancel"]) on(this.canvas, end, () => (this.pointing = false));
    on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.repaint());
    this.resizing = new ResizeObserver(() => this.data && this.picture.clientWidth !== this.width && this.layout());
    this.resizing.observe(this.picture);
  }

  show(data) {
    if (this.data?.about === data.about) return void this.repaint();
    const kept = stepsKept.get(data.key);
    const isSame = kept?.about === data.about;
    if (!isSame) this.pause();
    this.data = data;
    this.last = data.after.length - 1;
    this.step = isSame ? clamp(kept.step, 0, this.last) : this.last;
    this.unit = data.picture ? "row" : "step";
    this.view = data.picture ? new PictureView(this) : new SeriesView(this);
    write(this.title, data.title);
    setAll(this.slider, { max: this.last, "aria-label": `How many ${this.unit}s it has read` });
    setAll(this.button, { "aria-label": "Play", title: "Play" });
    this.writeKey();
    this.repaint();
    this.root.dataset.drawn = data.about;
  }

  writeKey() {
    const { after, best_names: names, settled, right, hidden_features: hidden } = this.data;
    const bars = `Bars: how likely it finds each class, had the ${this.data.picture ? "picture" : "series"} ended there; the coloured one is the likeliest.`;
    const more = hidden ? ` ${hidden} more features are read and not shown.` : "";
    write(
      this.key,
      `${this.stays(names.at(-1), settled, after)} ${bars}${right === null ? "" : " ✓: the right class."}${more}`,
    );
  }

  stays(name, settled, after) {
    if (this.last === 0) return "";
    if (settled === 0) return `It says “${name}” from the first answer on.`;
    return settled === this.last
      ? `Only its last answer is “${name}”.`
      : `From ${this.unit} ${after[settled]} on it stays with “${name}”.`;
  }

  repaint() {
    if (!this.data) return;
    this.palette = takePalette(this.root, this.data.palettes);
    this.palette.page = getComputedStyle(this.root).getPropertyValue("--st-background-color") || this.palette.paper;
    this.font = getComputedStyle(this.root).fontFamily;
    this.layout();
  }

  layout() {
    this.width = this.picture.clientWidth;
    if (!this.width) return;
    this.view.layout(this.width);
    this.draw();
  }

  draw() {
    const {
      after,
      best_names: names,
      best_shares: shares,
      is_right: isRight,
      right,
      right_name: rightName,
      values,
    } = this.data;
    const read = after[this.step];
    const so =
      read === values.length
        ? `After all ${read} ${this.unit}s it believes`
        : `After ${read} of ${values.length} ${this.unit}s it believes`;
    const share = percent(shares[this.step]).replace(" ", "\u00a0"); // stays on one line
    const words = `${so} ${names[this.step]} (${share})`;
    if (this.said !== words) {
      this.said = words;
      this.sentence.replaceChildren(`${so} `);
      tag("strong", { text: names[this.step] }, this.sentence);
      this.sentence.append(` (${share})`);
    }
    const verdict = right === null ? "" : isRight[this.step] ? "✓ right" : `✕ it is ${rightName}`;
    write(this.verdict, verdict);
    this.verdict.dataset.right = String(isRight[this.step]);
    this.slider.value = this.step;
    setAll(this.slider, { "aria-valuetext": `${this.unit} ${read} of ${values.length}` });
    this.slider.style.setProperty("--done", `${(100 * this.step) / Math.max(1, this.last)}%`);
    write(this.where, `${this.unit} ${read} of ${values.length}`);
    setAll(this.canvas, { "aria-label": `${this.data.title}. ${words} ${verdict}` });
    this.view.draw(this.step);
    stepsKept.set(this.data.key, { about: this.data.about, step: this.step });
  }

  seek(step) {
    this.pause();
    this.go(step);
  }

  go(step) {
    this.step = clamp(step, 0, this.last);
    this.draw();
  }

  point(event) {
    if (event.type === "pointerdown") {
      this.pointing = true;
      this.canvas.setPointerCapture(event.pointerId);
      this.slider.focus({ preventScroll: true });
      event.preventDefault();
    }
    const place = this.view.placeAt(pointIn(this.canvas, event));
    const found = this.data.after.findIndex((read) => read >= place);
    this.seek(found < 0 ? this.last : found);
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.data) return;
    const action = {
      ArrowRight: () => this.seek(this.step + 1),
      ArrowLeft: () => this.seek(this.step - 1),
      Home: () => this.seek(0),
      End: () => this.seek(this.last),
      " ": () => this.toggle(),
    }[event.key];
    if (!action || (event.key === " " && event.target === this.button)) return;
    event.preventDefault();
    action();
  }

  toggle() {
    if (this.timer) this.pause();
    else this.play();
  }

  // Who asked for less motion steps by hand: nothing moves by itself then.
  play() {
    if (this.last === 0) return;
    if (prefersStill()) return this.go(this.step === this.last ? 0 : this.step + 1);
    if (this.step === this.last) this.go(0);
    setAll(this.line, { "aria-live": "off" });
    this.timer = setInterval(() => {
      this.go(this.step + 1);
      if (this.step === this.last) this.pause();
    }, PACE);
    this.labelButton();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    setAll(this.line, { "aria-live": "polite" });
    this.labelButton();
  }

  labelButton() {
    const name = this.timer ? "Pause" : "Play";
    setAll(this.button, { "aria-label": name, title: name });
    this.icon.setAttribute("d", this.timer ? ICON_PAUSE : ICON_PLAY);
  }

  remove() {
    this.pause();
    this.listening.abort();
    this.resizing.disconnect();
    this.root.remove();
  }
}

export default mounted(SequenceReader);
