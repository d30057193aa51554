// Text on a shade: black or white, whichever can be read on it.

import { readColour } from "../shared/colours.js";

const linear = (channel) => (channel <= 10.31 ? channel / 3294.6 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
const luminance = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

export class Shaded {
  constructor(palette) {
    this.inks = [palette.ink, palette.paper].map((colour) => [colour, luminance(readColour(colour))]);
    this.known = new Map();
  }

  inkOn(shade) {
    if (!this.known.has(shade)) {
      const ground = luminance(shade.startsWith("#") ? readColour(shade) : shade.match(/\d+/g).map(Number));
      const contrast = ([, ink]) => (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
      this.known.set(shade, this.inks.reduce((best, ink) => (contrast(ink) > contrast(best) ? ink : best))[0]);
    }
    return this.known.get(shade);
  }

  put(element, shade) {
    element.style.background = shade;
    element.style.color = this.inkOn(shade);
  }
}
