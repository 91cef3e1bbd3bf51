// A dialog over the page: focus stays inside, Escape and the backdrop close it, focus returns.

import { freshId, h } from "./element.js";
import { icon } from "./icons.js";
import { say } from "./language.js";

const REACHABLE = "a[href], button:not([disabled]), input:not([disabled]):not([hidden]), textarea, select, summary, [tabindex='0']";

/**
 * Open a dialog with a title and content; return a function that closes it.
 */
export function openSheet(title, content) {
  const id = freshId("sheet");
  const opener = document.activeElement;
  const dialog = h(
    "div",
    { class: "sheet", role: "dialog", "aria-modal": "true", "aria-labelledby": id, tabindex: "-1" },
    h("div", { class: "sheet-head" }, h("h2", { id }, title), h("button", { type: "button", class: "tool", "aria-label": say("navigation.close"), on: { click: () => close() } }, icon("close"))),
    h("div", { class: "sheet-body" }, content)
  );
  const backdrop = h("div", { class: "backdrop", on: { click: (event) => event.target === backdrop && close() } }, dialog);

  function close() {
    document.removeEventListener("keydown", keys, true);
    backdrop.remove();
    if (opener && opener.isConnected) opener.focus();
  }

  function keys(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (event.key !== "Tab") return;
    const stops = [...dialog.querySelectorAll(REACHABLE)].filter(isStop);
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement === edge || !dialog.contains(document.activeElement)) {
      event.preventDefault();
      (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
    }
  }

  document.addEventListener("keydown", keys, true);
  document.body.append(backdrop);
  dialog.focus();
  return close;
}

/** Of a group of radio buttons the Tab key reaches the chosen one only. */
function isStop(node) {
  return node.offsetParent !== null && !(node.type === "radio" && !node.checked);
}
