// Whether an answer helped; one that did not goes to the list of questions still to be answered.

import { post } from "../city_api.js";
import { fill, h } from "../element.js";
import { say } from "../language.js";
import { notify, sentenceFor } from "../notice.js";
import { keep, recall } from "../storage.js";

/** Return the two quiet buttons under the answer of `reply`, or the thanks when it was rated. */
export function helpedLine(reply) {
  const name = `helped.${reply.id}`;
  const line = h("div", { class: "helped" });
  const thanks = (helpful) => h("p", { tabindex: "-1" }, say(helpful ? "helped.thanks" : "helped.noted"));
  const rated = recall(name, null);
  if (rated !== null) return fill(line, thanks(rated));

  async function rate(helpful) {
    const { question, entry } = reply.card;
    buttons.forEach((button) => (button.disabled = true));
    try {
      await post("/v1/answers/rating", { question, entry: entry.id, helpful });
      keep(name, helpful);
      fill(line, thanks(helpful));
      line.firstChild.focus();
    } catch (failure) {
      notify(sentenceFor(failure));
      buttons.forEach((button) => (button.disabled = false));
    }
  }

  const buttons = [true, false].map((helpful) =>
    h("button", { type: "button", class: "helped-choice", on: { click: () => rate(helpful) } }, say(helpful ? "helped.yes" : "helped.no"))
  );
  return fill(line, h("div", { class: "helped-choices", role: "group", "aria-label": say("helped.label") }, buttons));
}
