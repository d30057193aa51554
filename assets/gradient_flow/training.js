// Along training: every kept state of the weights, from the first draw to the last epoch.

import { tag, write } from "../shared/dom.js";

const PACE = 600; // milliseconds a state stays while it plays

export class TrainingPath {
  constructor(parent, app) {
    this.app = app;
    this.root = tag("div", { class: "training", role: "group", "aria-label": "Along training" }, parent);
    this.play = tag("button", { type: "button", class: "play" }, this.root);
    this.play.addEventListener("click", () => this.toggle());
    tag("span", { class: "end", text: "untrained" }, this.root);
    this.range = tag("input", { type: "range", min: 0, step: 1, "aria-label": "State of training" }, this.root);
    this.range.addEventListener("input", () => {
      this.stop();
      this.seek(Number(this.range.value));
    });
    tag("span", { class: "end", text: "trained" }, this.root);
    this.words = tag("strong", { class: "epochs" }, this.root);
    this.timer = 0;
  }

  show() {
    const { app } = this;
    this.root.hidden = app.states < 2;
    if (this.root.hidden) this.stop();
    this.range.max = app.states - 1;
    this.range.value = app.position;
    write(this.words, this.epochs());
    this.range.setAttribute("aria-valuetext", this.epochs());
    this.showButton();
  }

  epochs() {
    return this.app.scene.lanes.map((lane) => `${lane.label} epoch ${this.app.frame(lane).epoch}`).join(" · ");
  }

  showButton() {
    write(this.play, this.timer ? "❚❚" : "▶");
    this.play.setAttribute("aria-label", this.timer ? "Pause" : "Play the training");
  }

  // A key held down asks for more states than there are pictures: the last one counts.
  seek(position) {
    cancelAnimationFrame(this.coming);
    this.coming = requestAnimationFrame(() => this.app.train(position));
  }

  toggle() {
    if (this.timer) return this.stop();
    if (this.app.position === this.app.states - 1) this.app.train(0);
    this.timer = setInterval(() => {
      if (this.app.position >= this.app.states - 2) this.stop();
      this.app.train(this.app.position + 1);
    }, PACE);
    this.showButton();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.showButton();
  }
}
