// What Python sends: a header in JSON, and behind it all numbers as float32. lstm_viz/stepping/payload.py writes it.

export class Scene {
  constructor(bytes) {
    const whole = bytes.slice(); // aligned, and ours
    const size = new DataView(whole.buffer).getUint32(0, true);
    Object.assign(this, JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + size))));
    this.numbers = new Float32Array(whole.buffer, 4 + size);
    this.steps = this.tokens.length;
    this.views = new Map();
  }

  // The table of a lane's values, rows by step; `changed` gives the one with the changes, where there is one.
  table(lane, name, changed = false) {
    const key = `${lane}${changed ? "*" : ""}/${name}`;
    if (!this.views.has(key)) {
      const found = this.arrays[key];
      this.views.set(key, found ? this.cut(...found) : null);
    }
    return this.views.get(key);
  }

  cut(start, rows, columns) {
    return { rows, columns, data: this.numbers.subarray(start, start + rows * columns) };
  }

  value(lane, name, step, unit, changed = false) {
    const table = this.table(lane, name, changed);
    return table ? table.data[step * table.columns + unit] : NaN;
  }

  lane(cell) {
    return this.lanes.find((lane) => lane.cell === cell) ?? this.lanes[0];
  }

  // The largest size that a lane's value reaches, at least 1: colours of one strip stay comparable over all steps.
  scale(lane, name) {
    const key = `${lane}/${name}/scale`;
    if (!this.views.has(key)) {
      let most = 1;
      for (const changed of [false, true]) {
        for (const value of this.table(lane, name, changed)?.data ?? []) most = Math.max(most, Math.abs(value) || 0);
      }
      this.views.set(key, most);
    }
    return this.views.get(key);
  }
}
