// Above the maps: which lane, in which order the rows stand, and where the visitor is.

import { shorten } from "../shared/axis.js";
import { Switch, addStepper } from "../shared/controls.js";
import { tag, write } from "../shared/dom.js";

const ORDERS = { number: "by number", similarity: "by similarity" };
const ORDER_WORDS = {
  number: "Each row is a unit, in the order of their numbers.",
  similarity:
    "Units whose memory rises and falls together over this sequence (correlation) stand side by side; opposites stand far apart.",
};

export class Bar {
  constructor(/** @type {HTMLElement} */ parent, /** @type {GateMaps} */ app) {
    this.app = app;
    this.root = tag(parent, "div", { class: "bar-row" });
    this.lanes = new Switch(this.root, "Lane", (cell) => app.chooseLane(cell));
    this.orders = new Switch(this.root, "Order of the units", (order) => app.sort(order === "similarity"));
    tag(this.orders.root, "span", { text: "units" });
    this.where = tag(null, "strong", { class: "where" });
    addStepper(this.root, ["Step back (←)", "Step on (→)"], (way) => app.go(app.step + way), this.where);
    this.sentence = tag(this.root, "p", { class: "order-words" });
    this.changes = tag(parent, "p", { class: "with-changes" });
  }

  show() {
    const { scene, laneName, bySimilarity } = this.app;
    const order = bySimilarity ? "similarity" : "number";
    this.lanes.showLanes(scene.lanes, laneName);
    this.orders.show(ORDERS, order);
    write(this.sentence, ORDER_WORDS[order]);
    this.changes.hidden = !scene.changes.length;
    const changes = scene.changes.map((change) => change.words).join("; ");
    write(this.changes, `Shown with what was changed on Step the cell: ${changes}.`);
  }

  draw() {
    const { step, scene, token } = this.app;
    write(this.where, `Step ${step + 1} of ${scene.steps}: ${shorten(token, 14)}`);
  }
}
