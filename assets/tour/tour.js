// The card of a guided tour. Python says which stop it is and what the models answer; which answer was guessed stays here.

import { addButton } from "../shared/controls.js";
import { hostOf, isIdle, tag, write } from "../shared/dom.js";
import { mounted } from "../shared/stage.js";
import { QuestionView } from "./question.js";
import { Ring } from "./ring.js";

const PATIENCE = 6000; // ms that a stop which was asked for may take to come
const END = -1;
const TAKES_KEYS =
  "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable='true'], [role=listbox], [role=combobox]";
const SLIDERS = "[role=slider], [role=spinbutton]";

export class TourCard {
  /** @type {TourData} */ data;
  /** @type {Send} */ trigger;
  at = 0;
  /** @type {number | null} */ requested = null;
  until = 0;
  first = true;

  constructor(/** @type {Node} */ parent) {
    hostOf(parent).setAttribute("data-lets-keys-through", "");
    this.listening = new AbortController();
    this.ring = new Ring(parent, this);
    this.root = tag(parent, "section", { class: "card" });
    const head = tag(this.root, "header");
    this.name = tag(head, "p", { class: "name" });
    this.count = tag(head, "p", { class: "count" });
    this.folder = addButton(head, { class: "fold", text: "" }, () => this.fold(!this.root.classList.contains("folded")));
    this.body = tag(this.root, "div", { class: "body" });
    this.said = tag(this.body, "div", { "aria-live": "polite" });
    this.title = tag(this.said, "h2");
    this.words = tag(this.said, "p", { class: "words" });
    this.away = tag(this.body, "p", { class: "away" });
    this.elsewhere = tag(this.away, "span");
    addButton(this.away, { class: "quiet", text: "Take me there" }, () => this.go(this.at));
    this.question = new QuestionView(this.body, this);
    const foot = tag(this.root, "footer");
    addButton(foot, { class: "quiet end", text: "End tour" }, () => this.go(END));
    tag(foot, "span", { class: "keys", text: "Page ↑ Page ↓" });
    this.back = addButton(foot, { class: "", text: "Back" }, () => this.go(this.at - 1));
    this.next = addButton(foot, { class: "main", text: "Next" }, () => this.go(this.at + 1));
    this.fold(false);
    document.addEventListener("keydown", (event) => this.press(event), { signal: this.listening.signal });
  }

  fold(/** @type {boolean} */ folded) {
    this.root.classList.toggle("folded", folded);
    this.folder.textContent = folded ? "+" : "–";
    this.folder.setAttribute("aria-label", folded ? "Show the card" : "Make the card small");
    this.folder.setAttribute("aria-expanded", String(!folded));
  }

  show(/** @type {TourData} */ data) {
    const news = data.key !== this.data?.key || data.at !== this.data?.at;
    this.data = data;
    if (data.found) this.question.reveal(`${data.key}.${data.at}`, data.found);
    const waits = this.requested !== null && this.requested !== data.at && performance.now() < this.until;
    if (waits) return;
    const asked = this.requested !== null; // by a button of the card
    this.requested = null;
    this.at = data.at;
    this.draw();
    if (news || asked) this.ring.point(this.stop, data.here, this.first);
    if (this.first && document.activeElement === document.body) this.next.focus({ preventScroll: true });
    this.first = false;
  }

  get stop() {
    return this.data.stops[this.at];
  }

  get place() {
    return `${this.data.key}.${this.at}`;
  }

  draw() {
    const { title, stops, here } = this.data;
    const [stop, last] = [this.stop, this.at === stops.length - 1];
    this.root.setAttribute("aria-label", `Guided tour: ${title}`);
    this.root.dataset.stop = this.requested === null ? String(this.at + 1) : "";
    this.name.textContent = title;
    this.count.textContent = `${this.at + 1} of ${stops.length}`;
    write(this.title, stop.title);
    write(this.words, stop.words);
    this.away.hidden = here || this.requested !== null;
    this.elsewhere.textContent = `This stop is on the page “${stop.page}”. `;
    this.back.disabled = this.at === 0;
    this.next.textContent = last ? "Finish" : "Next";
    this.question.show(this.place, stop.question);
  }

  /** The card turns at once; the page follows when the server has it. @param {number} place */
  go(place) {
    const ends = place < 0 || place >= this.data.stops.length;
    this.trigger("go", ends ? END : place);
    this.ring.target = this.ring.startPlace = "";
    if (ends) {
      this.root.hidden = true;
      return;
    }
    this.requested = place;
    this.until = performance.now() + PATIENCE;
    this.at = place;
    this.draw();
    if (this.back.disabled && this.back.matches(":focus")) this.next.focus();
  }

  press(/** @type {KeyboardEvent} */ event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || this.root.hidden || !this.data) return;
    const path = event.composedPath();
    if (event.key === "Escape" && (path.includes(this.root) || isIdle(event.target))) this.go(END);
    const way = { PageDown: 1, PageUp: -1 }[event.key];
    if (!way || this.keeps(path)) return;
    event.preventDefault();
    if (this.data.stops[this.at + way]) this.go(this.at + way);
  }

  /** Whether what has the focus may want the page keys for itself; the large pictures do not. @param {EventTarget[]} path */
  keeps(path) {
    const at = path[0];
    if (!(at instanceof Element)) return false;
    const inPicture = path.some((element) => element instanceof Element && element.classList.contains("stage"));
    return at.matches(TAKES_KEYS) || (!inPicture && at.matches(SLIDERS));
  }

  remove() {
    this.listening.abort();
    this.ring.remove();
    this.root.remove();
  }
}

export default mounted(TourCard);
