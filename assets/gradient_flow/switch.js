// Which cell is looked into, where the cards are out of sight.

import { setAll, tag } from "../shared/dom.js";

/**
 * @typedef {{
 *   scene: { lanes: Lane[] },
 *   laneName: string | undefined,
 *   chooseLane: (cell: string) => void,
 * }} Switching
 */

export class LaneSwitch {
  /** @type {{ cell: string, button: HTMLElement }[]} */ buttons = [];

  /** @param {HTMLElement} parent @param {Switching} app */
  constructor(parent, app) {
    this.app = app;
    this.root = tag("div", { class: "switch", role: "group", "aria-label": "Cell" }, parent);
    this.buttons = [];
  }

  show() {
    const { lanes } = this.app.scene;
    this.root.hidden = lanes.length < 2;
    if (this.buttons.map(({ cell }) => cell).join() !== lanes.map(({ cell }) => cell).join()) this.build(lanes);
    for (const { cell, button } of this.buttons) setAll(button, { "aria-pressed": cell === this.app.laneName });
  }

  /** @param {Lane[]} lanes */
  build(lanes) {
    this.root.replaceChildren();
    this.buttons = lanes.map(({ cell, label }) => {
      const button = tag("button", { type: "button", text: label }, this.root);
      button.addEventListener("click", () => this.app.chooseLane(cell));
      return { cell, button };
    });
  }
}
