// Where arrow keys lead.
/** @type {Record<string, Way>} */
export const WAYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
