// Photos chosen beside the message box: which matter do they belong to?

import { post } from "./city_api.js";
import { freshId, h } from "./element.js";
import { isOpen, myTickets } from "./cards/ticket.js";
import { say } from "./language.js";
import { notify, sentenceFor } from "./notice.js";
import { PhotoStrip } from "./photo_strip.js";
import { uploaded } from "./photos.js";
import { openSheet } from "./sheet.js";

const MOST_TICKETS = 3;

/**
 * Ask where photos go, and take them there.
 *
 * @param {File[]} files what was chosen
 * @param {object} ways `talking`: whether a matter is being told; `hold(ids)`: keep for the ticket
 *   to come; `tell(text)`: put words into the message box; `report(pictures, place)`: open the form
 */
export async function openPhotoSheet(files, ways) {
  let place = "";
  const strip = new PhotoStrip((text) => {
    place = text;
  });
  const group = freshId("destination");
  const list = h("fieldset", { class: "destinations" }, h("legend", { class: "visually-hidden" }, say("photos.title")));
  const problem = h("p", { class: "problem", role: "alert" });
  const button = h("button", { type: "submit", class: "button primary wide" }, say("photos.go"));
  const form = h("form", { on: { submit } }, strip.node, list, problem, button);
  const close = openSheet(say("photos.title"), form);

  const option = (value, title, hint) => {
    const id = freshId("way");
    const input = h("input", { type: "radio", name: group, id, value, checked: !list.querySelector("input") });
    list.append(h("div", { class: "destination" }, input, h("label", { for: id }, h("span", {}, title), hint && h("small", {}, hint))));
  };
  if (ways.talking) option("chat", say("photos.chat"), say("photos.chatHint"));
  option("form", say("photos.form"), say("photos.formHint"));
  strip.add(files);
  const tickets = await myTickets().catch(() => []);
  tickets.filter(isOpen).slice(0, MOST_TICKETS).forEach((ticket) => option(ticket.number, say("photos.ticket", { number: ticket.number }), ticket.title));

  async function submit(event) {
    event.preventDefault();
    const way = list.querySelector("input:checked").value;
    if (way === "form" || !strip.pictures.length) {
      close();
      if (way === "form") ways.report(strip.pictures, place);
      return;
    }
    button.disabled = true;
    try {
      const ids = await uploaded(strip.pictures);
      if (way === "chat") {
        ways.hold(ids);
        if (place) ways.tell(say("photos.placeSaid", { place }));
      } else {
        await addPhotos(way, ids, place);
      }
      close();
    } catch (failure) {
      problem.textContent = sentenceFor(failure);
      button.disabled = false;
    }
  }
}

/** Attach uploaded photos to a ticket. */
export async function addPhotos(number, ids, place = "") {
  const text = [say("addition.photosOnly", { count: ids.length }), place && say("photos.placeSaid", { place })].filter(Boolean).join("");
  await post(`/v1/tickets/${encodeURIComponent(number)}/additions`, { text, attachments: ids });
  notify(say("composer.photosAdded", { count: ids.length, number }));
}
