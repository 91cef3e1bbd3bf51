// Five stars with words; radio buttons, so arrow keys and screen readers work as everywhere.

import { freshId, h } from "../element.js";
import { icon } from "../icons.js";
import { say } from "../language.js";
import { notify, sentenceFor } from "../notice.js";

/**
 * Return the rating form.
 *
 * @param {(score: number, text: string) => Promise<object>} send files the rating
 * @param {(progress: object) => void} done gets the Progress that came back
 */
export function ratingForm(send, done) {
  const group = freshId("rating");
  const all = say("rating.words");
  const word = h("p", { class: "rating-word", "aria-live": "polite" });
  const stars = all.map((name, index) => {
    const id = freshId("star");
    const input = h("input", { type: "radio", name: group, id, value: index + 1, class: "visually-hidden", on: { change: () => choose(index + 1) } });
    return [input, h("label", { for: id, class: "star" }, icon("star"), h("span", { class: "visually-hidden" }, say("rating.star", { score: index + 1, word: name })))];
  });
  const row = h("div", { class: "stars", dataset: { score: 0 } }, stars);
  const text = h("textarea", { rows: 2, maxlength: 200, "aria-label": say("rating.text"), placeholder: say("rating.text") });
  const problem = h("p", { class: "problem", role: "alert" });
  const button = h("button", { type: "submit", class: "button primary" }, say("rating.send"));

  function choose(score) {
    row.dataset.score = score;
    row.querySelectorAll(".star").forEach((star, index) => star.classList.toggle("lit", index < score));
    word.textContent = all[score - 1];
    problem.textContent = "";
  }

  async function submit(event) {
    event.preventDefault();
    const score = Number(row.dataset.score);
    if (!score) {
      problem.textContent = say("rating.choose");
      row.querySelector("input").focus();
      return;
    }
    button.disabled = true;
    try {
      done(await send(score, text.value.trim()));
      notify(say("rating.thanks"));
    } catch (failure) {
      problem.textContent = sentenceFor(failure);
      button.disabled = false;
    }
  }

  return h(
    "form",
    { class: "rating", novalidate: true, on: { submit } },
    h("fieldset", {}, h("legend", {}, say("rating.title"), h("span", { class: "visually-hidden" }, say("rating.legend"))), row, word),
    text,
    problem,
    button
  );
}
