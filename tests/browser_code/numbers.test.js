// Numbers as people read them, and lines through them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { plain as legendNumber } from "../../assets/gate_maps/maps.js";
import { scoreWords } from "../../assets/gate_maps/units.js";
import { bracketed, scaleOf } from "../../assets/layer_map/tensors.js";
import { decimalTicks, linear, roundTicks } from "../../assets/learning_film/learning_film.js";
import { inHundred } from "../../assets/sequence_reader/reading_view.js";
import { clamp, factor, lastOf, number, percent, sum, symbolParts } from "../../assets/shared/dom.js";
import { linePath } from "../../assets/shared/lines.js";
import { plain as changeNumber } from "../../assets/cell_diagram/what_if.js";

/** @param {(value: any) => string} write @param {[value: any, words: string][]} pairs */
const writes = (write, pairs) => {
  for (const [value, words] of pairs) assert.equal(write(value), words, `of ${value}`);
};

test("a number has two decimals, a true minus sign, and powers of ten where it would read 0.00", () => {
  writes(number, [
    [0, "0"],
    [12.344, "12.34"],
    [-0.5, "−0.50"],
    [1234.4, "1234"],
    [0.004, "4.0·10⁻³"],
    [-123456, "−1.2·10⁵"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NEGATIVE_INFINITY, "−∞"],
    [Number.NaN, "–"],
    [null, "–"],
  ]);
});

test("a share reads 0% or 100% only where it is so", () => {
  writes(percent, [
    [0, "0%"],
    [0.0005, "<0.1%"],
    [0.0523, "5.2%"],
    [0.123, "12%"],
    [0.994, "99.4%"],
    [0.9995, ">99.9%"],
    [1, "100%"],
    [Number.NaN, "–"],
  ]);
  writes(inHundred, [
    [0, "0"],
    [0.004, "<1"],
    [0.5, "50"],
    [0.996, ">99"],
    [1, "100"],
  ]);
});

test("sums and factors are written as on paper", () => {
  assert.equal(sum(0.61, -1.2, 1), "0.61 − 1.20 + 1.00");
  assert.equal(factor(-0.5), "(−0.50)");
  assert.equal(factor(0.5), "0.50");
});

test("what a change is held at loses zeros that say nothing", () => {
  writes(changeNumber, [
    [1, "1"],
    [0.5, "0.5"],
    [-0.25, "-0.25"],
    [1 / 3, "0.333333"],
    [100, "100"],
  ]);
});

test("a legend has three digits, and two below one", () => {
  writes(legendNumber, [
    [28, "28"],
    [11.44, "11.4"],
    [0.533, "0.53"],
  ]);
});

test("a score keeps below what it does not reach, and an AUC below one half is turned round", () => {
  assert.equal(scoreWords("correlation", -0.75), "r = −0.75");
  assert.equal(scoreWords("correlation", 0.9987), "r = 0.998");
  assert.equal(scoreWords("auc", 0.9), "AUC 0.90");
  assert.equal(scoreWords("auc", 0.2), "AUC 0.80 ↓");
});

test("a symbol has a letter and an index, and one step before another index", () => {
  assert.deepEqual(symbolParts("cₜ"), ["c", "t"]);
  assert.deepEqual(symbolParts("cₜ", true), ["c", "t−1"]);
  assert.deepEqual(symbolParts("W"), ["W", ""]);
});

test("a value is kept between two others", () => {
  assert.deepEqual([clamp(-1, 0, 5), clamp(3, 0, 5), clamp(9, 0, 5)], [0, 3, 5]);
  assert.equal(lastOf([4, 7]), 7);
});

test("a line breaks where a value has no place", () => {
  const path = linePath(
    [1, 2, Number.NaN, 4],
    (place) => 10 * place,
    (value) => value,
  );
  assert.equal(path, "M0.0 1.0L10.0 2.0M30.0 4.0");
  assert.equal(linePath([], Number, Number), "");
});

test("an axis maps evenly, and remembers where it ends", () => {
  const scale = linear(0, 10, 100, 200);
  assert.equal(scale(5), 150);
  assert.equal(scale(-1), 90);
  assert.deepEqual(scale.range, [100, 200]);
});

test("ticks are round and enclose the values; on a log scale they are ones and threes between the ends", () => {
  assert.deepEqual(roundTicks(0, 97, 5), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(decimalTicks(0.02, 0.5), [0.03, 0.1, 0.3]);
});

test("tensors have one scale, the largest at which all of them fit", () => {
  const [rows, columns] = [
    [[16, 3], [16, 4], [16]],
    [[3, 16], [4, 16], [16]],
  ].map((shapes) => shapes.map((shape) => ({ shape })));
  const part = { kind: "part", part: "recurrent", torch: rows, keras: columns };
  assert.equal(scaleOf([part], 500), 17.5); // 280 pixels for 16 rows
  assert.equal(scaleOf([{ kind: "ports" }, part], 258), 12.5); // 228 pixels, without 128 for gaps, for 8 columns
  assert.equal(bracketed([5]), "(5,)");
  assert.equal(bracketed([2, 3]), "(2, 3)");
});
