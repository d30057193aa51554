// Colours come from lstm_viz/figures/theme.py; here values become shades of them.

const SHADES = 64;

export function readColour(hex) {
  const whole = parseInt(hex.slice(1), 16);
  return [whole >> 16, (whole >> 8) & 255, whole & 255];
}

const blend = (from, to, share) => from.map((channel, place) => Math.round(channel + (to[place] - channel) * share));
const css = (channels) => `rgb(${channels.join(",")})`;

export function isDark(element) {
  const [red, green, blue] = getComputedStyle(element)
    .color.match(/[\d.]+/g)
    .map(Number);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 128; // light text stands on a dark page
}

// Give an element the colours that suit the page's mode, as variables for its style sheet.
export function takePalette(element, palettes) {
  const palette = palettes[isDark(element) ? "dark" : "light"];
  for (const [name, colour] of Object.entries(palette)) element.style.setProperty(`--${name}`, colour);
  return palette;
}

// A row of shades from the empty cell to the full colour; small values are lifted, so that the eye finds them.
function shades(empty, full, lift) {
  const [from, to] = [readColour(empty), readColour(full)];
  return Array.from({ length: SHADES + 1 }, (_, place) => css(blend(from, to, (place / SHADES) ** lift)));
}

export class Shades {
  constructor(palette) {
    this.palette = palette;
    this.rows = new Map();
    this.negative = shades(palette.empty, palette.negative, 0.7);
    this.positive = shades(palette.empty, palette.positive, 0.7);
  }

  // A share of 0 … 1 in a gate's colour.
  gate(name) {
    if (!this.rows.has(name)) this.rows.set(name, shades(this.palette.empty, this.palette[name], 1));
    const row = this.rows.get(name);
    return (value) => row[value >= 1 ? SHADES : value > 0 ? Math.round(value * SHADES) : 0] ?? row[0];
  }

  // A signed value, full at ±scale.
  signed(scale) {
    return (value) => {
      const size = Math.min(Math.abs(value) / scale, 1);
      return (value < 0 ? this.negative : this.positive)[Math.round(size * SHADES)] ?? this.palette.muted;
    };
  }
}
