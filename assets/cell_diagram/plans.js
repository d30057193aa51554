// Where the parts of each cell stand. x runs from 0 to 1 over the width; `row` is the highway above or the gates below.
// `phases` are the moments in which a part matters; outside them it steps back.

/** @typedef {"gates" | "highway"} Row */

/**
 * @typedef {{
 *   of: string, x: number, row: Row, kind: "gate" | "signed", phases: string[], term?: string, prev?: boolean,
 *   squeeze?: string,
 * }} Strip
 */
/**
 * @typedef {{
 *   memory: string, strips: Strip[], keep: { x: number, gate: string | null }, add: { x: number },
 *   join: { x: number, from: string[], rest?: boolean }, show?: { branch: number, x: number, gate: string },
 *   passes?: [from: string, to: string], end: number,
 * }} Plan
 */

export const PHASES = ["read", "forget", "write", "update", "expose", "predict"];

/** @type {Row} */
const GATE_ROW = "gates";
/** @type {Row} */
const HIGHWAY = "highway";

// One strip of unit cells. `of` is the name in the trace, `prev` marks what was there at the step before.
/**
 * @param {string} of @param {number} x @param {Row} row @param {Strip["kind"]} kind @param {string[]} phases
 * @param {Partial<Strip>} [more] @returns {Strip}
 */
const strip = (of, x, row, kind, phases, more = {}) => ({ of, x, row, kind, phases, ...more });

/** @type {Record<Cell, Plan>} */
export const PLANS = {
  lstm: {
    memory: "cell_state",
    strips: [
      strip("cell_state_prev", 0.065, HIGHWAY, "signed", ["forget"], { term: "cell_state", prev: true }),
      strip("hidden_state_prev", 0.035, GATE_ROW, "signed", ["read"], { term: "hidden_state", prev: true }),
      strip("input", 0.105, GATE_ROW, "signed", ["read"], { term: "input" }),
      strip("forget_gate", 0.22, GATE_ROW, "gate", ["forget"], { squeeze: "σ" }),
      strip("input_gate", 0.37, GATE_ROW, "gate", ["write"], { squeeze: "σ" }),
      strip("candidate", 0.49, GATE_ROW, "signed", ["write"], { squeeze: "tanh" }),
      strip("cell_state", 0.58, HIGHWAY, "signed", ["update", "expose"]),
      strip("output_gate", 0.745, GATE_ROW, "gate", ["expose"], { squeeze: "σ" }),
      strip("hidden_state", 0.9, GATE_ROW, "signed", ["expose", "predict"]),
    ],
    keep: { x: 0.22, gate: "forget_gate" },
    add: { x: 0.43 },
    join: { x: 0.43, from: ["input_gate", "candidate"] },
    show: { branch: 0.68, x: 0.745, gate: "output_gate" },
    end: 0.985,
  },
  gru: {
    memory: "hidden_state",
    strips: [
      strip("hidden_state_prev", 0.065, HIGHWAY, "signed", ["read", "forget"], { term: "hidden_state", prev: true }),
      strip("input", 0.105, GATE_ROW, "signed", ["read"], { term: "input" }),
      strip("update_gate", 0.22, GATE_ROW, "gate", ["forget", "write"], { squeeze: "σ" }),
      strip("reset_gate", 0.37, GATE_ROW, "gate", ["write"], { squeeze: "σ" }),
      strip("candidate", 0.49, GATE_ROW, "signed", ["write"], { squeeze: "tanh" }),
      strip("hidden_state", 0.58, HIGHWAY, "signed", ["update", "expose", "predict"]),
    ],
    keep: { x: 0.22, gate: "update_gate" },
    add: { x: 0.43 },
    join: { x: 0.43, from: ["update_gate", "candidate"], rest: true },
    passes: ["reset_gate", "candidate"],
    end: 0.985,
  },
  rnn: {
    memory: "hidden_state",
    strips: [
      strip("hidden_state_prev", 0.065, HIGHWAY, "signed", ["read", "forget"], { term: "hidden_state", prev: true }),
      strip("input", 0.105, GATE_ROW, "signed", ["read"], { term: "input" }),
      strip("candidate", 0.43, GATE_ROW, "signed", ["write"], { squeeze: "tanh" }),
      strip("hidden_state", 0.58, HIGHWAY, "signed", ["update", "expose", "predict"]),
    ],
    keep: { x: 0.22, gate: null },
    add: { x: 0.43 },
    join: { x: 0.43, from: ["candidate"] },
    end: 0.985,
  },
};
