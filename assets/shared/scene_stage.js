// A picture of cells over the steps of a sequence: the numbers that Python sent, and at which step, unit and lane the visitor is.

import { clamp, tag } from "./dom.js";
import { Scene } from "./scene.js";
import { Stage } from "./stage.js";
import { Tip } from "./tip.js";

/** @template {Lane & { hidden_size: number }} L @template {Scene<L>} S @extends {Stage<S>} */
export class SceneStage extends Stage {
  step = 0;
  unit = 0;
  laneName = "";

  /** @param {Node} parent @param {string} kind @param {string[]} place */
  constructor(parent, kind, place) {
    super(parent, kind, { place });
    this.spoken = tag(this.root, "p", { class: "spoken", "aria-live": "polite" });
    this.tip = new Tip(this.root);
  }

  show(/** @type {Uint8Array} */ bytes) {
    const scene = /** @type {S} */ (new Scene(bytes));
    if (!this.take(scene)) this.settle();
    this.bound();
    this.recolour();
    this.build();
    this.layout();
    this.place.write(this.whereabouts());
    this.root.dataset.drawn = scene.version;
  }

  // A new sequence: the address or the tab may know where in it the visitor was, on this page or on another one.
  settle() {}

  bound() {
    this.step = clamp(this.step, 0, this.scene.steps - 1);
    this.laneName = this.lane.cell;
    this.unit = clamp(this.unit, 0, this.lane.hidden_size - 1);
  }

  // What other numbers need and another width does not.
  build() {}

  get lane() {
    return this.scene.lane(this.laneName);
  }

  /** @param {string} name @returns {Term} */
  term(name) {
    return this.scene.terms[name];
  }

  whereabouts(more = {}) {
    return { step: this.step + 1, ...more, ...(this.scene.lanes.length > 1 && { lane: this.laneName }) };
  }

  go(/** @type {number} */ step) {
    this.step = clamp(step, 0, this.scene.steps - 1);
    this.moved();
  }

  // Somebody typed another place into the address.
  follow() {
    this.settle();
    this.bound();
    this.layout();
    this.place.write(this.whereabouts());
  }

  /** @returns {Record<string, () => void>} */
  stepKeys() {
    return {
      ArrowRight: () => this.go(this.step + 1),
      ArrowLeft: () => this.go(this.step - 1),
      Home: () => this.go(0),
      End: () => this.go(this.scene.steps - 1),
    };
  }
}
