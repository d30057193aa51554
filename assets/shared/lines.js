// Numbers as lines.

/**
 * The path through values that stand at `x(place)` and `y(value)`; it breaks where one has no place.
 * @param {ArrayLike<number>} values @param {(place: number) => number} x @param {(value: number) => number} y
 */
export function linePath(values, x, y) {
  let d = "";
  let isDown = false;
  for (let place = 0; place < values.length; place += 1) {
    const height = y(values[place]);
    const isThere = Number.isFinite(height);
    if (isThere) d += `${isDown ? "L" : "M"}${x(place).toFixed(1)} ${height.toFixed(1)}`;
    isDown = isThere;
  }
  return d;
}
