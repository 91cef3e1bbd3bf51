// What stands around the pages: bar, side rail, emergency line, network notice, footer.

import { fill, h } from "./element.js";
import { icon, mark } from "./icons.js";
import { say } from "./language.js";
import { preferences } from "./preferences.js";
import { openSettings, switchElder } from "./settings_sheet.js";

const PAGES = [["chat", "#/", "chat"], ["tickets", "#/tickets", "ticket"], ["report", "#/report", "camera"]];

/** Return the bar with the name, the pages and the settings. */
export function bar(demo) {
  return [
    h("a", { class: "brand", href: "#/" }, mark(), h("span", { class: "brand-name" }, h("span", { class: "brand-head" }, h("strong", {}, say("brand.name")), demo && h("span", { class: "demo-mark", title: say("brand.demoNote") }, say("brand.demo"))), h("span", { class: "brand-line" }, say("brand.line")))),
    h("nav", { class: "pages", "aria-label": say("navigation.main") }, PAGES.map(([name, href, picture]) => h("a", { href, dataset: { page: name } }, icon(picture), h("span", {}, say(`navigation.${name}`))))),
    h("div", { class: "bar-tools" }, h("button", { type: "button", class: "elder-button", "aria-pressed": String(preferences.elder), on: { click: switchElder } }, say("settings.elder")), h("button", { type: "button", class: "tool", "aria-label": say("navigation.settings"), title: say("navigation.settings"), on: { click: openSettings } }, icon("settings"))),
    h("div", { class: "rail-foot" }, h("p", { class: "rail-intro" }, say("brand.intro")), h("a", { class: "rail-call", href: `tel:${say("brand.hotline")}` }, icon("phone"), h("span", {}, h("strong", {}, say("brand.hotline")), h("small", {}, say("brand.hotlineNote")))), h("p", { class: "rail-note" }, say("brand.footer"))),
  ];
}

/** Mark the page that is open. */
export function markPage(node, page) {
  node.querySelectorAll("[data-page]").forEach((link) => {
    if (link.dataset.page === page) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
}

/** Return the line of emergency numbers, always in sight. */
export function emergencyLine() {
  return [
    h("span", { class: "emergency-hint" }, say("emergency.hint")),
    say("emergency.numbers").map(({ name, phone }) => h("a", { href: `tel:${phone}` }, `${name} `, h("strong", {}, phone))),
  ];
}

/** Show what is wrong with the network, or nothing. */
export function drawNetwork(node, problem, retry) {
  const text = !navigator.onLine ? say("network.offline") : problem ? sentence(problem) : "";
  if (node.dataset.shown === text) return;
  node.dataset.shown = text;
  if (!text) {
    fill(node);
    return;
  }
  fill(node, icon("offline"), h("p", {}, text), h("button", { type: "button", class: "button small", on: { click: retry } }, say("network.retry")));
}

function sentence(problem) {
  if (problem.status === 429) return problem.message || say("network.busy");
  return say("network.unreachable");
}

/** Show who is speaking and the place in the queue. */
export function drawStanding(node, { state, queuePosition }, leave) {
  const shown = `${state}|${queuePosition}|${preferences.script}`;
  if (node.dataset.shown === shown) return;
  node.dataset.shown = shown;
  node.dataset.state = state;
  if (state === "bot") {
    fill(node);
    return;
  }
  if (state === "human") {
    fill(node, icon("person"), h("p", {}, say("chat.humanState")));
    return;
  }
  const place = queuePosition > 1 ? say("chat.ahead", { ahead: queuePosition - 1 }) : say("chat.next");
  fill(node, icon("clock"), h("p", {}, h("strong", {}, say("chat.waitingState")), ` ${place}`), h("button", { type: "button", class: "button small", on: { click: leave } }, say("chat.leaveQueue")));
}
