// The scale of a map: from its faintest to its fullest shade, and the two marks where they occur.

import { tag } from "../shared/dom.js";
import { tenTo } from "./logs.js";

/** @import { Marks } from "./map.js" */

/** @param {HTMLElement} parent @param {{ least: number, most: number, lane: Cell, marks: Marks }} scale */
export function showLegend(parent, { least, most, lane, marks }) {
  parent.replaceChildren();
  const scale = tag(parent, "span", { class: "legend-scale" });
  scale.hidden = !marks.some;
  tag(scale, "small", { text: `≤ ${tenTo(least)}` });
  tag(scale, "i", { class: "ramp", style: `--full: var(--${lane})` });
  tag(scale, "small", { text: tenTo(most) });
  if (marks.zero) mark(parent, "zero-mark", "exactly 0");
  if (marks.overflow) mark(parent, "overflow-mark", "overflow");
}

/** @param {HTMLElement} parent @param {string} kind @param {string} words */
function mark(parent, kind, words) {
  const line = tag(parent, "span", { class: "legend-mark" });
  tag(line, "i", { class: kind });
  tag(line, "small", { text: words });
}
