// Bytes from Python become tables, and tables become what is shown of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ranked } from "../../assets/cell_diagram/predictions.js";
import { shorten, stepLabels } from "../../assets/shared/axis.js";
import { Shaded } from "../../assets/gate_maps/shaded.js";
import { similarEnough } from "../../assets/gate_maps/similar.js";
import { bestOf } from "../../assets/gate_maps/units.js";
import { cutToFit } from "../../assets/sequence_reader/reading_view.js";
import { Shades, pixelOf, readColour } from "../../assets/shared/colours.js";
import { Scene } from "../../assets/shared/scene.js";

const HEADER = {
  about: "a word",
  tokens: ["a", "b", "c"],
  lanes: [{ cell: "lstm" }, { cell: "gru" }],
  arrays: { "lstm/cell_state": [0, 3, 2], "lstm*/cell_state": [6, 3, 2] },
};
const NUMBERS = [0.5, -1, 2, -3, 0, 0.25, 7, 7, 7, 7, 7, -8];

/** As `join_bytes` of stepping/payload.py writes it. */
function sceneBytes() {
  const text = JSON.stringify(HEADER);
  const header = new TextEncoder().encode(text.padEnd(4 * Math.ceil(text.length / 4)));
  const bytes = new Uint8Array(4 + header.length + 4 * NUMBERS.length);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  NUMBERS.forEach((value, place) => new DataView(bytes.buffer).setFloat32(4 + header.length + 4 * place, value, true));
  return bytes;
}

test("a scene has the header's fields, and its tables by step and unit", () => {
  const scene = new Scene(sceneBytes());
  assert.equal(scene.about, "a word");
  assert.equal(scene.steps, 3);
  assert.equal(scene.value("lstm", "cell_state", 1, 0), 2);
  assert.equal(scene.value("lstm", "cell_state", 1, 1), -3);
  assert.equal(scene.value("lstm", "cell_state", 2, 1, true), -8);
  assert.deepEqual([...scene.row("lstm", "cell_state", 2)], [0, 0.25]);
});

test("what is not there is nothing, and an error where it must be there", () => {
  const scene = new Scene(sceneBytes());
  assert.equal(scene.find("gru", "cell_state"), null);
  assert.equal(scene.row("gru", "cell_state", 0), null);
  assert.ok(Number.isNaN(scene.value("gru", "cell_state", 0, 0)));
  assert.throws(() => scene.table("gru", "cell_state"), /No table cell_state of gru/);
});

test("a scene read from the middle of other bytes is the same", () => {
  const whole = new Uint8Array([1, 2, 3, ...sceneBytes()]);
  assert.equal(new Scene(whole.subarray(3)).value("lstm", "cell_state", 0, 1), -1);
});

test("a scale reaches over the changed run too, and is one at least", () => {
  const scene = new Scene(sceneBytes());
  assert.equal(scene.scale("lstm", "cell_state"), 8);
  assert.equal(scene.scale("gru", "cell_state"), 1);
});

test("a lane that is not there is the first one", () => {
  const scene = new Scene(sceneBytes());
  assert.deepEqual(
    ["gru", "rnn", undefined].map((cell) => scene.lane(cell).cell),
    ["gru", "lstm", "lstm"],
  );
});

const PALETTE = {
  empty: "#000000",
  negative: "#ff0000",
  positive: "#0000ff",
  muted: "#777777",
  forget_gate: "#40c000",
};

test("colours are read and written for pixels", () => {
  assert.deepEqual(readColour("#ff8000"), [255, 128, 0]);
  assert.deepEqual(readColour("rgb(1,20,30)"), [1, 20, 30]);
  assert.equal(pixelOf("#010203"), 0xff030201); // alpha, blue, green, red
  assert.equal(pixelOf("rgb(1,2,3)"), 0xff030201);
});

test("a gate's shade grows evenly from empty to its colour, and stays within", () => {
  const paint = new Shades(PALETTE).gate("forget_gate");
  const shades = [0, 0.5, 1, 2, -1, Number.NaN].map(paint);
  const [none, half, full] = ["rgb(0,0,0)", "rgb(32,96,0)", "rgb(64,192,0)"];
  assert.deepEqual(shades, [none, half, full, full, none, none]);
});

test("a signed value has the colour of its sign, full at the scale, and lifted where it is small", () => {
  const paint = new Shades(PALETTE).signed(2);
  assert.deepEqual([2, -4, 0, Number.NaN].map(paint), ["rgb(0,0,255)", "rgb(255,0,0)", "rgb(0,0,0)", "#777777"]);
  assert.equal(paint(0.5), "rgb(0,0,97)"); // a quarter to the power of 0.7 is 0.379
});

test("text on a shade is the ink that stands out more", () => {
  const shaded = new Shaded({ ink: "#000000", paper: "#ffffff" });
  assert.deepEqual(
    ["#ffffff", "rgb(0,0,0)", "#0000ff"].map((shade) => shaded.inkOn(shade)),
    ["#000000", "#ffffff", "#ffffff"],
  );
});

test("stretches that are hardly similar are left out", () => {
  const places = [0.9, 0.5, 0.49].map((similarity) => ({ similarity }));
  assert.deepEqual(similarEnough(places), places.slice(0, 2));
});

test("labels are cut by letters as readers count them", () => {
  assert.equal(shorten("abcdef", 6), "abcdef");
  assert.equal(shorten("abcdef", 4), "abc…");
  assert.equal(shorten("abcdef", 2), "a");
  assert.equal(shorten("😀😀😀", 3), "😀😀😀");
  assert.deepEqual(stepLabels(3), ["1", "2", "3"]);
});

test("a name that is too long ends in dots within its room", () => {
  const brush = { measureText: (text) => ({ width: 10 * text.length }) };
  assert.equal(cutToFit(brush, "abcdef", 60), "abcdef");
  assert.equal(cutToFit(brush, "abcdef", 40), "abc…");
  assert.equal(cutToFit(brush, "abcdef", 1), "a…");
});

test("a right answer is among the likeliest that are shown", () => {
  assert.deepEqual(ranked([0.1, 0.5, 0.3, 0.1], [0], 2), [1, 0]);
  assert.deepEqual(ranked([0.1, 0.5, 0.3, 0.1], [2, 0], 2), [1, 2]);
  assert.deepEqual(ranked([0.1, 0.5, 0.3, 0.1], [], 2), [1, 2]);
});

test("what a unit tracks best is the first of its findings", () => {
  const lane = { cell: "lstm", findings: [[1], []], concepts: ["depth", "subject"] };
  const values = { strength: 0.8, score: 0.1 };
  const scene = { value: (_cell, name, place, unit) => values[name] + place + 10 * unit };
  assert.deepEqual(bestOf(scene, lane, 0), { place: 1, concept: "subject", strength: 1.8, score: 1.1 });
  assert.equal(bestOf(scene, lane, 1), null);
});
