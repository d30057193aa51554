// Keeps the keys of a person's runs in the browser, so that a reload and a new server find them. Where the browser keeps
// nothing, the session does.

import { BROWSER, readKept, writeKept } from "../shared/storage.js";

const PLACE = "lstm-viz-runs";
const MOST = 200;
const RUN_KEY = /^[0-9a-f]{24}$/;
let sentLast = "";

// undefined where the browser keeps nothing.
/** @returns {string[] | undefined} */
function readKeys() {
  const keys = readKept(BROWSER, PLACE);
  if (keys === undefined) return undefined;
  return Array.isArray(keys) ? keys.filter((key) => typeof key === "string" && RUN_KEY.test(key)) : [];
}

/** @param {ComponentCall<MemoryData>} call */
export default function ({ data, setStateValue }) {
  const { mine, gone, ask } = data;
  const stored = readKeys();
  const lost = new Set(gone);
  const keys = [...new Set([...(stored ?? []), ...mine])].filter((key) => !lost.has(key)).slice(-MOST);
  const changed = JSON.stringify(keys) !== JSON.stringify(stored);
  const kept = stored !== undefined && (!changed || writeKept(BROWSER, PLACE, keys));
  const news = keys.some((key) => !mine.includes(key));
  const sent = JSON.stringify([keys, kept, ask]);
  if ((news || ask) && sent !== sentLast) setStateValue("list", { keys, kept });
  sentLast = news || ask ? sent : "";
}
