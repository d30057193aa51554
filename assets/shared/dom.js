// Elements and numbers, as every picture of this app writes them.

const SVG = "http://www.w3.org/2000/svg";

/** @template {Element} E @param {E} element @param {Attributes} attributes */
export function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** @template {Element} E @param {Node | null} parent @param {E} element @param {Attributes} attributes */
function addFilled(parent, element, { text: words, ...attributes }) {
  if (words !== undefined) element.textContent = String(words);
  setAll(element, attributes);
  parent?.appendChild(element);
  return element;
}

// A new element, as the last one in `parent`; with null it stands nowhere yet.
/** @template {keyof HTMLElementTagNameMap} K @param {Node | null} parent @param {K} name */
export const tag = (parent, name, attributes = /** @type {Attributes} */ ({})) =>
  addFilled(parent, document.createElement(name), attributes);

/** @template {keyof SVGElementTagNameMap} K @param {Node | null} parent @param {K} name */
export const svg = (parent, name, attributes = /** @type {Attributes} */ ({})) =>
  addFilled(parent, document.createElementNS(SVG, name), attributes);

/** The element that an event began at. @param {Event} event */
export const targetOf = (event) => /** @type {HTMLElement} */ (event.target);

/** The element of the page that a component stands in. @param {Node} parent */
export const hostOf = (parent) => /** @type {HTMLElement} */ (parent instanceof ShadowRoot ? parent.host : parent);

export const prefersStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @template T @param {ArrayLike<T>} list */
export const lastOf = (list) => list[list.length - 1];

/** @param {number} value @param {number} least @param {number} most */
export const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

// Write text only where it changed: most of a picture stays from step to step.
export function write(/** @type {Node} */ element, /** @type {string} */ words) {
  const { firstChild, childNodes } = element;
  if (firstChild instanceof Text && childNodes.length === 1) {
    if (firstChild.data !== words) firstChild.data = words;
  } else if (element.textContent !== words) element.textContent = words;
}

// Two decimals, a true minus sign; what would read 0.00 and is not, in powers of ten.
export function number(/** @type {number | null | undefined} */ value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size === 0) return "0";
  const words = size >= 1e5 || size < 0.005 ? size.toExponential(1) : size >= 100 ? size.toFixed(0) : size.toFixed(2);
  return (value < 0 ? "−" : "") + powers(words);
}

/** @type {Record<string, string>} */
const RAISED = { "-": "⁻", "+": "", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const powers = (/** @type {string} */ words) =>
  words.replace(/e([+-]\d+)/, (_, power) => `·10${[...power].map((digit) => RAISED[digit]).join("")}`);

export const percent = (/** @type {number} */ share) => {
  if (!Number.isFinite(share)) return "–";
  const hundred = 100 * share;
  if (hundred === 0 || hundred === 100) return `${hundred}%`;
  if (hundred > 0 && hundred < 0.1) return "<0.1%";
  if (hundred > 99.9 && hundred < 100) return ">99.9%";
  return `${hundred < 10 || hundred > 99 ? hundred.toFixed(1) : hundred.toFixed(0)}%`;
};

/** A sum as one writes it: 0.61 − 1.20 + 1.00. @param {...number} parts */
export const sum = (...parts) =>
  parts.map((part, place) => (place === 0 ? number(part) : `${part < 0 ? "−" : "+"} ${number(Math.abs(part))}`)).join(" ");

/** A factor inside a product: negative ones stand in brackets. @param {number} value */
export const factor = (value) => (value < 0 ? `(${number(value)})` : number(value));

// Symbols are written `cₜ` in the glossary; on screen the index is set small and low by hand, since fonts draw it badly.
export function symbolParts(/** @type {string} */ symbol, before = false) {
  const hasIndex = symbol.endsWith("ₜ");
  return [hasIndex ? symbol.slice(0, -1) : symbol, before ? "t−1" : hasIndex ? "t" : ""];
}

export function htmlSymbol(/** @type {HTMLElement} */ parent, /** @type {string} */ symbol, before = false) {
  const [letter, index] = symbolParts(symbol, before);
  parent.replaceChildren(letter);
  if (index) tag(parent, "sub", { text: index });
  return parent;
}

/** @param {Element} parent @param {string} symbol @param {Attributes} attributes */
export function svgSymbol(parent, symbol, attributes, before = false, lead = "") {
  const [letter, index] = symbolParts(symbol, before);
  const text = svg(parent, "text", attributes);
  svg(text, "tspan", { text: lead + letter });
  if (index) svg(text, "tspan", { text: index, dy: "0.28em", class: "index" });
  return text;
}

/** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2DSettings} [settings] */
export const brushOf = (canvas, settings) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings)); // null only where it is drawn on in 3D

// A brush on a canvas of this many CSS pixels, sharp on every screen.
/** @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
export function brushOn(canvas, width, height) {
  const ratio = (window.devicePixelRatio || 1) * (canvas.currentCSSZoom ?? 1);
  setAll(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const brush = brushOf(canvas);
  brush.setTransform(ratio, 0, 0, ratio, 0, 0);
  return brush;
}

// What has the focus when nothing that takes arrows has it: the link that led here keeps it, or the card of a tour, whose
// buttons need no arrows.
export const isIdle = (/** @type {EventTarget | null} */ element) =>
  element instanceof Element && (["BODY", "A"].includes(element.tagName) || element.hasAttribute("data-lets-keys-through"));

// Where a pointer is inside an element, in the element's own pixels: on a projector pictures are enlarged.
/** @param {Element} element @param {ClientPoint} event @returns {Point} */
export function pointIn(element, event) {
  const { left, top } = element.getBoundingClientRect();
  const zoom = element.currentCSSZoom ?? 1;
  return { x: (event.clientX - left) / zoom, y: (event.clientY - top) / zoom };
}

// A place on an element as a pointer there would report it; `across` and `down` are shares of its size.
/** @param {Element} element @returns {ClientPoint} */
export function placeOn(element, across = 0, down = 0) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { clientX: left + across * width, clientY: top + down * height };
}
