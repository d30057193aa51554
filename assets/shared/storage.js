// What this browser keeps for the site: in the tab, or for good. One that keeps nothing (blocked, full, framed by another site)
// throws at the mere mention of its storage: there nothing is found and nothing is kept, and the page goes on.

export const TAB = "sessionStorage";
export const BROWSER = "localStorage";

/**
 * null where nothing is kept under the name, or nothing that can be read; undefined where the browser keeps nothing at all.
 * @param {typeof TAB | typeof BROWSER} where @param {string} name @returns {any} whatever somebody put there
 */
export function readKept(where, name) {
  let text;
  try {
    text = window[where].getItem(name);
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

/** Whether it is kept now. @param {typeof TAB | typeof BROWSER} where @param {string} name @param {Json} value */
export function writeKept(where, name, value) {
  try {
    window[where].setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
