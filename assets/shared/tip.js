// One tip for everything that is hovered.

import { pointIn, tag } from "./dom.js";

export class Tip {
  constructor(parent) {
    this.root = tag("div", { class: "tip", role: "tooltip", hidden: "" }, parent);
  }

  show(event, title, rows, meaning) {
    this.root.replaceChildren();
    tag("strong", { text: title }, this.root);
    for (const [word, value] of rows) {
      tag("span", { text: word }, this.root);
      tag("b", { text: value }, this.root);
    }
    if (meaning) tag("p", { text: meaning }, this.root);
    this.root.hidden = false;
    const frame = this.root.parentElement;
    const { x, y } = pointIn(frame, event);
    const right = x + 16 + this.root.offsetWidth <= frame.clientWidth;
    this.root.style.left = `${Math.max(0, right ? x + 16 : x - 16 - this.root.offsetWidth)}px`;
    this.root.style.top = `${y + 16}px`;
  }

  hide() {
    this.root.hidden = true;
  }
}
