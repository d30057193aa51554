// What every large picture is: made once for the place that it is mounted in, it hears keys and changes around it, and leaves
// nothing behind. A picture says how it shows new numbers, how it lays itself out, and what its keys do.

import { Shades, takePalette } from "./colours.js";
import { isIdle, tag } from "./dom.js";
import { Place } from "./place.js";

/**
 * The function that Streamlit calls with every rerun.
 * @template Data @param {new (parent: Node) => { show(data: Data): void, remove(): void }} Picture
 * @returns {(call: ComponentCall<Data>) => () => void}
 */
export function mounted(Picture) {
  const pictures = new WeakMap();
  return ({ data, parentElement, setTriggerValue, setStateValue }) => {
    if (!pictures.has(parentElement)) pictures.set(parentElement, new Picture(parentElement));
    const picture = pictures.get(parentElement);
    Object.assign(picture, { trigger: setTriggerValue, setState: setStateValue });
    picture.show(data);
    return () => {
      picture.remove();
      pictures.delete(parentElement);
    };
  };
}

/** @template {Colourful & { about?: string }} S what is drawn */
export class Stage {
  /** @type {S} */ scene;
  /** @type {Palette} */ palette;
  /** @type {Shades} */ shades;
  /** @type {Send} */ trigger;
  /** @type {Send} */ setState;
  /** @type {ResizeObserver} */ resizing;
  width = 0;

  // `kind` is the picture's class in its style sheet; `place` are the names of what its place is made of, if it has one.
  /**
   * @param {Node} parent @param {string} kind
   * @param {{ place?: string[], isAlone?: boolean, as?: "div" | "figure" }} [options]
   */
  constructor(parent, kind, { place = [], isAlone = true, as = "div" } = {}) {
    this.place = new Place(place, isAlone);
    this.listening = new AbortController();
    /** @type {HTMLElement} */
    this.root = tag(parent, as, { class: `stage ${kind}` });
  }

  listen() {
    const { signal } = this.listening;
    const press = (/** @type {KeyboardEvent} */ event, /** @type {boolean} */ inside) => {
      if (this.scene && !event.altKey && !event.ctrlKey && !event.metaKey) this.press(event, inside);
    };
    this.root.addEventListener("keydown", (event) => press(event, true), { signal });
    document.addEventListener("keydown", (event) => isIdle(event.target) && press(event, false), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint(), { signal });
    window.addEventListener("hashchange", () => this.follow(), { signal });
    this.resizing = new ResizeObserver(() => this.scene && this.isResized() && this.layout());
    this.resizing.observe(this.root);
  }

  /** Take what is drawn from now on; says whether it is about the same as what was. @param {S} scene */
  take(scene) {
    const isSame = this.scene !== undefined && this.scene.about === scene.about;
    this.scene = scene;
    return isSame;
  }

  recolour() {
    this.palette = takePalette(this.root, this.scene.palettes);
    this.shades = new Shades(this.palette);
  }

  repaint() {
    if (!this.scene) return;
    this.recolour();
    this.layout();
  }

  // False while the picture is out of sight and has no width.
  measure() {
    this.width = this.root.clientWidth;
    return this.width > 0;
  }

  isResized() {
    return this.root.clientWidth !== this.width;
  }

  layout() {}

  draw() {}

  // What the address says of where the visitor is.
  /** @returns {Record<string, string | number>} */
  whereabouts() {
    return {};
  }

  moved() {
    this.draw();
    this.place.write(this.whereabouts());
  }

  follow() {}

  /** @param {KeyboardEvent} event @param {boolean} inside whether something in the picture has the focus */
  press(event, inside) {
    const action = this.keys(event, inside)[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** What keys do. @param {KeyboardEvent} _event @param {boolean} _inside @returns {Record<string, () => void>} */
  keys(_event, _inside) {
    return {};
  }

  remove() {
    this.place.keep();
    this.listening.abort();
    this.resizing.disconnect();
    this.root.remove();
  }
}
