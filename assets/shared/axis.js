// Tokens above the maps, step numbers below them; both thinned until they can be read. The step stood on is always written.

import { setAll, svg } from "./dom.js";

const LETTER = 7.6;

export const shorten = (/** @type {string} */ token, /** @type {number} */ room) => {
  const letters = [...token];
  return letters.length > room ? letters.slice(0, Math.max(1, room - 1)).join("") + (room > 2 ? "…" : "") : token;
};

export class Axis {
  /** @type {string[]} */ labels = [];
  wide = 0;
  width = 0;
  /** @type {{ element: SVGElement, x: number, half: number }[]} */ written = [];

  constructor(/** @type {HTMLElement} */ parent, /** @type {string} */ kind) {
    this.root = svg(parent, "svg", { class: `axis ${kind}`, "aria-hidden": "true" });
    this.words = svg(this.root, "g");
    this.box = svg(this.root, "rect", { rx: 5, height: 22, y: 2 });
    this.now = svg(this.root, "text", { class: "now", y: 18, "text-anchor": "middle" });
  }

  // `labels` has one for each step; `least` is the room that one needs.
  /** @param {string[]} labels @param {number} wide @param {number} most */
  show(labels, wide, most) {
    Object.assign(this, { labels, wide });
    this.width = labels.length * wide;
    setAll(this.root, { width: this.width, height: 26, viewBox: `0 0 ${this.width} 26` });
    const longest = Math.min(most, Math.max(...labels.map((label) => [...label].length)));
    const every = Math.max(1, Math.ceil((longest * LETTER + 8) / wide));
    const room = Math.max(1, Math.floor((every * wide - 6) / LETTER));
    this.words.replaceChildren();
    this.written = [];
    for (let step = 0; step < labels.length; step += every) {
      const words = shorten(labels[step], room);
      const x = this.inside(step, words, 0);
      const element = svg(this.words, "text", { x, y: 18, "text-anchor": "middle", text: words });
      this.written.push({ element, x, half: ([...words].length * LETTER) / 2 });
    }
  }

  // The middle of a step, moved so that words at the edge are not cut.
  /** @param {number} step @param {string} words @param {number} margin */
  inside(step, words, margin) {
    const half = ([...words].length * LETTER) / 2 + margin;
    return Math.min(Math.max((step + 0.5) * this.wide, half), Math.max(half, this.width - half));
  }

  draw(/** @type {number} */ step) {
    const words = shorten(this.labels[step], 16);
    this.now.textContent = words;
    const half = ([...words].length * LETTER) / 2 + 7;
    const x = this.inside(step, words, 7);
    setAll(this.now, { x });
    setAll(this.box, { x: x - half + 1, width: 2 * half - 2 });
    for (const word of this.written) word.element.style.visibility = Math.abs(word.x - x) < half + word.half ? "hidden" : "";
  }
}

export const stepLabels = (/** @type {number} */ steps) => Array.from({ length: steps }, (_, step) => `${step + 1}`);
