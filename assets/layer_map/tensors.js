// A tensor as a rectangle whose sides are as long as its axes, cut into the gates that are stacked in it.

import { setAll, tag } from "../shared/dom.js";
import { plain } from "./claims.js";

/** @typedef {{ fact: TensorFact, name: Framework, twins: TensorFact[] }} Fact */

const MOST_SIDES = [280, 220, 160]; // pixels of the longest side, of one recurrent part, two, or more
const MOST_CELL = 22; // pixels per number
const LEAST_SIDE = 11;
const LEAST_BLOCK = 5;
const GRID_FROM = 7; // from here on single numbers can be told apart
const LETTER_FROM = 14;
const ROOM = 128; // for the gaps and captions of a row of tensors

/** Pixels per number, the same for all tensors of the picture. @param {LayerMapData["rows"]} rows @param {number} width */
export function scaleOf(rows, width) {
  const parts = rows.filter((row) => row.kind === "part");
  const stacked = Math.max(...parts.flatMap(({ torch }) => torch.map(({ shape }) => shape[0])));
  const wide = Math.max(...parts.map(({ torch }) => torch.reduce((sum, { shape }) => sum + (shape[1] ?? 1), 0)));
  const turned = Math.max(...parts.flatMap(({ keras }) => keras.map(({ shape }) => shape[shape.length - 1])));
  const high = Math.max(...parts.flatMap(({ keras }) => keras.map(({ shape }) => (shape.length > 1 ? shape[0] : 1))));
  const room = Math.max(width - 30, 100);
  const recurrent = parts.filter(({ part }) => part === "recurrent").length;
  const most = MOST_SIDES[Math.min(recurrent, MOST_SIDES.length) - 1];
  return Math.min(MOST_CELL, most / stacked, (room - ROOM) / wide, room / turned, most / high);
}

/**
 * @param {HTMLElement} parent @param {TensorFact} fact @param {number} scale @param {string} label
 * @param {Framework} framework
 */
export function drawTensor(parent, fact, scale, label, framework) {
  const root = tag(parent, "div", { class: "tensor", role: "img", tabindex: "0", "aria-label": spoken(fact, label) });
  setAll(root, { "data-role": fact.role, "data-name": framework });
  const name = tag(root, "span", { class: "name" });
  fact.short.split(/(?=_)/).forEach((piece) => name.append(piece, document.createElement("wbr")));
  const shape = tag(root, "span", { class: "shape" });
  tag(shape, "i", { text: bracketed(fact.symbols) });
  tag(shape, "b", { text: bracketed(fact.shape) });
  drawRectangle(root, fact, scale, framework);
  return root;
}

// A vector stands upright in PyTorch, where gates are stacked downwards, and lies in Keras.
/** @param {HTMLElement} root @param {TensorFact} fact @param {number} scale @param {Framework} name */
function drawRectangle(root, fact, scale, name) {
  const [rows, columns] = fact.shape.length > 1 ? fact.shape : name === "torch" ? [fact.shape[0], 1] : [1, fact.shape[0]];
  const alongRows = fact.axis !== null && name === "torch";
  const least = fact.blocks.length * LEAST_BLOCK;
  const height = Math.max(rows * scale, alongRows ? least : 0, LEAST_SIDE);
  const width = Math.max(columns * scale, fact.axis !== null && !alongRows ? least : 0, LEAST_SIDE);
  const box = tag(root, "span", { class: `rectangle ${alongRows ? "down" : "along"}`, "aria-hidden": "true" });
  box.style.width = `${width}px`;
  box.style.height = `${height}px`;
  if (!fact.blocks.length) box.classList.add("plain");
  for (const { gate, symbol } of fact.blocks) {
    const block = tag(box, "span", { class: `block ${gate}`, "data-gate": gate });
    const [one, other] = alongRows ? [height / fact.blocks.length, width] : [width / fact.blocks.length, height];
    if (Math.min(one, other) >= LETTER_FROM) block.append(symbol);
  }
  if (scale < GRID_FROM) return;
  const grid = tag(box, "span", { class: "grid" });
  grid.style.backgroundSize = `${width / columns}px ${height / rows}px`;
}

/** @param {(string | number)[]} sizes */
export const bracketed = (sizes) => (sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(", ")})`);

/** Where a gate stands: rows in PyTorch, columns in Keras. @param {Block} block @param {Framework} name */
function standing({ start, stop }, name) {
  const [first, last] = [start, stop - 1];
  const word = name === "torch" ? "row" : "column";
  return first === last ? `${word} ${first}` : `${word}s ${first}–${last}`;
}

function spoken(/** @type {TensorFact} */ fact, /** @type {string} */ label) {
  const places = fact.blocks.map(
    (block) => `${block.label} ${standing(block, fact.axis === 0 && label === "PyTorch" ? "torch" : "keras")}`,
  );
  return [`${label} ${fact.name}, shape ${bracketed(fact.shape)}.`, plain(fact.meaning), places.join(", ")]
    .filter(Boolean)
    .join(" ");
}

/** @param {Fact} fact @param {string | undefined} gate @returns {{ title: string, rows: TipRow[], meaning: string }} */
export function tensorTip({ fact, name, twins }, gate) {
  /** @type {TipRow[]} */
  const rows = [
    [bracketed(fact.symbols), bracketed(fact.shape)],
    ["numbers", fact.count.toLocaleString("en-US")],
  ];
  for (const block of fact.blocks) {
    rows.push([`${block.gate === gate ? "▸ " : ""}${block.symbol}  ${block.label}`, standing(block, name)]);
  }
  const other = name === "torch" ? "Keras" : "PyTorch";
  const same = twins.length
    ? ` In ${other}: ${twins.map((twin) => `${twin.short} ${bracketed(twin.shape)}`).join(" + ")}.`
    : "";
  return { title: fact.name, rows, meaning: plain(fact.meaning + same) };
}
