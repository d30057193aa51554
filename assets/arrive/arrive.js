// Brings what a click has opened before the eyes and under the keyboard: once for each thing that is opened.

let arrivedAt = "";

export default function ({ data, parentElement }) {
  const root = parentElement.host ?? parentElement;
  if (!data?.at || data.at === arrivedAt) return;
  const first = arrivedAt === "" && !data.moved;
  arrivedAt = data.at;
  if (first) return;
  requestAnimationFrame(() => {
    const { top } = root.getBoundingClientRect();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (top < 0 || top > innerHeight * 0.6) root.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
    root.tabIndex = -1;
    root.style.outline = "none";
    if (document.activeElement === document.body) root.focus({ preventScroll: true });
  });
}
