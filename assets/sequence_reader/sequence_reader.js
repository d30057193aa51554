// One sequence as a classifier reads it. What was read is full, what comes is faded; beside it, aligned step by step, what the
// classifier would have answered there. Python computes all numbers; here they are only looked at.

import { clamp, lastOf, percent, pointIn, prefersStill, setAll, tag, write } from "../shared/dom.js";
import { onDrag } from "../shared/drag.js";
import { PlaySlider } from "../shared/play_slider.js";
import { Player } from "../shared/player.js";
import { Stage, mounted } from "../shared/stage.js";
import { PictureView } from "./picture_view.js";
import { SeriesView } from "./series_view.js";

const PACE = 500; // ms from step to step
/** @type {Map<string, { about: string, step: number }>} */
const stepsKept = new Map(); // by key: which reading was shown, and at which step

/** @extends {Stage<ReadingData>} */
export class SequenceReader extends Stage {
  /** @type {PictureView | SeriesView} */ view;
  last = 0;
  step = 0;
  unit = "step";
  font = "";
  said = "";

  constructor(/** @type {Node} */ parent) {
    super(parent, "reader", { as: "figure" });
    this.title = tag(this.root, "figcaption");
    this.line = tag(this.root, "p", { class: "belief", "aria-live": "polite", "aria-atomic": "true" });
    this.sentence = tag(this.line, "span");
    this.verdict = tag(this.line, "span", { class: "verdict" });
    this.canvas = tag(tag(this.root, "div", { class: "picture" }), "canvas", { role: "img" });
    this.controls = new PlaySlider(this.root, { toggle: () => this.toggle(), seek: (step) => this.seek(step) });
    this.where = tag(this.controls.root, "span", { class: "where" });
    this.key = tag(this.root, "p", { class: "key" });
    this.player = new Player({
      pace: () => PACE,
      advance: () => {
        this.go(this.step + 1);
        return this.step < this.last;
      },
      show: (isPlaying) => this.showPlaying(isPlaying),
    });
    this.showPlaying(false);
    onDrag(this.canvas, { seek: (event) => this.point(event), focused: this.controls.slider });
    this.listen();
  }

  show(/** @type {ReadingData} */ data) {
    if (this.take(data)) return this.repaint();
    const kept = stepsKept.get(data.key);
    const isSame = kept?.about === data.about;
    if (!isSame) this.player.stop();
    this.last = data.after.length - 1;
    this.step = isSame ? clamp(kept.step, 0, this.last) : this.last;
    this.unit = data.picture ? "row" : "step";
    write(this.title, data.title);
    setAll(this.controls.slider, { "aria-label": `How many ${this.unit}s it has read` });
    this.writeKey();
    this.repaint();
    this.root.dataset.drawn = data.about;
  }

  writeKey() {
    const { after, best_names: names, settled, right, hidden_features: hidden } = this.scene;
    const bars = `Bars: how likely it finds each class, had the ${this.scene.picture ? "picture" : "series"} ended there; the coloured one is the likeliest.`;
    const more = hidden ? ` ${hidden} more features are read and not shown.` : "";
    const tick = right === null ? "" : " ✓: the true class.";
    write(this.key, `${this.stays(lastOf(names), settled, after)} ${bars}${tick}${more}`);
  }

  /** @param {string} name @param {number} settled @param {number[]} after */
  stays(name, settled, after) {
    if (this.last === 0) return "";
    if (settled === 0) return `It predicts “${name}” from the first step on.`;
    return settled === this.last
      ? `Only its last prediction is “${name}”.`
      : `From ${this.unit} ${after[settled]} on it stays with “${name}”.`;
  }

  recolour() {
    super.recolour();
    this.palette.page = getComputedStyle(this.root).getPropertyValue("--st-background-color") || this.palette.paper;
    this.font = getComputedStyle(this.root).fontFamily;
  }

  layout() {
    if (!this.measure()) return;
    this.view = this.scene.picture ? new PictureView(this) : new SeriesView(this);
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
    } = this.scene;
    const read = after[this.step];
    const so =
      read === values.length
        ? `After all ${read} ${this.unit}s it predicts`
        : `After ${read} of ${values.length} ${this.unit}s it predicts`;
    const share = percent(shares[this.step]);
    const words = `${so} ${names[this.step]} (${share})`;
    if (this.said !== words) {
      this.said = words;
      this.sentence.replaceChildren(`${so} `);
      tag(this.sentence, "strong", { text: names[this.step] });
      this.sentence.append(` (${share})`);
    }
    const verdict = right === null ? "" : isRight[this.step] ? "✓ correct" : `✕ it is ${rightName}`;
    write(this.verdict, verdict);
    this.verdict.dataset.right = String(isRight[this.step]);
    this.controls.show(this.step, this.last, `${this.unit} ${read} of ${values.length}`);
    write(this.where, `${this.unit} ${read} of ${values.length}`);
    setAll(this.canvas, { "aria-label": `${this.scene.title}. ${words} ${verdict}` });
    this.view.draw(this.step);
    stepsKept.set(this.scene.key, { about: this.scene.about, step: this.step });
  }

  seek(/** @type {number} */ step) {
    this.player.stop();
    this.go(step);
  }

  go(/** @type {number} */ step) {
    this.step = clamp(step, 0, this.last);
    this.draw();
  }

  point(/** @type {PointerEvent} */ event) {
    const place = this.view.placeAt(pointIn(this.canvas, event));
    const found = this.scene.after.findIndex((read) => read >= place);
    this.seek(found < 0 ? this.last : found);
  }

  /** @param {KeyboardEvent} event @param {boolean} inside @returns {Record<string, () => void>} */
  keys({ target }, inside) {
    if (!inside) return {};
    return {
      ArrowRight: () => this.seek(this.step + 1),
      ArrowLeft: () => this.seek(this.step - 1),
      Home: () => this.seek(0),
      End: () => this.seek(this.last),
      ...(target !== this.controls.button && { " ": () => this.toggle() }),
    };
  }

  // Who asked for less motion steps by hand: nothing moves by itself then.
  toggle() {
    if (this.player.isPlaying) return this.player.stop();
    if (this.last === 0) return;
    if (prefersStill()) return this.go(this.step === this.last ? 0 : this.step + 1);
    if (this.step === this.last) this.go(0);
    this.player.start();
  }

  showPlaying(/** @type {boolean} */ isPlaying) {
    setAll(this.line, { "aria-live": isPlaying ? "off" : "polite" });
    this.controls.label(isPlaying ? "Pause" : "Play");
  }

  remove() {
    this.player.stop();
    super.remove();
  }
}

export default mounted(SequenceReader);
