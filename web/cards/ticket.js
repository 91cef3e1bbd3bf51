// A ticket as its citizen sees it: who has it, why they, how long it still takes, what is next.

import { get, post } from "../city_api.js";
import { fill, h } from "../element.js";
import { icon } from "../icons.js";
import { say } from "../language.js";
import { moment } from "../moments.js";
import { notify } from "../notice.js";
import { writingForm } from "./writing.js";
import { ratingForm } from "./rating.js";

// Statuses are keys of the contract, always in Simplified script.
const STAGES = ["待派单", "已派单", "已签收", "办理中", "已办结"];
const CALLED_BACK = "已回访";
const VOID = "已作废";

/**
 * Return the card of a Progress, with its citizen's steps.
 *
 * @param {object} progress the contract's Progress
 * @param {object} options `made`: shown right after filing; `last4`: proof for a ticket that was
 *   looked up; `offered`: the conversation offers the steps itself; `onChange`: called with each newer Progress
 */
export function ticketCard(progress, options = {}) {
  const place = h("div", { class: "ticket-place" });
  const draw = (current) => fill(place, face(current, options, (newer) => {
    draw(newer);
    if (options.onChange) options.onChange(newer);
  }));
  draw(progress);
  return place;
}

/** Whether a ticket is still being worked on. */
export function isOpen(progress) {
  return STAGES.indexOf(progress.status) >= 0 && progress.status !== STAGES[4];
}

function face(progress, options, changed) {
  const shown = !options.made;
  return h(
    "article",
    { class: "card ticket-card" },
    h(
      "header",
      { class: "ticket-head" },
      h("p", { class: "ticket-line" }, statusMark(progress, options.made), progress.demo && h("span", { class: "demo-mark" }, say("ticket.demo"))),
      h("h2", { class: "card-title" }, progress.title),
      numberLine(progress.number)
    ),
    stages(progress),
    h(
      "dl",
      { class: "facts" },
      fact("person", say("ticket.who"), progress.unit ? progress.unit.name : say("ticket.nobody"), "strong"),
      progress.why_unit && fact("info", say("ticket.why"), progress.why_unit),
      progress.due_text && fact("clock", say("ticket.left"), [progress.due_text, progress.provisional && h("small", {}, say("ticket.provisional"))], "strong"),
      fact("route", say("ticket.next"), progress.next_step)
    ),
    progress.reply && h("section", { class: "ticket-reply" }, h("h3", {}, say("ticket.reply")), h("p", {}, progress.reply)),
    shown && progress.timeline.length > 0 && timeline(progress.timeline),
    progress.rating && h("p", { class: "rated" }, icon("star"), say("ticket.rated", { score: progress.rating, word: say("rating.words")[progress.rating - 1] })),
    steps(progress, options, changed)
  );
}

function statusMark(progress, made) {
  const done = progress.status === STAGES[4] || progress.status === CALLED_BACK;
  const name = progress.status === VOID ? "void" : done ? "done" : "open";
  return h("span", { class: `status status-${name}` }, made ? [icon("check"), say("ticket.made")] : statusName(progress.status));
}

/** Return a status in the citizen's script. */
export function statusName(status) {
  if (status === VOID) return say("ticket.void");
  if (status === CALLED_BACK) return say("ticket.calledBack");
  return say("ticket.stages")[STAGES.indexOf(status)] || status;
}

function numberLine(number) {
  const copy = h("button", {
    type: "button",
    class: "quiet",
    "aria-label": say("ticket.copy"),
    title: say("ticket.copy"),
    on: {
      click: async () => {
        try {
          await navigator.clipboard.writeText(number);
          notify(say("ticket.copied"));
        } catch (refused) {
          getSelection().selectAllChildren(code);
        }
      },
    },
  }, icon("copy"));
  const code = h("span", { class: "number" }, number);
  return h("p", { class: "ticket-number" }, h("span", { class: "label" }, say("ticket.number")), h("span", { class: "nowrap" }, code, copy));
}

function stages(progress) {
  const reached = progress.status === CALLED_BACK ? 4 : STAGES.indexOf(progress.status);
  if (reached < 0) return null;
  const label = say("ticket.stageLabel", { status: statusName(progress.status), step: reached + 1, all: STAGES.length });
  return h(
    "div",
    { class: "stages", role: "img", "aria-label": label },
    say("ticket.stages").map((name, index) => h("span", { class: index < reached ? "past" : index === reached ? "now" : "" }, name))
  );
}

function fact(picture, name, value, tone = "") {
  return h("div", { class: `fact ${tone}` }, h("dt", {}, icon(picture), name), h("dd", {}, value));
}

function timeline(entries) {
  const newestFirst = [...entries].reverse();
  return h(
    "section",
    { class: "timeline" },
    h("h3", {}, say("ticket.timeline")),
    h("ol", {}, newestFirst.map((entry) => h("li", {}, h("time", { datetime: entry.at }, moment(entry.at)), h("p", {}, entry.text))))
  );
}

function steps(progress, { last4, made, offered }, changed) {
  const address = `/v1/tickets/${encodeURIComponent(progress.number)}`;
  const proof = last4 ? { phone_last4: last4 } : {};
  const place = h("div", { class: "ticket-form" });
  const open = (form) => {
    fill(place, form);
    form.querySelector("input, textarea").focus();
  };
  const rating = progress.can_rate && ratingForm((score, text) => post(`${address}/rating`, { score, text, ...proof }), changed);
  const reopening = () => writingForm("reopen", async (reason) => {
    const child = await post(`${address}/reopen`, { reason, ...proof });
    notify(say("reopen.done", { number: child.number }));
    changed({ ...progress, can_reopen: false });
    return child;
  }, () => fill(place));
  const adding = () => writingForm("addition", async (text) => {
    changed(await post(`${address}/additions`, { text, attachments: [] }));
    notify(say("addition.done"));
  }, () => fill(place));
  return [
    rating,
    h(
      "div",
      { class: "actions" },
      made && h("a", { class: "button", href: `#/tickets/${encodeURIComponent(progress.number)}` }, icon("route"), say("ticket.open")),
      !made && !offered && isOpen(progress) && !last4 && h("button", { type: "button", class: "button", on: { click: () => open(adding()) } }, say("addition.open")),
      !offered && progress.can_reopen && h("button", { type: "button", class: "button", on: { click: () => open(reopening()) } }, icon("refresh"), say("reopen.open"))
    ),
    place,
  ];
}

/** Return the citizen's tickets, newest first. */
export async function myTickets() {
  return (await get("/v1/tickets")).items;
}
