// Norms arrive as logarithms. Here: how they are written, and what the seeds say together. −∞ is a true zero; an overflow is NaN
// when it comes and +∞ in here, above every number.

import { number } from "../shared/dom.js";

const HIGH = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const LOW = { 0: "₀", 1: "₁", 2: "₂", 3: "₃", 4: "₄", 5: "₅", 6: "₆", 7: "₇", 8: "₈", 9: "₉" };
/** @param {Record<string, string>} digits @returns {(whole: number) => string} */
const spell = (digits) => (whole) => [...`${whole}`].map((letter) => digits[letter]).join("");
export const raised = spell(HIGH);
export const lowered = spell(LOW);

export const powerOfTen = (/** @type {number} */ power) => (power === 0 ? "1" : power === 1 ? "10" : `10${raised(power)}`);

/** A number of which the logarithm is known: 0.31, 2300, 4.1·10⁻⁵⁵. @param {number} log */
export function tenTo(log) {
  if (Number.isNaN(log) || log === Infinity) return "overflow";
  if (log === -Infinity) return "0";
  if (log >= -1 && log < 5) return number(10 ** log);
  if (log >= -2.3 && log < -1) return (10 ** log).toPrecision(2);
  const power = Math.floor(log);
  const front = (10 ** (log - power)).toFixed(1);
  if (front === "10.0") return powerOfTen(power + 1);
  return front === "1.0" ? powerOfTen(power) : `${front}·${powerOfTen(power)}`;
}

/** What part of two norms the first is, both given as logarithms. @param {number} one @param {number} other */
export const partOf = (one, other) => (one === -Infinity ? 0 : Math.max(1 / (1 + 10 ** (other - one)), Number.MIN_VALUE));

/** A factor between two norms, in words where there is none. @param {number} later @param {number} earlier */
export function times(later, earlier) {
  if (!(later < Infinity) || !(earlier < Infinity)) return "overflow";
  if (later === -Infinity) return "0 ÷ 0";
  return `× ${tenTo(earlier - later)}`;
}

/** The median of the seeds and their range at each step. @param {Table} table @param {number[] | null} [bases] */
export function overSeeds({ rows, columns, data }, bases = null) {
  const [low, median, high] = [0, 1, 2].map(() => new Float64Array(columns));
  const seeds = new Float64Array(rows);
  for (let step = 0; step < columns; step += 1) {
    for (let row = 0; row < rows; row += 1) {
      const value = data[row * columns + step] - (bases ? bases[row] : 0);
      seeds[row] = Number.isNaN(value) ? Infinity : value;
    }
    seeds.sort();
    const middle = (seeds[(rows - 1) >> 1] + seeds[rows >> 1]) / 2;
    low[step] = seeds[0];
    high[step] = seeds[rows - 1];
    median[step] = Number.isNaN(middle) ? Infinity : middle;
  }
  return { low, median, high };
}

// How far the numbers reach, and whether zeros and overflows are among them.
/** @param {Iterable<Iterable<number>>} lists @param {number} floor @returns {Extent} */
export function extentOf(lists, floor, decades = 2) {
  let [least, most, zero, overflow] = [Infinity, -Infinity, false, false];
  for (const list of lists) {
    for (const value of list) {
      if (value === -Infinity) zero = true;
      else if (!(value < Infinity)) overflow = true;
      else {
        if (value < least) least = value;
        if (value > most) most = value;
      }
    }
  }
  if (least > most) [least, most] = [-1, 0];
  least = Math.max(least, floor);
  if (most - least < decades) [least, most] = [(least + most - decades) / 2, (least + most + decades) / 2];
  return { least, most, zero, overflow };
}

/** Powers of ten for ticks: whole ones, evenly apart. @param {number} least @param {number} most @param {number} count */
export function tickPowers(least, most, count) {
  const apart = [1, 2, 5, 10, 20, 50, 100, 200].find((step) => (most - least) / step <= count) ?? 500;
  const powers = [];
  for (let power = Math.ceil(least / apart) * apart; power <= most; power += apart) powers.push(power === 0 ? 0 : power);
  return powers;
}

/** The place of the step that is nearest, in a rising list of steps. @param {number[]} steps @param {number} step */
export function nearest(steps, step) {
  let best = 0;
  for (let place = 1; place < steps.length; place += 1) {
    if (Math.abs(steps[place] - step) < Math.abs(steps[best] - step)) best = place;
  }
  return best;
}
