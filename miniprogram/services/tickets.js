// The citizen's tickets: fetched, and kept to be read without a network.

const { get, post } = require("./city_api");
const { uuid } = require("./identifiers");
const say = require("./say");
const { keep, recall } = require("./storage");

const KEPT = 30;
const CALLED_BACK = "已回访";
const VOID = "已作废";

/** Return `{items, at, failure}`: the tickets, when they were true, and why they are not newer. */
async function mine() {
  try {
    const { items } = await get("/v1/tickets");
    const kept = { items: items.slice(0, KEPT), at: Date.now() };
    keep("tickets", kept);
    return { ...kept, failure: null };
  } catch (failure) {
    return { ...remembered(), failure };
  }
}

/** Return what was last seen: `{items, at}`. */
function remembered() {
  return recall("tickets", { items: [], at: null });
}

/** Put a newer Progress in the place of the one remembered. */
function note(progress) {
  const { items, at } = remembered();
  const others = items.filter((ticket) => ticket.number !== progress.number);
  const known = others.length < items.length;
  keep("tickets", { at: at || Date.now(), items: known ? items.map((ticket) => (ticket.number === progress.number ? progress : ticket)) : [progress, ...items] });
  return progress;
}

const address = (number, step) => `/v1/tickets/${encodeURIComponent(number)}/${step}`;

/** Rate a finished ticket; returns the newer Progress. */
async function rate(number, score, text) {
  return note(await post(address(number, "rating"), { score, text }));
}

/** Ask for a finished ticket to be handled again; returns the new ticket. `key`: sent twice is done once. */
async function reopen(number, reason, key = uuid()) {
  return note(await post(address(number, "reopen"), { reason }, key));
}

/** Add words and uploaded photos to an open ticket; returns the newer Progress. */
async function add(number, text, attachments = [], key = uuid()) {
  return note(await post(address(number, "additions"), { text, attachments }, key));
}

/** Return how far a ticket is: its stages with where it stands, or `null` for a void one. */
function stagesOf(status) {
  const names = say("ticket.stages");
  const reached = status === CALLED_BACK ? names.length - 1 : names.indexOf(status);
  if (reached < 0) return null;
  return {
    label: say("ticket.stageLabel", { status, step: reached + 1, all: names.length }),
    steps: names.map((name, index) => ({ name, mark: index < reached ? "past" : index === reached ? "now" : "" })),
  };
}

/** Return "open", "done" or "void". */
function toneOf(status) {
  if (status === VOID) return "void";
  return status === CALLED_BACK || status === say("ticket.stages")[4] ? "done" : "open";
}

module.exports = { mine, remembered, note, rate, reopen, add, stagesOf, toneOf };
