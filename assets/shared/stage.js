// What every large picture is: made once for the place that it is mounted in, it hears keys and changes around it, and leaves
// nothing behind. A picture says how it shows new numbers, how it lays itself out, and what its keys do.

import { isIdle, tag } from "./dom.js";
import { Shades, takePalette } from "./colours.js";
import { Place } from "./place.js";

// The function that Streamlit calls with every rerun.
export function mounted(Picture) {
  const pictures = new WeakMap();
  return ({ data, parentElement, setTriggerValue, setStateValue }) => {
    if (!pictures.has(parentElement)) pictures.set(parentElement, new Picture(parentElement));
    const picture = pictures.get(parentElement);
    Object.assign(picture, { trigger: setTriggerValue, tellState: setStateValue });
    picture.show(data);
    return () => {
      picture.remove();
      pictures.delete(parentElement);
    };
  };
}

export class Stage {
  // `kind` is the picture's class in its style sheet; `names` are what its place is made of, if it has one.
  constructor(parent, kind, names = [], isAlone = true) {
    this.place = names.length ? new Place(names, isAlone) : null;
    this.listening = new AbortController();
    this.root = tag("div", { class: `stage ${kind}` }, parent);
  }

  listen() {
    const { signal } = this.listening;
    this.root.addEventListener("keydown", (event) => this.press(event, true), { signal });
    document.addEventListener("keydown", (event) => isIdle(event.target) && this.press(event, false), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint(), { signal });
    window.addEventListener("hashchange", () => this.follow(), { signal });
    this.resizing = new ResizeObserver(() => this.scene && this.root.clientWidth !== this.width && this.layout());
    this.resizing.observe(this.root);
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

  layout() {}

  follow() {}

  press() {}

  remove() {
    this.place?.keep();
    this.listening.abort();
    this.resizing.disconnect();
    this.root.remove();
  }
}
