// Brings what a click has opened before the eyes and under the keyboard: once for each thing that is opened.

import { hostOf, prefersStill } from "../shared/dom.js";

const SETTLE = 150; // ms until Streamlit has drawn, and disabled the button that was pressed
let arrivedAt = "";

/** @param {ComponentCall<ArriveData>} call */
export default function ({ data, parentElement }) {
  const root = hostOf(parentElement);
  if (!data?.at || data.at === arrivedAt) return;
  const first = arrivedAt === "" && !data.moved;
  arrivedAt = data.at;
  if (first) return;
  setTimeout(() => {
    root.style.scrollMarginTop = "5rem"; // room for the bar at the top
    const { top } = root.getBoundingClientRect();
    if (top < 0 || top > innerHeight * 0.6)
      root.scrollIntoView({ block: "start", behavior: prefersStill() ? "auto" : "smooth" });
    root.tabIndex = -1;
    root.style.outline = "none";
    const focused = document.activeElement;
    if (focused === document.body || focused?.matches(":disabled")) root.focus({ preventScroll: true });
  }, SETTLE);
}
