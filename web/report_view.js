// “拍照反映”: photos, one sentence, a place; filed at once, and once only.

import { post } from "./city_api.js";
import { ticketCard } from "./cards/ticket.js";
import { fill, h } from "./element.js";
import { Field } from "./field.js";
import { icon } from "./icons.js";
import { uuid } from "./identifiers.js";
import { say } from "./language.js";
import { sentenceFor } from "./notice.js";
import { PhotoStrip } from "./photo_strip.js";
import { uploaded } from "./photos.js";
import { forget, keep, recall } from "./storage.js";

const PHONE = /^(\+?86[- ]?)?1\d{10}$|^0\d{2,3}-?\d{7,8}$/;

/**
 * Return the page of the form.
 *
 * @param {object} begin `pictures` already prepared and a `place` taken from one of them
 */
export function reportForm({ pictures = [], place = "" } = {}) {
  // A phone number is not kept: others may use this device.
  const draft = recall("report", {});
  const text = new Field(h("textarea", { rows: 4, maxlength: 5000, required: true }), say("report.text"));
  const where = new Field(h("input", { type: "text", maxlength: 200, autocomplete: "street-address" }), say("report.place"), say("report.placeHint"));
  const when = new Field(h("input", { type: "text", maxlength: 200, autocomplete: "off" }), say("report.time"), say("report.timeHint"));
  const phone = new Field(h("input", { type: "tel", maxlength: 18, autocomplete: "tel" }), say("report.phone"), say("report.phoneHint"));
  text.input.value = draft.text || "";
  where.input.value = place || draft.place || "";
  when.input.value = draft.occurred || "";
  const strip = new PhotoStrip((found) => {
    where.input.value = where.value ? `${where.value}（${found}）` : found;
    remember();
  });
  strip.pictures = pictures;
  strip.settled = Boolean(place);
  strip.draw();
  const problem = h("p", { class: "problem", role: "alert" });
  const button = h("button", { type: "submit", class: "button primary wide" }, say("report.send"));
  const page = h("div", { class: "report" });

  function remember() {
    keep("report", { text: text.input.value, place: where.input.value, occurred: when.input.value });
  }

  async function submit(event) {
    event.preventDefault();
    problem.textContent = "";
    if (text.refuse(text.value ? "" : say("report.textMissing"))) return text.input.focus();
    const number = phone.value.replace(/ /g, "");
    if (phone.refuse(number && !PHONE.test(number) ? say("report.phoneWrong") : "")) return phone.input.focus();
    button.disabled = true;
    fill(button, say("report.sending"));
    try {
      const attachments = await uploaded(strip.pictures);
      const body = { text: text.value, place: where.value || null, occurred: when.value || null, phone: number || null, attachments };
      filed(await post("/v1/tickets", body, { "Idempotency-Key": keyFor(body) }));
    } catch (failure) {
      problem.textContent = sentenceFor(failure);
      button.disabled = false;
      fill(button, say("report.send"));
    }
    return undefined;
  }

  function filed(progress) {
    forget("report");
    forget("report-key");
    const title = h("h1", { tabindex: "-1" }, say("report.done"));
    fill(page, h("div", { class: "page-head" }, title), ticketCard(progress, { made: true }));
    title.focus();
  }

  fill(
    page,
    h("div", { class: "page-head" }, h("h1", { tabindex: "-1" }, say("report.title"))),
    h("p", { class: "intro" }, say("report.intro")),
    h(
      "form",
      { class: "card", novalidate: true, on: { submit, input: remember } },
      h("div", { class: "field" }, h("p", { class: "field-name" }, icon("camera"), say("report.photos")), strip.node),
      text.node,
      where.node,
      when.node,
      phone.node,
      problem,
      button
    )
  );
  return page;
}

/** The same content is always sent under the same key; a changed one under a new one. */
function keyFor(body) {
  const content = JSON.stringify(body);
  const digest = Array.from(content).reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) >>> 0, 7);
  const kept = recall("report-key", null);
  if (kept && kept.digest === digest && kept.length === content.length) return kept.key;
  const fresh = { key: uuid(), digest, length: content.length };
  keep("report-key", fresh);
  return fresh.key;
}
