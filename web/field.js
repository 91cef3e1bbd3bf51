// A labelled input with its hint and its error, tied together for screen readers.

import { freshId, h } from "./element.js";

export class Field {
  /** `input` is the element; `label` and `hint` stand above it. */
  constructor(input, label, hint = "") {
    const id = freshId("field");
    this.input = input;
    this.problem = h("p", { class: "problem", id: `${id}-problem`, role: "alert" });
    input.id = id;
    input.setAttribute("aria-describedby", `${id}-hint ${id}-problem`);
    this.node = h("div", { class: "field" }, h("label", { for: id }, label), h("p", { class: "hint", id: `${id}-hint` }, hint), input, this.problem);
    input.addEventListener("input", () => this.refuse(""));
  }

  /** What was written, without blanks around it. */
  get value() {
    return this.input.value.trim();
  }

  /** Show a problem, or clear it with an empty text; return whether there is one. */
  refuse(text) {
    this.problem.textContent = text;
    if (text) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
    return Boolean(text);
  }
}
