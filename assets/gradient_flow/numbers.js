// The numbers of a payload, as the pictures ask for them: of a lane, in a state of training, over its seeds.

import { extentOf, overSeeds } from "./logs.js";

const AGREE = 0.05; // decades

export class FlowNumbers {
  constructor(/** @type {FlowScene} */ scene) {
    this.scene = scene;
    this.found = new Map();
    this.states = Math.max(...scene.lanes.map(({ frames }) => frames.length));
  }

  // Lanes have trained for different numbers of epochs: a position is a part of the way.
  frameOf(/** @type {FlowLane} */ lane, /** @type {number} */ position) {
    return this.states > 1 ? Math.round((position / (this.states - 1)) * (lane.frames.length - 1)) : 0;
  }

  /** @param {FlowLane} lane @param {string} name @param {number} frame */
  table(lane, name, frame) {
    return this.scene.table(`${lane.cell}@${frame}`, name);
  }

  /** The same, or null where it was not measured. @param {FlowLane} lane @param {string} name @param {number} frame */
  find(lane, name, frame) {
    return this.scene.find(`${lane.cell}@${frame}`, name);
  }

  /** The same table in all states of training. @param {FlowLane} lane @param {string} name */
  tables(lane, name) {
    return lane.frames.map((_, frame) => this.find(lane, name, frame)).filter((table) => table !== null);
  }

  /** @template T @param {string} name @param {() => T} compute @returns {T} */
  once(name, compute) {
    if (!this.found.has(name)) this.found.set(name, compute());
    return this.found.get(name);
  }

  // Median and range over the seeds; as a share, each seed is divided by what it has where the loss sits.
  /** @param {FlowLane} lane @param {string} name @param {number} frame @param {NormView} view */
  norms(lane, name, frame, view) {
    return this.once(`${lane.cell}@${frame}/${name}/${view}`, () => {
      const table = this.table(lane, name, frame);
      if (view === "size") return overSeeds(table);
      const bases = Array.from({ length: table.rows }, (_, row) => {
        const base = table.data[row * table.columns + this.lossStep];
        return Number.isFinite(base) ? base : 0;
      });
      return overSeeds(table, bases);
    });
  }

  /** One scale for all states of training and all cells. @param {NormView} view */
  extent(view) {
    return this.once(`extent/${view}`, () => {
      const lists = this.scene.lanes.flatMap((lane) =>
        lane.frames.flatMap((_, frame) =>
          namesOf(lane).flatMap((name) => {
            const { low, median, high } = this.norms(lane, name, frame, view);
            return lane.readers > 1 ? [low, median, high] : [median];
          }),
        ),
      );
      const extent = extentOf(lists, this.scene.floor);
      const air = (extent.most - extent.least) * 0.03;
      return { ...extent, least: Math.max(extent.least - air, this.scene.floor), most: extent.most + air };
    });
  }

  // Below the last layer the gradient enters at every step, from the layer above.
  get isTop() {
    return this.scene.lanes.every(({ top }) => top);
  }

  // The steps that the loss, or the layer above, gives a gradient of their own.
  get lossSteps() {
    return this.scene.loss_steps;
  }

  get lossStep() {
    return this.lossSteps.at(-1) ?? this.scene.steps - 1;
  }

  /** Whether the gradients of all lanes begin at the same size. @param {number[]} levels */
  levelsAgree(levels) {
    return Math.max(...levels) - Math.min(...levels) < AGREE;
  }
}

/** An LSTM has two states: its memory, and what it shows. @param {FlowLane} lane */
export const namesOf = ({ cell }) => (cell === "lstm" ? ["cell", "hidden"] : ["hidden"]);
