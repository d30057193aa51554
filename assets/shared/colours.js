// Colours come from lstm_viz/figures/theme.py; here values become shades of them.

const SHADES = 64;

/** `#rrggbb`, or `rgb(r,g,b)` as it is written below. @param {string} colour @returns {Channels} */
export function readColour(colour) {
  if (!colour.startsWith("#")) return /** @type {Channels} */ (colour.match(/\d+/g)?.map(Number));
  const whole = parseInt(colour.slice(1), 16);
  return [whole >> 16, (whole >> 8) & 255, whole & 255];
}

/** A colour as a pixel of a picture is stored. @param {string} colour */
export function pixelOf(colour) {
  const [red, green, blue] = readColour(colour);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** @param {Channels} from @param {Channels} to @param {number} share */
const blend = (from, to, share) => from.map((channel, place) => Math.round(channel + (to[place] - channel) * share));

export function isDark(/** @type {Element} */ element) {
  const [red, green, blue] = (getComputedStyle(element).color.match(/[\d.]+/g) ?? []).map(Number);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 128; // light text stands on a dark page
}

// Give an element the colours that suit the page's mode, as variables for its style sheet.
export function takePalette(/** @type {HTMLElement} */ element, /** @type {Palettes} */ palettes) {
  const palette = palettes[isDark(element) ? "dark" : "light"];
  for (const [name, colour] of Object.entries(palette)) element.style.setProperty(`--${name}`, colour);
  return palette;
}

// A row of shades from the empty cell to the full colour; small values are lifted, so that the eye finds them.
/** @param {string} empty @param {string} full @param {number} lift */
function shades(empty, full, lift) {
  const [from, to] = [readColour(empty), readColour(full)];
  return Array.from({ length: SHADES + 1 }, (_, place) => `rgb(${blend(from, to, (place / SHADES) ** lift).join(",")})`);
}

export class Shades {
  constructor(/** @type {Palette} */ palette) {
    this.palette = palette;
    /** @type {Map<string, string[]>} */
    this.rows = new Map();
    this.negative = shades(palette.empty, palette.negative, 0.7);
    this.positive = shades(palette.empty, palette.positive, 0.7);
  }

  /** A share of 0 … 1 in a gate's colour. @param {string} name @returns {Paint} */
  gate(name) {
    const row = this.rows.get(name) ?? shades(this.palette.empty, this.palette[name], 1);
    this.rows.set(name, row);
    return (value) => row[value >= 1 ? SHADES : value > 0 ? Math.round(value * SHADES) : 0];
  }

  /** A signed value, full at ±scale. @param {number} scale @returns {Paint} */
  signed(scale) {
    return (value) => {
      const size = Math.min(Math.abs(value) / scale, 1);
      return (value < 0 ? this.negative : this.positive)[Math.round(size * SHADES)] ?? this.palette.muted;
    };
  }
}
