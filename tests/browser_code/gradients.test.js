// Gradients arrive as logarithms: how they are written, put together, and found along training.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  extentOf,
  lowered,
  nearest,
  overSeeds,
  partOf,
  powerOfTen,
  raised,
  tenTo,
  tickPowers,
  times,
} from "../../assets/gradient_flow/logs.js";
import { FlowNumbers, namesOf } from "../../assets/gradient_flow/numbers.js";
import { headline } from "../../assets/gradient_flow/verdicts.js";

const FLOOR = -300;
const NOTHING = Number.NEGATIVE_INFINITY;
const OVER = Number.POSITIVE_INFINITY;

test("a logarithm is written as the number that it stands for", () => {
  const pairs = [
    [0, "1.00"],
    [2, "100"],
    [-1, "0.10"],
    [-2, "0.010"],
    [-5, "10⁻⁵"],
    [5, "10⁵"],
    [Math.log10(4.1) - 55, "4.1·10⁻⁵⁵"],
    [5.999999, "10⁶"],
    [NOTHING, "0"],
    [Number.NaN, "overflow"],
    [OVER, "overflow"],
  ];
  for (const [log, words] of pairs) assert.equal(tenTo(log), words, `of ${log}`);
  assert.deepEqual([0, 1, -12].map(powerOfTen), ["1", "10", "10⁻¹²"]);
  assert.deepEqual([raised(-3), lowered(12)], ["⁻³", "₁₂"]);
});

test("a factor between two norms is the quotient, and words where there is none", () => {
  assert.equal(times(-2, -1), "× 10.00");
  assert.equal(times(NOTHING, 0), "0 ÷ 0");
  assert.equal(times(OVER, 0), "overflow");
});

test("a part of two norms is a share of their sum", () => {
  assert.equal(partOf(0, 0), 0.5);
  assert.ok(Math.abs(partOf(2, 0) - 100 / 101) < 1e-12);
  assert.equal(partOf(NOTHING, 0), 0);
});

test("seeds have a median and a range at each step; an overflow stands above every number", () => {
  const data = Float32Array.of(1, 5, 2, Number.NaN, 9, 3);
  const { low, median, high } = overSeeds({ rows: 3, columns: 2, data });
  assert.deepEqual(
    [[...low], [...median], [...high]],
    [
      [1, 3],
      [2, 5],
      [9, OVER],
    ],
  );
  assert.deepEqual([...overSeeds({ rows: 2, columns: 1, data: Float32Array.of(1, 4) }).median], [2.5]);
  assert.deepEqual([...overSeeds({ rows: 2, columns: 1, data: Float32Array.of(1, 4) }, [1, 1]).median], [1.5]);
});

test("an extent reaches over all numbers, knows zeros and overflows, and is two decades wide at least", () => {
  const both = extentOf(
    [
      [1, 3],
      [NOTHING, Number.NaN],
    ],
    FLOOR,
  );
  assert.deepEqual(both, { least: 1, most: 3, zero: true, overflow: true });
  assert.deepEqual(extentOf([[1, 1.5]], FLOOR), { least: 0.25, most: 2.25, zero: false, overflow: false });
  assert.deepEqual(extentOf([], FLOOR), { least: -1.5, most: 0.5, zero: false, overflow: false });
  assert.equal(extentOf([[-500, 0]], FLOOR).least, FLOOR);
});

test("ticks are whole powers, evenly apart, and no more than asked for", () => {
  assert.deepEqual(tickPowers(-7, 0.5, 4), [-6, -4, -2, 0]);
  assert.deepEqual(tickPowers(0, 2, 5), [0, 1, 2]);
});

test("the nearest of a few steps is found, the first of two that are equally near", () => {
  assert.deepEqual(
    [14, 15, 99].map((step) => nearest([0, 10, 20], step)),
    [1, 1, 2],
  );
});

test("a position along training is the same part of the way for every lane", () => {
  const [long, short] = [
    { cell: "lstm", frames: Array(5) },
    { cell: "rnn", frames: Array(3) },
  ];
  const numbers = new FlowNumbers({ lanes: [long, short] });
  assert.equal(numbers.states, 5);
  assert.deepEqual(
    [0, 2, 3, 4].map((position) => numbers.frameOf(long, position)),
    [0, 2, 3, 4],
  );
  assert.deepEqual(
    [0, 2, 3, 4].map((position) => numbers.frameOf(short, position)),
    [0, 1, 2, 2],
  );
  assert.equal(new FlowNumbers({ lanes: [{ cell: "gru", frames: Array(1) }] }).frameOf(short, 0), 0);
  assert.deepEqual([namesOf(long), namesOf(short)], [["cell", "hidden"], ["hidden"]]);
});

test("levels agree within a twentieth of a decade", () => {
  const numbers = new FlowNumbers({ lanes: [{ frames: [] }] });
  assert.equal(numbers.levelsAgree([1, 1.04]), true);
  assert.equal(numbers.levelsAgree([1, 1.06]), false);
});

test("the headline of a card is a half-life, a factor, or what stands in its place", () => {
  const same = (median) => ({ median, low: median, high: median });
  const frame = { verdict: "fades", half_life: { median: 3.25, low: 2, high: 12 }, factor: same(0.8), overflow: null };
  assert.deepEqual(headline(frame, 1, 30), { what: "halves every", value: "3.25 steps", range: "" });
  assert.equal(headline(frame, 3, 30).range, "2.00 to 12.0 over 3 seeds");
  assert.equal(headline(frame, 1, 1).range, "needs two steps");
  assert.equal(headline({ ...frame, half_life: same(0) }, 1, 30).value, "0 steps");
  assert.equal(headline({ ...frame, half_life: same(null) }, 1, 30).value, "does not fade");
  assert.equal(headline({ ...frame, verdict: "grows", factor: same(1.02) }, 1, 30).value, "× 1.0200");
  assert.equal(headline({ ...frame, verdict: "overflows", overflow: { step: 6 } }, 1, 30).value, "at step 7");
});
