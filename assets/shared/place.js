// Where the visitor is: step, unit, phase and lane. It lives in the address behind `#`, so that a copied address leads to the
// same place and no step asks the server; and in the tab, so that the other page finds it.

import { TAB, readKept, writeKept } from "./storage.js";

const KEPT = "lstm-viz-place";

/** Numbers in the address count from 1. @param {string | undefined} words @param {number} other */
export const fromOne = (words, other) => (/^\d{1,6}$/.test(words ?? "") ? Number(words) - 1 : other);

export class Place {
  /** @type {string | undefined} */ about;
  /** @type {Record<string, string>} */ values = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */ timer;

  // `isAlone` is false where the page has another picture with a place of its own: then both stand in the address.
  constructor(/** @type {string[]} */ names, isAlone = true) {
    this.names = names;
    this.isAlone = isAlone;
  }

  // What the address says, else what the tab remembers of the same sequence. Where the sequence was changed on the page, the
  // address still names a place in the old one.
  /** @param {string} about @returns {Record<string, string | undefined>} */
  read(about) {
    const isNew = this.about !== undefined && this.about !== about;
    this.about = about;
    const kept = readKept(TAB, KEPT);
    const named = new URLSearchParams(isNew ? "" : location.hash.slice(1));
    const remembered = kept?.about === about ? kept : {};
    const found = this.names.map((name) => [name, named.get(name) ?? remembered[name]]);
    this.values = Object.fromEntries(found.filter(([, value]) => value !== undefined));
    return this.values;
  }

  // Browsers allow few changes of the address a second: the last one counts.
  write(/** @type {Record<string, string | number>} */ values) {
    for (const [name, value] of Object.entries(values)) this.values[name] = String(value);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), 250);
  }

  // A picture without a place has nothing to keep.
  keep() {
    if (!this.names.length) return;
    clearTimeout(this.timer);
    writeKept(TAB, KEPT, { about: this.about, ...this.values });
    const named = this.isAlone ? [] : [...new URLSearchParams(location.hash.slice(1))];
    const others = Object.fromEntries(named.filter(([name]) => !this.names.includes(name)));
    const hash = `#${new URLSearchParams({ ...others, ...this.values })}`;
    if (!location.hash) document.documentElement.dataset.placed = ""; // nobody came with a place
    if (location.hash !== hash) history.replaceState(history.state, "", location.pathname + location.search + hash);
  }
}
