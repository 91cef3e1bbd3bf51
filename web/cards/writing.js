// One question, one box, one button: why reopen, what to add.

import { freshId, h } from "../element.js";
import { say } from "../language.js";
import { sentenceFor } from "../notice.js";

/**
 * Return the form named by a group of texts.js ("reopen" or "addition").
 *
 * @param {string} group where its words stand
 * @param {(text: string) => Promise<unknown>} send files what was written
 * @param {() => void} cancel closes the form
 */
export function writingForm(group, send, cancel) {
  const id = freshId(group);
  const question = say(group === "reopen" ? "reopen.reason" : "addition.text");
  const box = h("textarea", { id, rows: 3, maxlength: 2000 });
  const problem = h("p", { class: "problem", role: "alert" });
  const button = h("button", { type: "submit", class: "button primary" }, say(`${group}.send`));

  async function submit(event) {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) {
      problem.textContent = say(`${group}.empty`);
      box.focus();
      return;
    }
    button.disabled = true;
    try {
      await send(text);
    } catch (failure) {
      problem.textContent = sentenceFor(failure);
      button.disabled = false;
    }
  }

  return h(
    "form",
    { class: "writing", novalidate: true, on: { submit } },
    h("label", { for: id }, question),
    box,
    problem,
    h("div", { class: "actions" }, button, h("button", { type: "button", class: "button", on: { click: cancel } }, say(`${group}.cancel`)))
  );
}
