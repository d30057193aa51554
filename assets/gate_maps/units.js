// Which unit tracks what: the strongest first; a click selects the unit.

import { addButton } from "../shared/controls.js";
import { setAll, tag } from "../shared/dom.js";

// A score as papers write it. An AUC below one half is turned round, and an arrow says that the unit stands lower.
export function scoreWords(/** @type {string} */ kind, /** @type {number} */ score) {
  if (kind !== "auc") return `r = ${share(score)}`;
  return score < 0.5 ? `AUC ${share(1 - score)} ↓` : `AUC ${share(score)}`;
}

function share(/** @type {number} */ score) {
  if (Number.isNaN(score)) return "–";
  const size = Math.abs(score); // what is not quite perfect is not rounded up to it
  const digits = size > 0.995 && size < 1 ? (Math.floor(size * 1000) / 1000).toFixed(3) : size.toFixed(2);
  return (score < 0 ? "−" : "") + digits;
}

// What a unit tracks best; null where it tracks nothing.
/** @param {OverviewScene} scene @param {OverviewLane} lane @param {number} unit @returns {Best | null} */
export function bestOf(scene, lane, unit) {
  const place = lane.findings[unit][0];
  if (place === undefined) return null;
  const strength = scene.value(lane.cell, "strength", place, unit);
  return { place, concept: lane.concepts[place], strength, score: scene.value(lane.cell, "score", place, unit) };
}

export class UnitList {
  /** @type {Map<number, HTMLElement>} */ buttons = new Map();
  chosen = -1;

  constructor(/** @type {HTMLElement} */ parent, /** @type {GateMaps} */ app) {
    this.app = app;
    this.root = tag(parent, "section", { class: "units", "aria-label": "What each unit tracks" });
    tag(this.root, "h4", { text: "What each unit tracks" });
    this.about = tag(this.root, "p", { class: "quiet-words" });
    this.list = tag(this.root, "ol");
  }

  show() {
    const { scene, lane } = this.app;
    this.about.textContent = `Tested on ${lane.tested_steps.toLocaleString("en")} steps of ${lane.tested_on}.`;
    const units = lane.findings.map((_, unit) => ({ unit, best: bestOf(scene, lane, unit) }));
    units.sort((one, other) => (other.best?.strength ?? -1) - (one.best?.strength ?? -1) || one.unit - other.unit);
    this.list.replaceChildren();
    this.buttons = new Map(units.map(({ unit, best }) => [unit, this.button(unit, best)]));
    this.chosen = -1;
  }

  button(/** @type {number} */ unit, /** @type {Best | null} */ best) {
    const choose = () => this.app.go(this.app.step, unit);
    const button = addButton(tag(this.list, "li"), { class: best ? "" : "nothing" }, choose);
    tag(button, "b", { text: `${unit + 1}` });
    const [what, score] = best
      ? [best.concept.name, scoreWords(best.concept.kind, best.score)]
      : ["nothing that we know of", ""];
    tag(button, "span", { class: "what", dir: "auto", text: what });
    tag(button, "span", { class: "score", text: score });
    if (best) tag(button, "i", { style: `--strength:${(100 * best.strength).toFixed(1)}%` });
    setAll(button, { "aria-label": `Unit ${unit + 1}: ${what}, ${score}` });
    if (best) button.title = best.concept.meaning;
    return button;
  }

  draw() {
    if (this.chosen === this.app.unit) return;
    this.buttons.get(this.chosen)?.setAttribute("aria-pressed", "false");
    this.chosen = this.app.unit;
    const button = this.buttons.get(this.chosen);
    if (!button?.parentElement) return;
    button.setAttribute("aria-pressed", "true");
    const { offsetTop, offsetHeight } = button.parentElement; // only the list scrolls, never the page
    const { scrollTop, clientHeight } = this.list;
    if (offsetTop < scrollTop || offsetTop + offsetHeight > scrollTop + clientHeight)
      this.list.scrollTop = offsetTop - clientHeight / 3;
  }
}
