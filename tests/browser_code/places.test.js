// Where a pointer is, where the visitor is, and when the next step is due.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { pointIn, placeOn } from "../../assets/shared/dom.js";
import { Place, fromOne } from "../../assets/shared/place.js";
import { Player } from "../../assets/shared/player.js";
import { BROWSER, TAB, readKept, writeKept } from "../../assets/shared/storage.js";
import { WAYS } from "../../assets/shared/controls.js";

const BOX = { left: 10, top: 20, width: 200, height: 100 };
const elementWith = (zoom) => ({ currentCSSZoom: zoom, getBoundingClientRect: () => BOX });

describe("a pointer", () => {
  test("is in an element's own pixels, also where it is enlarged", () => {
    assert.deepEqual(pointIn(elementWith(1), { clientX: 110, clientY: 70 }), { x: 100, y: 50 });
    assert.deepEqual(pointIn(elementWith(2), { clientX: 110, clientY: 70 }), { x: 50, y: 25 });
    assert.deepEqual(pointIn(elementWith(undefined), { clientX: 0, clientY: 0 }), { x: -10, y: -20 });
  });

  test("could stand on any part of an element", () => {
    assert.deepEqual(placeOn(elementWith(1)), { clientX: 10, clientY: 20 });
    assert.deepEqual(placeOn(elementWith(2), 0.5, 1), { clientX: 110, clientY: 120 });
    assert.deepEqual(pointIn(elementWith(2), placeOn(elementWith(2), 1, 1)), { x: 100, y: 50 });
  });

  test("and arrows lead down and across", () => {
    assert.deepEqual(WAYS.ArrowDown, [1, 0]);
    assert.deepEqual(WAYS.ArrowLeft, [0, -1]);
  });
});

/** A browser's storage that can be looked into. */
function storageOf(kept = {}) {
  return { kept, getItem: (name) => kept[name] ?? null, setItem: (name, text) => (kept[name] = text) };
}

describe("a place", () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    globalThis.window = { sessionStorage: storageOf() };
    globalThis.location = { hash: "", pathname: "/step", search: "?model=lstm" };
    globalThis.history = { state: null, replaceState: (_state, _title, address) => (globalThis.address = address) };
    globalThis.document = { documentElement: { dataset: {} } };
    globalThis.address = undefined;
  });

  afterEach(() => {
    mock.timers.reset();
    for (const name of ["window", "location", "history", "document", "address"]) delete globalThis[name];
  });

  test("counts from one in the address", () => {
    assert.equal(fromOne("3", 9), 2);
    for (const words of ["x", "", "1.5", "1234567", undefined]) assert.equal(fromOne(words, 9), 9);
  });

  test("is what the address names, else what the tab remembers of the same sequence", () => {
    location.hash = "#step=4";
    writeKept(TAB, "lstm-viz-place", { about: "dogs", step: "9", unit: "2", other: "x" });
    assert.deepEqual(new Place(["step", "unit"]).read("dogs"), { step: "4", unit: "2" });
    assert.deepEqual(new Place(["step", "unit"]).read("cats"), { step: "4" });
  });

  test("is not taken from the address of the sequence that was there before", () => {
    const place = new Place(["step"]);
    location.hash = "#step=4";
    assert.deepEqual(place.read("dogs"), { step: "4" });
    assert.deepEqual(place.read("cats"), {});
  });

  test("is written once things rest, to the address and the tab", () => {
    const place = new Place(["step", "unit"]);
    place.read("dogs");
    place.write({ step: 2, unit: 1 });
    place.write({ step: 3 });
    mock.timers.tick(249);
    assert.equal(globalThis.address, undefined);
    mock.timers.tick(1);
    assert.equal(globalThis.address, "/step?model=lstm#step=3&unit=1");
    assert.deepEqual(readKept(TAB, "lstm-viz-place"), { about: "dogs", step: "3", unit: "1" });
  });

  test("leaves another picture's place alone", () => {
    location.hash = "#step=4&hand=f.1.all";
    const place = new Place(["hand"], false);
    place.read("worked");
    place.write({ hand: "i.2.all" });
    place.keep();
    assert.equal(globalThis.address, "/step?model=lstm#step=4&hand=i.2.all");
  });

  test("without names keeps nothing", () => {
    new Place([]).keep();
    assert.equal(globalThis.address, undefined);
    assert.deepEqual(window.sessionStorage.kept, {});
  });

  test("a browser that keeps nothing, or something else, is not in the way", () => {
    window.sessionStorage.kept.broken = "{";
    assert.equal(readKept(TAB, "broken"), null);
    assert.equal(readKept(TAB, "missing"), null);
    assert.equal(readKept(BROWSER, "anything"), undefined);
    assert.equal(writeKept(BROWSER, "anything", 1), false);
  });
});

describe("a player", () => {
  /** Plays `count` steps with 100 milliseconds between them, and gives what a clock needs. */
  function playing(t, count) {
    const seen = { now: 0, steps: 0, shown: [], frame: null };
    t.mock.method(performance, "now", () => seen.now);
    globalThis.requestAnimationFrame = (look) => {
      seen.frame = look;
      return 1;
    };
    globalThis.cancelAnimationFrame = () => (seen.frame = null);
    const player = new Player({
      pace: () => 100,
      advance: () => {
        seen.steps += 1;
        return seen.steps < count;
      },
      show: (isPlaying) => seen.shown.push(isPlaying),
    });
    const at = (now) => {
      seen.now = now;
      seen.frame?.(now);
      return seen.steps;
    };
    return { player, seen, at };
  }

  test("steps when it is due, tells that it plays, and stops by itself at the last step", (t) => {
    const { player, seen, at } = playing(t, 3);
    player.start();
    assert.equal(player.isPlaying, true);
    assert.deepEqual([50, 100, 199, 200, 290, 300, 400].map(at), [0, 1, 1, 2, 2, 3, 3]);
    assert.equal(player.isPlaying, false);
    assert.deepEqual(seen.shown, [true, false]);
    assert.equal(seen.frame, null);
  });

  test("makes up for a hiccup but not for a nap", (t) => {
    const { player, at } = playing(t, 99);
    player.start();
    assert.deepEqual([100, 330, 346, 362].map(at), [1, 2, 3, 3]); // due at 200 and 300; then at 400
    assert.deepEqual([9000, 9016, 9032, 9048, 9064, 9080].map(at), [4, 5, 6, 7, 8, 8]); // a quarter of a second, not nine
  });

  test("is stopped in the middle, and again without a word", (t) => {
    const { player, seen, at } = playing(t, 99);
    player.start();
    at(100);
    player.stop();
    player.stop();
    assert.equal(at(500), 1);
    assert.deepEqual(seen.shown, [true, false]);
  });
});
