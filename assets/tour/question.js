// A question: guess first, then the model is run and says how it is. No guess is kept anywhere, and none is a mistake.

import { addButton } from "../shared/controls.js";
import { tag } from "../shared/dom.js";

export class QuestionView {
  place = "";
  /** @type {TourQuestion | null} */ question = null;
  /** @type {[name: string, button: HTMLElement][]} */ buttons = [];
  /** @type {Map<string, string>} */ guesses = new Map();
  /** @type {Map<string, Found>} */ answers = new Map();

  constructor(/** @type {HTMLElement} */ parent, /** @type {TourCard} */ app) {
    this.app = app;
    this.root = tag(parent, "div", { class: "question", role: "group" });
    this.words = tag(this.root, "p", { class: "asked", id: "tour-question" });
    this.root.setAttribute("aria-labelledby", "tour-question");
    this.choices = tag(this.root, "div", { class: "choices" });
    this.answer = tag(this.root, "p", { class: "answer", "aria-live": "polite" });
  }

  show(/** @type {string} */ place, /** @type {TourQuestion | null} */ question) {
    this.root.hidden = !question;
    if (this.place !== place) this.build(place, question);
    if (question) this.draw();
  }

  build(/** @type {string} */ place, /** @type {TourQuestion | null} */ question) {
    this.place = place;
    this.question = question;
    this.words.textContent = question ? question.words : "";
    this.choices.replaceChildren();
    this.buttons = Object.entries(question?.choices ?? {}).map(([name, words]) => {
      const attributes = { class: "choice", "aria-pressed": "false", text: words };
      return [name, addButton(this.choices, attributes, () => this.guess(name))];
    });
  }

  guess(/** @type {string} */ name) {
    if (this.guesses.has(this.place)) return;
    this.guesses.set(this.place, name);
    this.app.trigger("ask", this.app.at);
    this.draw();
  }

  reveal(/** @type {string} */ place, /** @type {Found} */ found) {
    this.answers.set(place, found);
    if (place === this.place) this.draw();
  }

  draw() {
    const guess = this.guesses.get(this.place);
    const found = guess === undefined ? undefined : this.answers.get(this.place);
    for (const [name, button] of this.buttons) {
      button.setAttribute("aria-pressed", String(name === guess));
      button.setAttribute("aria-disabled", String(guess !== undefined));
      button.classList.toggle("is", name === found?.choice);
    }
    const waiting = guess === undefined ? "Guess first; then the model is asked." : "Asking the model …";
    this.answer.textContent = guess !== undefined && found ? this.sentence(guess, found) : waiting;
  }

  /** @param {string} guess @param {Found} found */
  sentence(guess, { choice, words }) {
    const right = this.question?.choices[choice] ?? "";
    const lead = guess === choice ? "Just as you said." : `The model says: ${right[0].toLowerCase()}${right.slice(1)}.`;
    return `${lead} ${words}`;
  }
}
