// “我的工单”: the list of this device, one ticket, and looking one up by number.

import { post } from "./city_api.js";
import { isOpen, myTickets, statusName, ticketCard } from "./cards/ticket.js";
import { fill, h } from "./element.js";
import { Field } from "./field.js";
import { icon } from "./icons.js";
import { say } from "./language.js";
import { notify, sentenceFor } from "./notice.js";

// Proof of a looked-up ticket lives as long as the page, never longer.
const lookedUp = new Map();

/** Return the page of all tickets. */
export function ticketList() {
  const place = h("div", { class: "ticket-list", "aria-busy": "true" }, h("p", { class: "hint" }, say("tickets.loading")));
  const load = async (asked) => {
    try {
      const tickets = await myTickets();
      fill(place, tickets.length ? tickets.map(row) : empty());
      if (asked) notify(say("tickets.refreshed"));
    } catch (failure) {
      fill(place, broken(failure, load));
    }
    place.removeAttribute("aria-busy");
  };
  load(false);
  return [
    h("div", { class: "page-head" }, h("h1", { tabindex: "-1" }, say("tickets.title")), h("button", { type: "button", class: "button small", on: { click: () => load(true) } }, icon("refresh"), say("tickets.refresh"))),
    h("section", {}, h("h2", { class: "section-title" }, say("tickets.mine")), place),
    lookup(),
  ];
}

/** Return the page of one ticket. */
export function oneTicket(number) {
  const place = h("div", {}, h("p", { class: "hint" }, say("tickets.loading")));
  const known = lookedUp.get(number);
  const show = (progress, last4) => fill(place, ticketCard(progress, { last4, onChange: (newer) => last4 && lookedUp.set(number, { progress: newer, last4 }) }));
  const load = async () => {
    try {
      const mine = (await myTickets()).find((ticket) => ticket.number === number);
      if (mine) show(mine);
      else if (!known) fill(place, h("p", { class: "empty-text" }, say("tickets.gone")), lookup(number));
    } catch (failure) {
      if (!known) fill(place, broken(failure, load));
    }
  };
  if (known) show(known.progress, known.last4);
  load();
  return [h("div", { class: "page-head" }, h("a", { class: "tool", href: "#/tickets", "aria-label": say("navigation.back") }, icon("back")), h("h1", { tabindex: "-1" }, say("tickets.title"))), place];
}

function row(ticket) {
  return h(
    "a",
    { class: `ticket-row${isOpen(ticket) ? "" : " finished"}`, href: `#/tickets/${encodeURIComponent(ticket.number)}` },
    h("span", { class: "ticket-row-head" }, h("span", { class: `status status-${isOpen(ticket) ? "open" : "done"}` }, statusName(ticket.status)), ticket.due_text && h("span", { class: "due" }, ticket.due_text)),
    h("span", { class: "ticket-row-title" }, ticket.title),
    h("span", { class: "ticket-row-foot" }, ticket.unit ? ticket.unit.name : say("ticket.nobody"), " · ", h("span", { class: "number" }, ticket.number))
  );
}

function empty() {
  return h("div", { class: "empty" }, icon("ticket"), h("p", { class: "empty-title" }, say("tickets.empty")), h("p", { class: "empty-text" }, say("tickets.emptyText")), h("a", { class: "button", href: "#/" }, say("tickets.start")));
}

function broken(failure, again) {
  return h("div", { class: "empty", role: "alert" }, icon("offline"), h("p", { class: "empty-text" }, sentenceFor(failure)), h("button", { type: "button", class: "button", on: { click: () => again(true) } }, say("network.again")));
}

function lookup(number = "") {
  const wanted = new Field(h("input", { type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", value: number, maxlength: 40 }), say("tickets.number"), say("tickets.numberHint"));
  const last4 = new Field(h("input", { type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 4 }), say("tickets.last4"), say("tickets.last4Hint"));
  const problem = h("p", { class: "problem", role: "alert" });
  const button = h("button", { type: "submit", class: "button primary" }, say("tickets.find"));

  async function submit(event) {
    event.preventDefault();
    problem.textContent = "";
    const noNumber = wanted.refuse(wanted.value.length < 4 ? say("tickets.numberMissing") : "");
    const noDigits = last4.refuse(/^\d{4}$/.test(last4.value) ? "" : say("tickets.last4Wrong"));
    if (noNumber || noDigits) {
      (noNumber ? wanted : last4).input.focus();
      return;
    }
    button.disabled = true;
    try {
      const progress = await post("/v1/tickets/lookup", { number: wanted.value, phone_last4: last4.value });
      lookedUp.set(progress.number, { progress, last4: last4.value });
      location.hash = `#/tickets/${encodeURIComponent(progress.number)}`;
    } catch (failure) {
      problem.textContent = sentenceFor(failure);
    }
    button.disabled = false;
  }

  return h("section", { class: "card lookup" }, h("h2", { class: "section-title" }, say("tickets.lookup")), h("form", { novalidate: true, on: { submit } }, h("div", { class: "lookup-fields" }, wanted.node, last4.node), problem, button));
}
