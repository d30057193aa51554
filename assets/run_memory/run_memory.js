// Keeps the keys of a person's runs in the browser, so that a reload and a new server find them. Where the browser keeps
// nothing, the session does.

const PLACE = "lstm-viz-runs";
const MOST = 200;
const RUN_KEY = /^[0-9a-f]{24}$/;
let toldLast = "";

function readKeys() {
  try {
    const keys = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    return Array.isArray(keys) ? keys.filter((key) => typeof key === "string" && RUN_KEY.test(key)) : [];
  } catch (error) {
    return error instanceof SyntaxError ? [] : null;
  }
}

function writeKeys(keys) {
  try {
    localStorage.setItem(PLACE, JSON.stringify(keys));
    return true;
  } catch {
    return false;
  }
}

export default function ({ data, setStateValue }) {
  const { mine, gone, ask } = data;
  const stored = readKeys();
  const lost = new Set(gone);
  const keys = [...new Set([...(stored ?? []), ...mine])].filter((key) => !lost.has(key)).slice(-MOST);
  const changed = JSON.stringify(keys) !== JSON.stringify(stored);
  const kept = stored !== null && (!changed || writeKeys(keys));
  const news = keys.some((key) => !mine.includes(key));
  const told = JSON.stringify([keys, kept, ask]);
  if ((news || ask) && told !== toldLast) setStateValue("list", { keys, kept });
  toldLast = news || ask ? told : "";
}
