// Messages not yet acknowledged, kept on the device with the id they will always be sent under.

import { forget, keep, recall } from "./storage.js";

/** Return the unacknowledged messages, oldest first. */
export function unsent() {
  return recall("outbox", []);
}

/** Keep `{messageId, text, payload}` until it is acknowledged. */
export function hold(message) {
  keep("outbox", [...unsent(), message]);
}

/** Forget an acknowledged or given-up message. */
export function release(messageId) {
  keep("outbox", unsent().filter((message) => message.messageId !== messageId));
}

/** Forget every unacknowledged message. */
export function forgetUnsent() {
  forget("outbox");
}
