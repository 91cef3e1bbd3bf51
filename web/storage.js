// Small values kept on this device; where the browser refuses, they last as long as the page.

const PREFIX = "suisheng.";
const inMemory = new Map();

/** Return the value kept under `name`, or `fallback`. */
export function recall(name, fallback) {
  if (inMemory.has(name)) return inMemory.get(name);
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + name));
    return kept === null ? fallback : kept;
  } catch (refused) {
    return fallback;
  }
}

/** Keep a JSON value under `name`. */
export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
    inMemory.delete(name);
  } catch (refused) {
    inMemory.set(name, value);
  }
}

/** Forget what is kept under `name`. */
export function forget(name) {
  inMemory.delete(name);
  try {
    localStorage.removeItem(PREFIX + name);
  } catch (refused) {
    return;
  }
}
