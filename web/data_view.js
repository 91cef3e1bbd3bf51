// “我的数据”: what is kept about this citizen, to look at, to take along, to have deleted.

import { get, remove } from "./city_api.js";
import { fill, h } from "./element.js";
import { icon } from "./icons.js";
import { say } from "./language.js";
import { moment } from "./moments.js";
import { sentenceFor } from "./notice.js";
import { openSheet } from "./sheet.js";

const DATA = "/v1/citizen/data";

/** Return the page; `forgotten(deletion)` is called once the data is gone. */
export function dataPage(forgotten) {
  const place = h("div", { "aria-busy": "true" }, h("p", { class: "hint" }, say("tickets.loading")));
  const load = async () => {
    try {
      fill(place, overview(await get(DATA), forgotten));
    } catch (failure) {
      fill(place, h("div", { class: "empty", role: "alert" }, icon("offline"), h("p", { class: "empty-text" }, sentenceFor(failure)), h("button", { type: "button", class: "button", on: { click: load } }, say("network.again"))));
    }
    place.removeAttribute("aria-busy");
  };
  load();
  return [
    h("div", { class: "page-head" }, h("a", { class: "tool", href: "#/", "aria-label": say("navigation.back") }, icon("back")), h("h1", { tabindex: "-1" }, say("data.title"))),
    h("p", { class: "page-intro" }, say("data.intro")),
    place,
  ];
}

function overview(data, forgotten) {
  const first = data.messages[0];
  const rows = [
    [say("data.messages"), first ? say("data.messagesSince", { count: data.messages.length, since: moment(first.at) }) : say("data.none")],
    [say("data.tickets"), count(data.tickets.length)],
    [say("data.bookings"), data.bookings.map((one) => `${one.date} ${one.start} ${one.hall}`).join("；") || say("data.none")],
    [say("data.photos"), count(data.photos)],
    [say("data.phone"), data.phone_masked || say("data.none")],
    [say("data.hidden"), data.hidden.join("、") || say("data.none")],
  ];
  return [
    h("dl", { class: "card data-list" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    h("div", { class: "data-actions" },
      h("button", { type: "button", class: "button", on: { click: () => download(data) } }, say("data.download")),
      h("button", { type: "button", class: "button danger", on: { click: () => confirm(forgotten) } }, say("data.delete"))),
    h("p", { class: "hint" }, say("data.keptNote")),
  ];
}

function count(number) {
  return number ? say("data.count", { count: number }) : say("data.none");
}

function download(data) {
  const file = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  const link = h("a", { href: file, download: "suisheng-data.json" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(file), 60000);
}

function confirm(forgotten) {
  const problem = h("p", { class: "problem", role: "alert" });
  const button = h("button", { type: "button", class: "button danger", on: { click: go } }, say("data.deleteNow"));
  const close = openSheet(say("data.deleteTitle"), [
    h("p", {}, say("data.deleteText")),
    problem,
    h("div", { class: "data-actions" }, button, h("button", { type: "button", class: "button", on: { click: () => close() } }, say("data.keep"))),
  ]);

  async function go() {
    button.disabled = true;
    problem.textContent = "";
    try {
      const deletion = await remove(DATA);
      close();
      forgotten(deletion);
    } catch (failure) {
      problem.textContent = sentenceFor(failure);
      button.disabled = false;
    }
  }
}
