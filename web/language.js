// Looks up sentences of texts.js in the script the citizen reads.

import { preferences } from "./preferences.js";
import { TEXTS } from "./texts.js";

/** Return the entry at `path`, e.g. "chat.ahead", with `{name}` replaced from `values`. */
export function say(path, values = {}) {
  const found = path.split(".").reduce((part, name) => part && part[name], TEXTS[preferences.script]);
  if (found === undefined) throw new Error(`texts.js has no entry ${path}`);
  if (typeof found !== "string") return found;
  return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
