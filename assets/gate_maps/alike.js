// Which of the stretches that Python ranked are similar enough to be shown as such.

const LEAST_ALIKE = 0.5;

/** @type {<P extends Similar>(places: P[]) => P[]} */
export const alike = (places) => places.filter(({ similarity }) => similarity >= LEAST_ALIKE);
