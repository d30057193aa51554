// The sequence as a ribbon of tokens: click one, or drag along it. Below each token, how sure the first lane was of the right
// answer at that step.

import { addButton } from "../shared/controls.js";
import { onDrag } from "../shared/drag.js";
import { number, percent, pointIn, lastOf, setAll, svg, tag, write } from "../shared/dom.js";

export class Ribbon {
  /** @type {HTMLElement[]} */ chips = [];
  current = -1;
  /** @type {{ width: number, edges: number[], end: number, view: number } | null} */ measured = null;

  constructor(/** @type {HTMLElement} */ parent, /** @type {CellDiagram} */ app) {
    this.app = app;
    this.root = tag(parent, "div", { class: "ribbon", role: "slider", tabindex: 0, "aria-label": "Step of the sequence" });
    this.track = tag(this.root, "div", { class: "track" });
    onDrag(this.root, { seek: (event) => this.seek(event), focused: this.root });
  }

  show(/** @type {StepScene} */ scene) {
    this.track.replaceChildren();
    this.chips = scene.tokens.map((token, step) => this.chip(scene, token, step));
    setAll(this.root, { "aria-valuemin": 1, "aria-valuemax": scene.steps });
    this.current = -1;
    this.measured = null;
  }

  /** @param {StepScene} scene @param {string} token @param {number} step */
  chip(scene, token, step) {
    const chip = tag(this.track, "div", { class: "chip", dir: "auto" });
    const now = scene.changed_tokens[step];
    if (now !== token) tag(chip, "s", { text: token });
    tag(chip, "span", { text: now.trim() ? now : "␣", class: now === token ? "" : "new" });
    if (scene.series) tag(chip, "small", { text: number(scene.series.read[step]) });
    chip.title = token === now ? token : `${now}, read instead of ${token}`;
    if (this.app.changesAt(step)) chip.classList.add("held");
    const chance = scene.right[step];
    const bar = tag(chip, "i");
    if (chance === null) bar.className = "none";
    else bar.style.setProperty("--chance", `${(100 * chance).toFixed(1)}%`);
    if (chance !== null) chip.title += `: probability of a right answer ${percent(chance)}`;
    return chip;
  }

  draw() {
    const { step, scene } = this.app;
    this.chips[this.current]?.classList.remove("now");
    this.chips[step].classList.add("now");
    this.current = step;
    const words = `step ${step + 1} of ${scene.steps}: ${scene.changed_tokens[step]}`;
    setAll(this.root, { "aria-valuenow": step + 1, "aria-valuetext": words });
    this.keepInSight();
  }

  // Read where chips stand only once: measuring at each step would cost a layout.
  measure() {
    if (this.measured?.width === this.app.width) return this.measured;
    const edges = this.chips.map((chip) => chip.offsetLeft);
    const last = lastOf(this.chips);
    this.measured = { width: this.app.width, edges, end: last.offsetLeft + last.offsetWidth, view: this.root.clientWidth };
    return this.measured;
  }

  // The ribbon rests while the token is well in sight: scrolling at each step would paint all of it anew.
  keepInSight() {
    const { edges, end, view } = this.measure();
    if (end <= view) return;
    const middle = (edges[this.app.step] + (edges[this.app.step + 1] ?? end)) / 2;
    const share = (middle - this.root.scrollLeft) / view;
    if (share < 0.12 || share > 0.88) this.root.scrollLeft = middle - view / 2;
  }

  seek(/** @type {PointerEvent} */ event) {
    const { edges } = this.measure();
    const x = pointIn(this.root, event).x + this.root.scrollLeft;
    this.app.pause();
    this.app.go(edges.findLastIndex((edge) => edge <= x));
  }
}

export class Transport {
  constructor(/** @type {HTMLElement} */ parent, /** @type {CellDiagram} */ app) {
    this.app = app;
    this.root = tag(parent, "div", { class: "transport" });
    this.button("First step (Home)", ICONS.first, () => app.go(0));
    this.button("Step back (←)", ICONS.back, () => app.go(app.step - 1));
    this.playing = this.button("Play (space)", ICONS.play, () => app.toggle(), "play");
    this.button("Step on (→)", ICONS.on, () => app.go(app.step + 1));
    this.button("Last step (End)", ICONS.last, () => app.go(app.scene.steps - 1));
    const label = tag(this.root, "label", { class: "speed" });
    tag(label, "span", { text: "speed" });
    this.speed = tag(label, "select", { "aria-label": "Steps per second" });
    for (const rate of [1, 2, 5, 10, 30]) tag(this.speed, "option", { value: rate, text: `${rate}/s` });
    this.speed.value = "2";
    this.where = tag(this.root, "p", { class: "where" });
  }

  /** @param {string} name @param {string} icon @param {() => void} action @returns {HTMLButtonElement} */
  button(name, icon, action, kind = "") {
    const button = addButton(this.root, { "aria-label": name, title: name, class: kind }, () => {
      if (kind !== "play") this.app.pause();
      action();
    });
    button.appendChild(iconOf(icon));
    return button;
  }

  get rate() {
    return Number(this.speed.value);
  }

  showPlaying(/** @type {boolean} */ on) {
    const name = on ? "Pause (space)" : "Play (space)";
    this.playing.replaceChildren(iconOf(on ? ICONS.pause : ICONS.play));
    this.playing.title = name;
    this.playing.setAttribute("aria-label", name);
  }

  draw() {
    write(this.where, `Step ${this.app.step + 1} of ${this.app.scene.steps}`);
  }
}

const ICONS = {
  first: "M7 6h2v12H7zM18 6v12l-8-6z",
  back: "M16 6v12l-9-6z",
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M7 5.5h3.5v13H7zM13.5 5.5H17v13h-3.5z",
  on: "M8 6v12l9-6z",
  last: "M15 6h2v12h-2zM6 6v12l8-6z",
};

function iconOf(/** @type {string} */ d) {
  const icon = svg(null, "svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  svg(icon, "path", { d });
  return icon;
}
