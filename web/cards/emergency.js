// Danger: the number first, one big button, one sentence.

import { h } from "../element.js";
import { icon } from "../icons.js";
import { say } from "../language.js";
import { words } from "../words.js";

/** Return the card for a reply of kind "emergency"; its card is a Danger or an Answer. */
export function emergencyCard(reply) {
  const card = reply.card || {};
  const phone = card.phone || (/\d{3,5}/.exec(reply.text) || [say("emergency.numbers")[2].phone])[0];
  return h(
    "section",
    { class: "emergency-card", role: "alert" },
    h("p", { class: "emergency-title" }, icon("alert"), say("emergency.title")),
    h("a", { class: "emergency-call", href: `tel:${phone}` }, icon("phone"), say("emergency.call", { phone })),
    h("p", { class: "emergency-text" }, words(reply.text))
  );
}
