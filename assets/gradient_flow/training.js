// Along training: every kept state of the weights, from the first draw to the last epoch.

import { addButton } from "../shared/controls.js";
import { setAll, tag, write } from "../shared/dom.js";
import { Player } from "../shared/player.js";

const PACE = 600; // milliseconds a state stays while it plays

export class TrainingPath {
  coming = 0;

  constructor(/** @type {HTMLElement} */ parent, /** @type {GradientFlow} */ app) {
    this.app = app;
    this.root = tag(parent, "div", { class: "training", role: "group", "aria-label": "Along training" });
    this.play = addButton(this.root, { class: "play" }, () => this.toggle());
    tag(this.root, "span", { class: "end", text: "untrained" });
    this.range = tag(this.root, "input", { type: "range", min: 0, step: 1, "aria-label": "State of training" });
    this.range.addEventListener("input", () => {
      this.player.stop();
      this.seek(Number(this.range.value));
    });
    tag(this.root, "span", { class: "end", text: "trained" });
    this.words = tag(this.root, "strong", { class: "epochs" });
    this.player = new Player({
      pace: () => PACE,
      advance: () => {
        app.train(app.position + 1);
        return app.position < app.states - 1;
      },
      show: (isPlaying) => this.showButton(isPlaying),
    });
    this.showButton(false);
  }

  show() {
    const { app } = this;
    this.root.hidden = app.states < 2;
    if (this.root.hidden) this.player.stop();
    this.range.max = String(app.states - 1);
    this.range.value = String(app.position);
    write(this.words, this.epochs());
    this.range.setAttribute("aria-valuetext", this.epochs());
  }

  epochs() {
    return this.app.scene.lanes.map((lane) => `${lane.label} epoch ${this.app.frame(lane).epoch}`).join(" · ");
  }

  showButton(/** @type {boolean} */ isPlaying) {
    write(this.play, isPlaying ? "❚❚" : "▶");
    setAll(this.play, { "aria-label": isPlaying ? "Pause" : "Play the training" });
  }

  /** A key held down asks for more states than there are pictures: the last one counts. @param {number} position */
  seek(position) {
    cancelAnimationFrame(this.coming);
    this.coming = requestAnimationFrame(() => this.app.train(position));
  }

  toggle() {
    if (this.player.isPlaying) return this.player.stop();
    if (this.app.position === this.app.states - 1) this.app.train(0);
    this.player.start();
  }
}
