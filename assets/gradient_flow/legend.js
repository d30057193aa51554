// The scale of a map: from its faintest to its fullest shade, and the two marks where they occur.

import { tag } from "../shared/dom.js";
import { tenTo } from "./logs.js";

/** @import { Marks } from "./map.js" */

/** @param {HTMLElement} parent @param {{ least: number, most: number, lane: Cell, marks: Marks }} scale */
export function showLegend(parent, { least, most, lane, marks }) {
  parent.replaceChildren();
  const scale = tag("span", { class: "legend-scale" }, parent);
  scale.hidden = !marks.some;
  tag("small", { text: `≤ ${tenTo(least)}` }, scale);
  tag("i", { class: "ramp", style: `--full: var(--${lane})` }, scale);
  tag("small", { text: tenTo(most) }, scale);
  if (marks.zero) mark(parent, "zero-mark", "exactly 0");
  if (marks.overflow) mark(parent, "overflow-mark", "overflow");
}

/** @param {HTMLElement} parent @param {string} kind @param {string} words */
function mark(parent, kind, words) {
  const line = tag("span", { class: "legend-mark" }, parent);
  tag("i", { class: kind }, line);
  tag("small", { text: words }, line);
}
