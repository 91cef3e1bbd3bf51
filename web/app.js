// Puts the page together: one conversation, three pages, and what stands around them.

import { endSession, health } from "./city_api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { dataPage } from "./data_view.js";
import { fill, h } from "./element.js";
import { bar, drawNetwork, drawStanding, emergencyLine, markPage } from "./frame.js";
import { icon } from "./icons.js";
import { say } from "./language.js";
import { notify, placeNotices, sentenceFor } from "./notice.js";
import { addPhotos, openPhotoSheet } from "./photo_sheet.js";
import { onPreference, preferences } from "./preferences.js";
import { reportForm } from "./report_view.js";
import { forget, keep, recall } from "./storage.js";
import { oneTicket, ticketList } from "./tickets_view.js";
import { Thread } from "./thread.js";

const LEAVE_QUEUE = "/gateway_leave_queue";
const ELDER = "/elder_mode";

const conversation = new Conversation();
const service = { demo: false, rasa: false };
let handed = {};

const thread = new Thread(conversation, welcome);
const composer = new Composer({
  send: (text) => conversation.send(text),
  pickPhotos: (files) =>
    openPhotoSheet(files, {
      talking: conversation.items.some((item) => item.speaker === "citizen"),
      hold: (ids) => holdPhotos([...recall("photos", []), ...ids]),
      tell: (text) => composer.insert(text),
      report: (pictures, place) => {
        handed = { pictures, place };
        location.hash = "#/report";
      },
    }),
  state: () => conversation.state,
});

const header = h("header", { class: "bar" });
const emergency = h("div", { class: "emergency-line" });
const network = h("div", { class: "network", role: "status", "aria-live": "polite" });
const standing = h("div", { class: "standing", role: "status", "aria-live": "polite" });
const chatTitle = h("h1", { class: "visually-hidden" });
const chatPage = h("div", { class: "page chat-page" }, chatTitle, standing, thread.node, composer.node);
const otherPage = h("div", { class: "page other-page" });
const footer = h("p", { class: "footer" });
const skip = h("a", { class: "skip", href: "#main", on: { click: skipToContent } });

function skipToContent(event) {
  event.preventDefault();
  if (chatPage.hidden) otherPage.querySelector("h1").focus();
  else composer.focus();
}

function welcome() {
  const elder = preferences.elder;
  return h(
    "section",
    { class: "welcome" },
    h("h2", {}, say(elder ? "welcome.titleElder" : "welcome.title")),
    h("p", {}, say(elder ? "welcome.textElder" : "welcome.text")),
    elder && h("a", { class: "button call", href: `tel:${say("brand.hotline")}` }, icon("phone"), say("brand.callHotline")),
    h(
      "div",
      { class: "starters", role: "group", "aria-label": say("welcome.starters") },
      say("welcome.chips").map((chip) => h("button", { type: "button", class: "starter", on: { click: () => conversation.send(chip.title, chip.payload || null) } }, icon(chip.icon), h("span", {}, chip.title)))
    )
  );
}

function label() {
  document.title = say("brand.title");
  chatTitle.textContent = say("chat.region");
  skip.textContent = say("navigation.skip");
  redrawBar();
  fill(emergency, emergencyLine());
  footer.textContent = service.demo ? `${say("brand.demoNote")}${say("brand.footer")}` : say("brand.footer");
}

/** Draw the bar again; whoever stood on one of its buttons still does. */
function redrawBar() {
  const stops = () => [...header.querySelectorAll("a, button")];
  const stop = stops().indexOf(document.activeElement);
  fill(header, bar(service.demo));
  markPage(header, openPage().page);
  if (stop >= 0) stops()[Math.min(stop, stops().length - 1)].focus();
}

function openPage() {
  const [, page = "", detail = ""] = location.hash.split("/");
  return ["tickets", "report", "data"].includes(page) ? { page, detail: decodeURIComponent(detail) } : { page: "chat", detail: "" };
}

function route(moved) {
  const { page, detail } = openPage();
  const chat = page === "chat";
  chatPage.hidden = !chat;
  otherPage.hidden = chat;
  markPage(header, page);
  fill(otherPage);
  if (chat) {
    if (moved) composer.focus();
    return;
  }
  const content = contentOf(page, detail);
  handed = {};
  fill(otherPage, h("div", { class: "column" }, content));
  otherPage.scrollTop = 0;
  if (moved) otherPage.querySelector("h1").focus();
}

function contentOf(page, detail) {
  if (page === "report") return reportForm(handed);
  if (page === "data") return dataPage(dataGone);
  return detail ? oneTicket(detail) : ticketList();
}

function dataGone(deletion) {
  holdPhotos([]);
  conversation.clear();
  if (deletion.session_ended) endSession();
  thread.redraw();
  location.hash = "#/";
  const kept = deletion.kept_tickets.join("、");
  notify(kept ? say("data.deletedKept", { numbers: kept }) : say("data.deleted"));
}

function drawAround() {
  drawNetwork(network, conversation.problem, retry);
  drawStanding(standing, conversation, () => conversation.send(say("chat.leaveQueue"), LEAVE_QUEUE));
  if (conversation.renewed) {
    conversation.renewed = false;
    notify(say("chat.renewed"));
  }
  composer.relabel();
}

async function retry() {
  await conversation.flush();
  await conversation.look();
}

function holdPhotos(ids) {
  if (ids.length) keep("photos", ids);
  else forget("photos");
  composer.holdPhotos(ids.length, () => holdPhotos([]));
}

async function attachHeld(item) {
  const ids = recall("photos", []);
  if (item.kind !== "ticket" || !item.card || !ids.length) return;
  holdPhotos([]);
  try {
    await addPhotos(item.card.number, ids);
  } catch (failure) {
    holdPhotos(ids);
    notify(sentenceFor(failure));
  }
}

function preferencesChanged(changes) {
  label();
  thread.redraw();
  composer.holdPhotos(recall("photos", []).length, () => holdPhotos([]));
  network.dataset.shown = "";
  drawAround();
  // A form being filled in is worth more than its labels in the other script.
  if (!location.hash.startsWith("#/report")) route(false);
  if (changes.elder && service.rasa && conversation.state === "bot" && conversation.items.length) {
    conversation.send(say("settings.elder"), ELDER);
  }
}

function tellParent(type) {
  if (window.parent !== window) window.parent.postMessage({ suisheng: type }, "*");
}

async function begin() {
  label();
  placeNotices(document.body);
  fill(document.getElementById("app"), skip, header, h("main", { class: "main", id: "main" }, emergency, network, chatPage, otherPage, footer));
  document.getElementById("app").dataset.ready = "yes";
  composer.fit();
  holdPhotos(recall("photos", []));
  route(false);
  conversation.on("change", drawAround);
  conversation.on("reply", (item) => {
    attachHeld(item);
    tellParent("reply");
  });
  onPreference(preferencesChanged);
  window.addEventListener("hashchange", () => route(true));
  window.addEventListener("online", retry);
  window.addEventListener("offline", drawAround);
  document.addEventListener("visibilitychange", () => !document.hidden && conversation.look());
  window.addEventListener("keydown", (event) => event.key === "Escape" && tellParent("escape"));
  await Promise.all([conversation.load(), look()]);
}

async function look() {
  try {
    const found = await health();
    service.demo = found.demo === true;
    service.rasa = found.parts.rasa.ok;
    label();
  } catch (failure) {
    service.rasa = false;
  }
}

begin();
