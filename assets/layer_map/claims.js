// Which results are the same numbers, and by how much they differ: the torch module ran for it just now.

import { number, tag } from "../shared/dom.js";

// Words of the core name code in `backticks`.
/** @param {string} words */
export const plain = (words) => words.replaceAll("`", "");

/** @param {HTMLElement} parent @param {string} words */
function withCode(parent, words) {
  words.split("`").forEach((piece, place) => (place % 2 ? tag("code", { text: piece }, parent) : parent.append(piece)));
}

/** @param {HTMLElement} section @param {Claim[]} claims */
export function drawClaims(section, claims) {
  section.replaceChildren();
  tag("h3", { text: "What equals what" }, section);
  for (const { left, right, same, meaning, difference } of claims) {
    const line = tag("div", { class: `claim ${same ? "same" : "other"}` }, section);
    const code = tag("p", { class: "code" }, line);
    tag("code", { text: left }, code);
    tag("b", { text: same ? "=" : "≠", role: "img", "aria-label": same ? "equals" : "is not" }, code);
    tag("code", { text: right }, code);
    withCode(tag("p", {}, line), meaning);
    const measured = tag("p", { class: "measured" }, line);
    measured.append("largest difference now: ");
    tag("b", { text: number(difference) }, measured);
  }
  tag(
    "p",
    { class: "method", text: "The torch module has just read random numbers, and these are the results that it gave." },
    section,
  );
}
