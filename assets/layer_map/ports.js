// What goes into a layer and what comes out: a name, and a box for each axis with its letter and its length.

import { tag } from "../shared/dom.js";
import { plain } from "./claims.js";

/** @type {Record<string, string>} */
const AXES = { B: "batch", T: "step", i: "input", u: "units", "2u": "units", D·L: "layers" };

// `shapes` remembers what each port showed, so that what has changed can be pointed out.
/**
 * @param {HTMLElement} cell @param {Port[]} ports @param {boolean} goesIn @param {Map<string, string[]>} shapes
 * @param {string} framework @returns {[root: HTMLElement, port: Port][]}
 */
export function drawPorts(cell, ports, goesIn, shapes, framework) {
  if (!ports.length) {
    tag(cell, "div", { class: "through", "aria-hidden": "true" });
    return [];
  }
  cell.classList.add(goesIn ? "enters" : "leaves");
  const group = { class: "port-list", role: "group", "aria-label": `${framework}: what goes ${goesIn ? "in" : "out"}` };
  const list = tag(cell, "div", group);
  return ports.map((port) => [drawPort(list, port, shapes), port]);
}

/** @param {HTMLElement} list @param {Port} port @param {Map<string, string[]>} shapes */
function drawPort(list, port, shapes) {
  const key = `${port.framework} ${port.module} ${port.name}`;
  const shape = port.symbols.map((symbol, place) => `${symbol}=${port.shape[place]}`);
  const before = shapes.get(key);
  shapes.set(key, shape);
  const label = `${port.name}: ${shape.join(", ")}. ${plain(port.meaning)}`;
  const root = tag(list, "div", { class: "port", role: "img", tabindex: "0", "aria-label": label });
  tag(root, "span", { class: "name", text: port.name });
  const axes = tag(root, "span", { class: "axes" });
  port.symbols.forEach((symbol, place) => {
    const isNew = before !== undefined && before[place] !== shape[place];
    const axis = tag(axes, "span", { class: `axis ${AXES[symbol] ?? "other"}${isNew ? " fresh" : ""}` });
    tag(axis, "i", { text: symbol });
    tag(axis, "b", { text: String(port.shape[place]) });
  });
  return root;
}

/** @param {Port} port @returns {{ title: string, rows: TipRow[], meaning: string }} */
export const portTip = (port) => ({
  title: `${port.module}: ${port.name}`,
  rows: [[`(${port.symbols.join(", ")})`, `(${port.shape.join(", ")})`]],
  meaning: plain(port.meaning),
});
