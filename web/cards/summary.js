// What will be filed, to be checked before it is.

import { h } from "../element.js";
import { icon } from "../icons.js";
import { say } from "../language.js";

const FIELDS = [
  ["what", "what", "chat"],
  ["place", "place", "place"],
  ["time", "time", "clock"],
  ["contact_masked", "contact", "phone"],
  ["category", "category", "paper"],
];

/** Return the card for a reply of kind "summary". */
export function summaryCard(reply) {
  const rows = FIELDS.map(([field, name, picture]) => {
    const value = reply.card[field] || (field === "contact_masked" ? say("summary.none") : null);
    if (!value) return null;
    return h("div", { class: "fact" }, h("dt", {}, icon(picture), say(`summary.${name}`)), h("dd", {}, value));
  });
  return h(
    "section",
    { class: "card summary-card" },
    h("h2", { class: "card-title" }, say("summary.title")),
    h("dl", { class: "facts" }, rows)
  );
}
