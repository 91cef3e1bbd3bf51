// Short notices that pass, and the sentence for whatever went wrong.

import { h } from "./element.js";
import { say } from "./language.js";

const SHOWN_FOR = 4500;
const place = h("div", { class: "notices", role: "status", "aria-live": "polite" });

/** Put the place for notices into the page. */
export function placeNotices(parent) {
  parent.append(place);
}

/** Tell the citizen something for a few seconds. */
export function notify(text) {
  const notice = h("p", { class: "notice" }, text);
  place.append(notice);
  setTimeout(() => notice.remove(), SHOWN_FOR);
}

/** Return what to tell the citizen about a failed call. */
export function sentenceFor(failure) {
  if (failure.status === 0) return say("network.unreachable");
  if (failure.status === 429) return failure.message || say("network.busy");
  if (failure.code === "version_conflict") return say("network.stale");
  return failure.message || say("network.failed");
}
