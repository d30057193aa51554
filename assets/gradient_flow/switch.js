// Which cell is looked into, where the cards are out of sight.

import { tag } from "../shared/dom.js";

export class LaneSwitch {
  constructor(parent, app) {
    this.app = app;
    this.root = tag("div", { class: "switch", role: "group", "aria-label": "Cell" }, parent);
    this.buttons = [];
  }

  show() {
    const { lanes } = this.app.scene;
    this.root.hidden = lanes.length < 2;
    if (this.buttons.map(({ cell }) => cell).join() !== lanes.map(({ cell }) => cell).join()) this.build(lanes);
    for (const { cell, button } of this.buttons) button.setAttribute("aria-pressed", cell === this.app.laneName);
  }

  build(lanes) {
    this.root.replaceChildren();
    this.buttons = lanes.map(({ cell, label }) => {
      const button = tag("button", { type: "button", text: label }, this.root);
      button.addEventListener("click", () => this.app.chooseLane(cell));
      return { cell, button };
    });
  }
}
