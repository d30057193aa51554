// One tip for everything that is hovered.

import { pointIn, tag } from "./dom.js";

const TIP_ASIDE = 16;

export class Tip {
  constructor(/** @type {HTMLElement} */ parent) {
    this.frame = parent;
    this.root = tag(parent, "div", { class: "tip", role: "tooltip", hidden: "" });
  }

  // Beside the pointer.
  /** @param {ClientPoint} event @param {string} title @param {TipRow[]} rows @param {string} [meaning] */
  show(event, title, rows, meaning) {
    this.fill(title, rows, meaning);
    const { x, y } = pointIn(this.frame, event);
    this.place(x, y + TIP_ASIDE, TIP_ASIDE);
  }

  /** @param {string} title @param {TipRow[]} rows @param {string} [meaning] */
  fill(title, rows, meaning) {
    this.root.replaceChildren();
    tag(this.root, "strong", { text: title });
    for (const [word, value] of rows) {
      tag(this.root, "span", { text: word });
      tag(this.root, "b", { text: value });
    }
    if (meaning) tag(this.root, "p", { text: meaning });
    this.root.hidden = false;
  }

  /** At the right of `x` where there is room. @param {number} x @param {number} y @param {number} gap */
  place(x, y, gap) {
    const width = this.root.offsetWidth;
    const left = x + gap + width <= this.frame.clientWidth ? x + gap : x - gap - width;
    Object.assign(this.root.style, { left: `${Math.max(0, left)}px`, top: `${y}px` });
  }

  hide() {
    this.root.hidden = true;
  }
}
