// How the citizen likes to read: kept on the phone, told to every open page.

const { keep, recall } = require("./storage");

const listeners = new Set();

/** Whether the large-type, short-sentence version is on. */
function isElder() {
  return recall("elder", false);
}

/** Switch the large-type version. */
function setElder(on) {
  keep("elder", on);
  listeners.forEach((listener) => listener(on));
}

/** Call `listener` with each change; returns how to stop. */
function onElder(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

module.exports = { isElder, setElder, onElder };
