// The steps of a “一件事” in their order; pressing one asks about it.

import { h } from "../element.js";
import { icon } from "../icons.js";
import { say } from "../language.js";
import { words } from "../words.js";

/**
 * Return the numbered list of an answer's steps.
 *
 * @param {object[]} steps the contract's PackageStep, in order
 * @param {(title: string) => void} ask says a step's title in the conversation
 */
export function packageSteps(steps, ask) {
  return h(
    "section",
    { class: "block package-steps" },
    h("h3", {}, icon("route"), h("span", {}, say("answer.packageSteps", { count: steps.length }))),
    h("ol", { class: "list-steps" }, steps.map((step) => h("li", {}, title(step, ask), details(step))))
  );
}

function title(step, ask) {
  if (!step.valid) return h("p", { class: "step-title" }, step.title);
  return h("button", { type: "button", class: "link step-title", on: { click: () => ask(step.title) } }, step.title);
}

function details(step) {
  const unit = step.unit && `${say("answer.unit")}：${step.unit}`;
  return [
    step.when && h("p", { class: "step-when" }, step.when),
    step.note && h("p", {}, words(step.note)),
    !step.valid && h("p", { class: "step-paused" }, words(say("answer.stepPaused", { phone: step.phone }))),
    unit && h("p", { class: "step-unit" }, unit),
  ];
}
