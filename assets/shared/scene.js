// What Python sends: a header in JSON, and behind it all numbers as float32. lstm_viz/scenes/step_bytes.py writes it.

/** Holds the header's fields beside its own. @template {Lane} L @implements {SceneHeader<L>} */
export class Scene {
  /** @type {string} */ about;
  /** @type {string} */ version;
  /** @type {string[]} */ tokens;
  /** @type {Terms} */ terms;
  /** @type {L[]} */ lanes;
  /** @type {SceneHeader<L>["arrays"]} */ arrays;
  /** @type {Palettes} */ palettes;

  constructor(/** @type {Uint8Array} */ bytes) {
    const whole = bytes.slice(); // aligned, and ours
    const size = new DataView(whole.buffer).getUint32(0, true);
    Object.assign(this, JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + size))));
    this.numbers = new Float32Array(whole.buffer, 4 + size);
    this.steps = this.tokens.length;
    /** @type {Map<string, Table | null>} */
    this.tables = new Map();
    /** @type {Map<string, number>} */
    this.scales = new Map();
  }

  // The table of a lane's values, rows by step, or null; `changed` gives the one with the changes, where there is one.
  find(/** @type {string} */ lane, /** @type {string} */ name, changed = false) {
    const key = `${lane}${changed ? "*" : ""}/${name}`;
    const known = this.tables.get(key);
    if (known !== undefined) return known;
    const [start, rows, columns] = this.arrays[key] ?? [];
    const found = start === undefined ? null : { rows, columns, data: this.numbers.subarray(start, start + rows * columns) };
    this.tables.set(key, found);
    return found;
  }

  /** The same where it is known to be there. @param {string} lane @param {string} name */
  table(lane, name, changed = false) {
    const found = this.find(lane, name, changed);
    if (!found) throw new Error(`No table ${name} of ${lane}`);
    return found;
  }

  /** A lane's values at one step, or null. @param {string} lane @param {string} name @param {number} step */
  row(lane, name, step, changed = false) {
    const table = this.find(lane, name, changed);
    return table?.data.subarray(step * table.columns, (step + 1) * table.columns) ?? null;
  }

  /** @param {string} lane @param {string} name @param {number} step @param {number} unit */
  value(lane, name, step, unit, changed = false) {
    const table = this.find(lane, name, changed);
    return table ? table.data[step * table.columns + unit] : NaN;
  }

  lane(/** @type {string | undefined} */ cell) {
    return this.lanes.find((lane) => lane.cell === cell) ?? this.lanes[0];
  }

  // The largest size that a lane's value reaches, at least 1: colours of one strip stay comparable over all steps.
  scale(/** @type {string} */ lane, /** @type {string} */ name) {
    const key = `${lane}/${name}`;
    const known = this.scales.get(key);
    if (known !== undefined) return known;
    let most = 1;
    for (const changed of [false, true]) {
      for (const value of this.find(lane, name, changed)?.data ?? []) most = Math.max(most, Math.abs(value) || 0);
    }
    this.scales.set(key, most);
    return most;
  }
}
