// Elements and numbers, as every picture of this app writes them.

const SVG = "http://www.w3.org/2000/svg";

export function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

export function tag(name, { text: words, ...attributes } = {}, parent = null) {
  const element = document.createElement(name);
  if (words !== undefined) element.textContent = words;
  setAll(element, attributes);
  if (parent) parent.appendChild(element);
  return element;
}

export function svg(name, { text: words, ...attributes } = {}, parent = null) {
  const element = document.createElementNS(SVG, name);
  if (words !== undefined) element.textContent = words;
  setAll(element, attributes);
  if (parent) parent.appendChild(element);
  return element;
}

export const prefersStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

// Write text only where it changed: most of a picture stays from step to step.
export function write(element, words) {
  if (element.firstChild?.nodeType === 3 && element.childNodes.length === 1) {
    if (element.firstChild.data !== words) element.firstChild.data = words;
  } else if (element.textContent !== words) element.textContent = words;
}

// Two decimals, a true minus sign; what would read 0.00 and is not, in powers of ten.
export function number(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size === 0) return "0";
  const words = size >= 1e5 || size < 0.005 ? size.toExponential(1) : size >= 100 ? size.toFixed(0) : size.toFixed(2);
  return (value < 0 ? "−" : "") + powers(words);
}

const RAISED = { "-": "⁻", "+": "", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const powers = (words) =>
  words.replace(/e([+-]\d+)/, (_, power) => `·10${[...power].map((digit) => RAISED[digit]).join("")}`);

export const percent = (share) => {
  if (!Number.isFinite(share)) return "–";
  const hundred = 100 * share;
  if (hundred === 0 || hundred === 100) return `${hundred}%`;
  if (hundred > 0 && hundred < 0.1) return "<0.1%";
  if (hundred > 99.9 && hundred < 100) return ">99.9%";
  return `${hundred < 10 || hundred > 99 ? hundred.toFixed(1) : hundred.toFixed(0)}%`;
};

// A sum as one writes it: 0.61 − 1.20 + 1.00.
export const sum = (...parts) =>
  parts
    .map((part, place) => (place === 0 ? number(part) : `${part < 0 ? "−" : "+"} ${number(Math.abs(part))}`))
    .join(" ");

// A factor inside a product: negative ones stand in brackets.
export const factor = (value) => (value < 0 ? `(${number(value)})` : number(value));

// Symbols are written `cₜ` in the glossary; on screen the index is set small and low by hand, since fonts draw it badly.
export function symbolParts(symbol, before = false) {
  const [, letter, index] = symbol.match(/^(.+?)(ₜ?)$/u);
  return [letter, index ? (before ? "t−1" : "t") : before ? "t−1" : ""];
}

export function htmlSymbol(parent, symbol, before = false) {
  const [letter, index] = symbolParts(symbol, before);
  parent.replaceChildren(letter);
  if (index) tag("sub", { text: index }, parent);
  return parent;
}

export function svgSymbol(attributes, symbol, parent, before = false, lead = "") {
  const [letter, index] = symbolParts(symbol, before);
  const text = svg("text", attributes, parent);
  svg("tspan", { text: lead + letter }, text);
  if (index) svg("tspan", { text: index, dy: "0.28em", class: "index" }, text);
  return text;
}

// A brush on a canvas of this many CSS pixels, sharp on every screen.
export function brushOn(canvas, width, height) {
  const ratio = (window.devicePixelRatio || 1) * (canvas.currentCSSZoom ?? 1);
  setAll(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const brush = canvas.getContext("2d");
  brush.setTransform(ratio, 0, 0, ratio, 0, 0);
  return brush;
}

// What has the focus when nothing that takes arrows has it: the link that led here keeps it, or the card of a tour, whose
// buttons need no arrows.
export const isIdle = (element) =>
  ["BODY", "A"].includes(element.tagName) || element.hasAttribute("data-lets-keys-through");

// Where a pointer is inside an element, in the element's own pixels: on a projector pictures are enlarged.
export function pointIn(element, event) {
  const { left, top } = element.getBoundingClientRect();
  const zoom = element.currentCSSZoom ?? 1;
  return { x: (event.clientX - left) / zoom, y: (event.clientY - top) / zoom };
}

// A place on an element as a pointer there would report it; `across` and `down` are shares of its size.
export function placeOn(element, across = 0, down = 0) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { clientX: left + across * width, clientY: top + down * height };
}
