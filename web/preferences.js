// How this citizen wants the page to look and speak; kept on the device.

import { keep, recall } from "./storage.js";

const DEFAULTS = { theme: "auto", elder: false, script: "zh-Hans", voice: "zh-CN" };
const listeners = new Set();

export const preferences = { ...DEFAULTS, script: preferredScript(), ...recall("preferences", {}) };

function preferredScript() {
  return /^zh-(Hant|TW|HK|MO)/i.test(navigator.language) ? "zh-Hant" : DEFAULTS.script;
}

/** Change some preferences, apply and keep them. */
export function prefer(changes) {
  Object.assign(preferences, changes);
  keep("preferences", preferences);
  window.suishengAppearance(preferences);
  listeners.forEach((listener) => listener(changes));
}

/** Call `listener` with the changes whenever preferences change. */
export function onPreference(listener) {
  listeners.add(listener);
}

window.suishengAppearance(preferences);
