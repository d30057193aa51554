// The proof: test sequences shaded by the selected unit, and below each token what it is said to track.

import { number, tag } from "../shared/dom.js";
import { plain } from "./maps.js";
import { bestOf } from "./units.js";

/** @import { Shaded } from "./shaded.js" */

const SHOWN_EXAMPLES = 4;

export class Examples {
  constructor(/** @type {HTMLElement} */ parent, /** @type {GateMaps} */ app) {
    this.app = app;
    this.root = tag(parent, "div", { class: "examples" });
  }

  show(/** @type {Shaded} */ shaded) {
    const { scene, lane, unit, shades } = this.app;
    const best = bestOf(scene, lane, unit);
    const name = best ? lane.told_by[scene.value(lane.cell, "chosen", best.place, unit)] : lane.memory;
    const { label } = this.app.term(name);
    const { data, columns } = scene.table(lane.cell, `examples_${name}`);
    const value = (/** @type {number} */ row) => data[row * columns + unit];
    const chosen = this.choose(best);
    const rows = chosen.flatMap(({ tokens, first }) => tokens.map((_, place) => first + place));
    const most = Math.max(1e-6, ...rows.map((row) => Math.abs(value(row)) || 0));
    this.root.replaceChildren();
    const text = `Test sequences shaded by its ${label.toLowerCase()}${best ? `, and below it ${best.concept.name}` : ""}`;
    tag(this.root, "h4", { text });
    for (const { tokens, first } of chosen) {
      const line = tag(this.root, "p", { class: "example" });
      tokens.forEach((token, place) => {
        const pair = tag(line, "span", { class: "pair" });
        const shown = tag(pair, "span", { dir: "auto", text: token, title: `${label} ${number(value(first + place))}` });
        shaded.put(shown, shades.signed(most)(value(first + place)));
        if (best) tag(pair, "small", { text: this.known(best, first + place) });
      });
    }
    const legend = `Full colour at ±${plain(most)}${best?.concept.kind === "auc" ? "; ● where it is so, ○ where it is not" : ""}.`;
    tag(this.root, "p", { class: "quiet-words", text: legend });
  }

  // Sequences of all lengths, as long as the concept changes within them. Where it does not, as with the number of the
  // subject, two in which it is so and two in which it is not: only together they show anything.
  choose(/** @type {Best | null} */ best) {
    const { examples } = this.app.lane;
    const shares = new Map(examples.map((example) => [example, best ? this.share(best.place, example) : 0]));
    const [so, not] = [examples.filter((one) => shares.get(one) === 1), examples.filter((one) => shares.get(one) === 0)];
    if (best?.concept.kind !== "auc" || so.length + not.length < examples.length / 2) return spread(examples, 0.4);
    return [...so.slice(-2), ...not.slice(-2)];
  }

  /** At how many of the steps where it is known a concept is so. @param {number} place @param {Example} example */
  share(place, { tokens, first }) {
    const known = tokens.map((_, step) => this.concept(place, first + step)).filter((value) => !Number.isNaN(value));
    return known.reduce((sum, value) => sum + value, 0) / Math.max(known.length, 1);
  }

  concept(/** @type {number} */ place, /** @type {number} */ row) {
    return this.app.scene.value(this.app.lane.cell, "example_concepts", row, place);
  }

  /** What is known at a step: a number, or whether. @param {Best} best @param {number} row */
  known({ place, concept }, row) {
    const value = this.concept(place, row);
    if (Number.isNaN(value)) return "·";
    if (concept.kind === "auc") return value ? "●" : "○";
    return Number.isInteger(value) ? `${value}` : number(value);
  }
}

function spread(/** @type {Example[]} */ list, /** @type {number} */ from) {
  const last = list.length - 1;
  const places = Array.from({ length: SHOWN_EXAMPLES }, (_, place) =>
    Math.round(last * (from + ((1 - from) * place) / (SHOWN_EXAMPLES - 1))),
  );
  return [...new Set(places)].map((place) => list[place]);
}
