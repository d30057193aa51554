// A button that plays, and a slider beside it that leads to any step.

import { addButton } from "./controls.js";
import { setAll, svg, tag } from "./dom.js";

const PLAY_ICONS = {
  Play: "M8 5.5v13l10.5-6.5z",
  Pause: "M7 5.5h3.5v13H7zM13.5 5.5H17v13h-3.5z",
  "Play again": "M12 5V1.8L7.2 6.2 12 10.6V7.2a5.4 5.4 0 1 1-5.4 5.4H4.4A7.6 7.6 0 1 0 12 5z",
};

export class PlaySlider {
  /** @param {HTMLElement} parent @param {{ toggle: () => void, seek: (step: number) => void }} actions */
  constructor(parent, { toggle, seek }) {
    this.root = tag(parent, "div", { class: "controls" });
    this.button = addButton(this.root, { class: "play" }, toggle);
    this.icon = svg(svg(this.button, "svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }), "path");
    this.slider = tag(this.root, "input", { type: "range", min: 0, step: 1 });
    this.slider.addEventListener("input", () => seek(Number(this.slider.value)));
  }

  label(/** @type {keyof typeof PLAY_ICONS} */ name) {
    setAll(this.button, { "aria-label": name, title: name });
    this.icon.setAttribute("d", PLAY_ICONS[name]);
  }

  /** Where one is, also in words. @param {number} step @param {number} last @param {string} words */
  show(step, last, words) {
    this.slider.max = String(last);
    this.slider.value = String(step);
    this.slider.setAttribute("aria-valuetext", words);
    this.slider.style.setProperty("--done", `${(100 * step) / Math.max(1, last)}%`);
  }
}
