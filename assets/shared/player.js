// Plays what goes step by step.

const NAP = 250; // milliseconds that are made up for after a hiccup, not more

export class Player {
  timer = 0;

  /**
   * `pace` gives the milliseconds until the next step, `advance` takes it and says whether another one follows, `show` hears
   * whether it plays now.
   * @param {{ pace: () => number, advance: () => boolean, show: (isPlaying: boolean) => void }} film
   */
  constructor({ pace, advance, show }) {
    this.pace = pace;
    this.advance = advance;
    this.show = show;
  }

  get isPlaying() {
    return this.timer !== 0;
  }

  start() {
    let due = performance.now() + this.pace();
    const look = (/** @type {number} */ now) => {
      this.timer = requestAnimationFrame(look);
      if (now < due) return;
      due = Math.max(due + this.pace(), now - NAP);
      if (!this.advance()) this.stop();
    };
    this.timer = requestAnimationFrame(look);
    this.show(true);
  }

  stop() {
    if (!this.timer) return;
    cancelAnimationFrame(this.timer);
    this.timer = 0;
    this.show(false);
  }
}
