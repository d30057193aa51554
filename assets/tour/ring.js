// The ring around what a stop talks of: found again whenever Streamlit draws it anew, and no ring where it is not there.

import { prefersStill, tag } from "../shared/dom.js";

const GAP = 6;
const BAR = 68; // px of the bar at the top, and a little air
const SHEET = 640; // px of width below which the card is a sheet at the bottom
const TURNS = ["PageDown", "PageUp", "Enter", " ", "Tab"];
const SCROLL_TIMES = [0, 500, 1400]; // ms after it was found at which it is brought into view: what is above may still grow

export class Ring {
  target = "";
  startPlace = "";
  /** @type {number[]} */ scrollTimes = [];
  foundAt = 0;
  /** @type {string | undefined} */ drawn;
  /** @type {number[]} */ at = [];

  constructor(/** @type {Node} */ parent, /** @type {TourCard} */ app) {
    this.app = app;
    this.root = tag(parent, "div", { class: "ring", "aria-hidden": "true", hidden: "" });
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      document.addEventListener(kind, (event) => this.release(event), { signal, passive: true, capture: true });
    }
    const look = () => {
      this.look();
      this.frame = requestAnimationFrame(look);
    };
    this.frame = requestAnimationFrame(look);
  }

  // `opened`: the page was opened by a link, which may name another place than the one where the stop begins. A place that a
  // picture wrote meanwhile is not one that the link named.
  /** @param {TourStop} stop @param {boolean} here @param {boolean} opened */
  point(stop, here, opened) {
    this.target = here ? stop.highlight : "";
    const isNamed = opened && location.hash !== "" && !("placed" in document.documentElement.dataset);
    this.startPlace = here && !isNamed ? stop.place : "";
    this.scrollTimes = [...SCROLL_TIMES];
    this.foundAt = 0;
    this.drawn = undefined;
  }

  /** Whoever takes hold of the page is not moved any more. @param {Event} event */
  release(event) {
    const onCard = event.composedPath().includes(this.app.root);
    const turns = event instanceof KeyboardEvent && TURNS.includes(event.key);
    if (onCard || turns) return;
    this.scrollTimes = [];
    this.startPlace = "";
  }

  look() {
    const element = this.target ? find(this.target) : null;
    const box = element?.getBoundingClientRect();
    const isThere = Boolean(box?.width && box.height);
    this.root.hidden = !isThere;
    if (!element || !box || !isThere) return;
    this.frameIt(box);
    const now = performance.now();
    this.foundAt ||= now;
    this.begin(element);
    if (this.scrollTimes.length && now >= this.foundAt + this.scrollTimes[0]) {
      this.scrollTimes.shift();
      this.bring(box);
    }
  }

  frameIt(/** @type {DOMRect} */ { left, top, width, height }) {
    const at = [left - GAP, top - GAP, width + 2 * GAP, height + 2 * GAP].map(Math.round);
    if (String(at) === String(this.at)) return;
    this.at = at;
    const [x, y, wide, high] = at.map((pixels) => `${pixels}px`);
    Object.assign(this.root.style, { transform: `translate(${x}, ${y})`, width: wide, height: high });
  }

  // Step, unit and moment live behind the `#` of the address; the picture is told once for each scene that it draws.
  begin(/** @type {Element} */ element) {
    if (!this.startPlace) return;
    const drawn = element.closest(".stage")?.getAttribute("data-drawn");
    if (!drawn || drawn === this.drawn) return;
    this.drawn = drawn;
    const address = `${location.pathname}${location.search}#${this.startPlace}`;
    history.replaceState(history.state, "", address);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }

  // The card moves out of the way: beside it, at the right or at the left, else below it, as a flat bar where it is tall.
  dock(/** @type {DOMRect} */ box) {
    const { root } = this.app;
    const room = () => innerHeight - root.getBoundingClientRect().height - (innerWidth <= SHEET ? 12 : 32);
    root.classList.remove("left", "wide");
    const width = root.getBoundingClientRect().width + 28;
    if (innerWidth <= SHEET) return room();
    if (box.right + GAP < innerWidth - width) return innerHeight - 12;
    if (box.left - GAP > width) {
      root.classList.add("left");
      return innerHeight - 12;
    }
    const isTall = () => box.height + 2 * GAP > room() - BAR;
    root.classList.toggle("wide", isTall());
    root.classList.toggle("wide", root.classList.contains("wide") && !isTall()); // a bar that helps nothing covers more
    return room();
  }

  /** Scroll so that the card covers nothing of it, as far as there is room. @param {DOMRect} box */
  bring(box) {
    const floor = this.dock(box);
    if (box.top - GAP >= BAR && box.bottom + GAP <= floor) return;
    const room = floor - BAR - box.height;
    const offset = BAR + Math.max(GAP, Math.min(room / 2, 60));
    const scroller = document.querySelector("[data-testid=stMain]");
    scroller?.scrollBy({ top: box.top - offset, behavior: prefersStill() ? "auto" : "smooth" });
  }

  remove() {
    cancelAnimationFrame(this.frame);
    this.listening.abort();
    this.root.remove();
  }
}

/** `outside >>> inside`: from the page into the component that stands there. @param {string} selector */
function find(selector) {
  const [outside, inside] = selector.split(" >>> ");
  if (!inside) return [...document.querySelectorAll(outside)].find((element) => element.checkVisibility?.() ?? true) ?? null;
  const holder = document.querySelector(outside);
  const hosts = holder ? [holder, ...holder.querySelectorAll("*")] : [];
  return hosts.map((host) => host.shadowRoot?.querySelector(inside)).find(Boolean) ?? null;
}
