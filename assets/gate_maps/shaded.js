// Text on a shade: black or white, whichever can be read on it.

import { readColour } from "../shared/colours.js";

/** @param {number} channel */
const linear = (channel) => (channel <= 10.31 ? channel / 3294.6 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
/** @param {Channels} channels */
const luminance = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

export class Shaded {
  /** @type {Map<string, string>} */ known = new Map();
  /** @type {[colour: string, luminance: number][]} */ inks;

  constructor(/** @type {Palette} */ palette) {
    this.inks = [palette.ink, palette.paper].map((colour) => [colour, luminance(readColour(colour))]);
  }

  inkOn(/** @type {string} */ shade) {
    const known = this.known.get(shade);
    if (known) return known;
    const ground = luminance(readColour(shade));
    const contrasts = this.inks.map(([, ink]) => (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05));
    const [colour] = this.inks[contrasts[1] > contrasts[0] ? 1 : 0];
    this.known.set(shade, colour);
    return colour;
  }

  put(/** @type {HTMLElement} */ element, /** @type {string} */ shade) {
    element.style.background = shade;
    element.style.color = this.inkOn(shade);
  }
}
