// Pressing and dragging along a picture.

// `seek` where the pointer presses or drags, `hover` elsewhere; `focused` takes the keyboard's focus with a press.
/** @typedef {(event: PointerEvent) => void} Follow */
/** @param {HTMLElement} element @param {{ seek: Follow, hover?: Follow, focused?: HTMLElement }} options */
export function onDrag(element, { seek, hover, focused }) {
  let isHeld = false;
  element.addEventListener("pointerdown", (event) => {
    isHeld = true;
    if (event.pointerType === "mouse") element.setPointerCapture(event.pointerId); // a finger is captured by itself
    focused?.focus({ preventScroll: true });
    event.preventDefault();
    seek(event);
  });
  element.addEventListener("pointermove", (event) => (isHeld && event.buttons ? seek(event) : hover?.(event)));
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => (isHeld = false));
}
