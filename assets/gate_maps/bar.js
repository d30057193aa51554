// Above the maps: which lane, in which order the rows stand, and where the visitor is.

import { setAll, tag, write } from "../shared/dom.js";

/** @import { GateMaps } from "./gate_maps.js" */

const ORDER_WORDS = {
  number: "Each row is a unit, in the order of their numbers.",
  similarity:
    "Units whose memory rises and falls together over this sequence (correlation) stand side by side; opposites stand far apart.",
};

export class Bar {
  /** @param {HTMLElement} parent @param {GateMaps} app */
  constructor(parent, app) {
    this.app = app;
    this.root = tag("div", { class: "bar-row" }, parent);
    this.lanes = tag("div", { class: "switch", role: "group", "aria-label": "Lane" }, this.root);
    const orders = tag("div", { class: "switch", role: "group", "aria-label": "Order of the units" }, this.root);
    tag("span", { text: "units" }, orders);
    this.orders = ["by number", "by similarity"].map((text, place) =>
      this.choice(orders, text, () => app.sort(Boolean(place))),
    );
    const where = tag("div", { class: "stepper" }, this.root);
    this.stepButton(where, "Step back (←)", "‹", -1);
    this.where = tag("strong", { class: "where" }, where);
    this.stepButton(where, "Step on (→)", "›", 1);
    this.sentence = tag("p", { class: "order-words" }, this.root);
    this.changes = tag("p", { class: "with-changes" }, parent);
  }

  /** @param {HTMLElement} parent @param {string} text @param {() => void} action */
  choice(parent, text, action) {
    const button = tag("button", { type: "button", text }, parent);
    button.addEventListener("click", action);
    return button;
  }

  /** @param {HTMLElement} parent @param {string} name @param {string} text @param {number} way */
  stepButton(parent, name, text, way) {
    const button = tag("button", { type: "button", text, title: name, "aria-label": name }, parent);
    button.addEventListener("click", () => this.app.go(this.app.step + way));
  }

  show() {
    const { scene, laneName, bySimilarity } = this.app;
    this.lanes.hidden = scene.lanes.length < 2;
    const focused = this.lanes.matches(":focus-within");
    this.lanes.replaceChildren();
    for (const lane of scene.lanes) {
      const button = this.choice(this.lanes, lane.label, () => this.app.chooseLane(lane.cell));
      setAll(button, { "aria-pressed": lane.cell === laneName });
      if (focused && lane.cell === laneName) button.focus();
    }
    this.orders.forEach((button, place) => setAll(button, { "aria-pressed": bySimilarity === Boolean(place) }));
    write(this.sentence, ORDER_WORDS[bySimilarity ? "similarity" : "number"]);
    this.changes.hidden = !scene.changes.length;
    write(
      this.changes,
      `Shown with what was changed on Step the cell: ${scene.changes.map((change) => change.words).join("; ")}.`,
    );
  }

  draw() {
    const { step, scene, token } = this.app;
    const words = [...token].length > 14 ? `${[...token].slice(0, 13).join("")}…` : token;
    write(this.where, `Step ${step + 1} of ${scene.steps}: ${words}`);
  }
}
