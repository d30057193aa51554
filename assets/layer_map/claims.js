// Which results are the same numbers, and by how much they differ: the torch module ran for it just now.

import { number, tag } from "../shared/dom.js";

/** Words of the core name code in `backticks`. @param {string} words */
export const plain = (words) => words.replaceAll("`", "");

function withCode(/** @type {HTMLElement} */ parent, /** @type {string} */ words) {
  words.split("`").forEach((piece, place) => (place % 2 ? tag(parent, "code", { text: piece }) : parent.append(piece)));
}

export function drawClaims(/** @type {HTMLElement} */ section, /** @type {Claim[]} */ claims) {
  section.replaceChildren();
  tag(section, "h3", { text: "What equals what" });
  for (const { left, right, same, meaning, difference } of claims) {
    const line = tag(section, "div", { class: `claim ${same ? "same" : "other"}` });
    const code = tag(line, "p", { class: "code" });
    tag(code, "code", { text: left });
    tag(code, "b", { text: same ? "=" : "≠", role: "img", "aria-label": same ? "equals" : "is not" });
    tag(code, "code", { text: right });
    withCode(tag(line, "p"), meaning);
    const measured = tag(line, "p", { class: "measured" });
    measured.append("largest difference now: ");
    tag(measured, "b", { text: number(difference) });
  }
  const text = "The torch module has just read random numbers, and these are the results that it gave.";
  tag(section, "p", { class: "method", text });
}
