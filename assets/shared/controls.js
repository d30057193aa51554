// Buttons, one and several, and arrow keys.

import { setAll, tag, write } from "./dom.js";

// Where arrow keys lead.
/** @type {Record<string, Way>} */
export const WAYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @param {Node} parent @param {Attributes} attributes @param {() => void} action */
export function addButton(parent, attributes, action) {
  const button = tag(parent, "button", { type: "button", ...attributes });
  button.addEventListener("click", action);
  return button;
}

/**
 * ‹ and ›, and between them where one is.
 * @param {HTMLElement} parent @param {[back: string, on: string]} names @param {(way: number) => void} move
 * @param {...HTMLElement} where
 */
export function addStepper(parent, [back, on], move, ...where) {
  const root = tag(parent, "div", { class: "stepper" });
  addButton(root, { text: "‹", title: back, "aria-label": back }, () => move(-1));
  root.append(...where);
  addButton(root, { text: "›", title: on, "aria-label": on }, () => move(1));
}

// One of several, the chosen one pressed.
export class Switch {
  /** @type {Map<string, HTMLButtonElement>} */ buttons = new Map();

  /** @param {HTMLElement} parent @param {string} name @param {(value: string) => void} choose */
  constructor(parent, name, choose) {
    this.choose = choose;
    this.root = tag(parent, "div", { class: "switch", role: "group", "aria-label": name });
  }

  // Buttons stay where the same can be chosen, and so does the focus.
  /** @param {Record<string, string>} options what can be chosen, by its value @param {string} chosen */
  show(options, chosen) {
    if (Object.keys(options).join() !== [...this.buttons.keys()].join()) {
      for (const button of this.buttons.values()) button.remove();
      this.buttons = new Map(
        Object.keys(options).map((value) => [value, addButton(this.root, {}, () => this.choose(value))]),
      );
    }
    for (const [value, text] of Object.entries(options)) {
      const button = /** @type {HTMLButtonElement} */ (this.buttons.get(value));
      write(button, text);
      setAll(button, { "aria-pressed": value === chosen });
    }
  }

  /** Out of sight where there is nothing to choose. @param {Lane[]} lanes @param {string} chosen */
  showLanes(lanes, chosen) {
    this.root.hidden = lanes.length < 2;
    this.show(Object.fromEntries(lanes.map(({ cell, label }) => [cell, label])), chosen);
  }
}
