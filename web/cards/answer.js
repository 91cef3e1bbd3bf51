// An answer of the knowledge base: what, with which papers, how, where, by when, on which basis.

import { fill, h } from "../element.js";
import { icon } from "../icons.js";
import { say } from "../language.js";
import { date } from "../moments.js";
import { preferences } from "../preferences.js";
import { keep, recall } from "../storage.js";
import { away, words } from "../words.js";
import { helpedLine } from "./helped.js";
import { packageSteps } from "./package_steps.js";

// The server answers in the script the citizen writes, so a block may carry either name.
const KINDS = [
  ["conditions", "conditions", ["办理条件", "辦理條件"]],
  ["materials", "paper", ["所需材料"]],
  ["steps", "steps", ["办理步骤", "辦理步驟"]],
  ["limit", "clock", ["办理时限", "辦理時限"]],
  ["fee", "coin", ["收费", "收費"]],
  ["place", "place", ["办理地点", "辦理地點"]],
  ["online", "globe", ["网上办理", "網上辦理"]],
  ["phone", "phone", ["咨询电话", "諮詢電話", "咨詢電話"]],
  ["local", "info", ["广州特别说明", "廣州特別說明", "廣州特別説明"]],
];
const SHORT = new Set(["limit", "fee"]);
const NUMBER = /^[\d-]{3,13}$/;

/** Return the card for a reply of kind "answer"; `ask` says something in the conversation. */
export function answerCard(reply, ask) {
  const answer = reply.card;
  const blocks = answer.blocks.map(knownBlock);
  const phone = NUMBER.test(answer.phone || "") ? answer.phone : null;
  const call = phone && callButton(phone);
  const elder = preferences.elder;
  return h(
    "article",
    { class: "card answer-card" },
    answer.entry && h("h2", { class: "card-title" }, answer.entry.title),
    answer.outcome === "expired" && h("p", { class: "warning" }, icon("alert"), say("answer.expired")),
    elder && call,
    h("p", { class: "lead" }, words(reply.text || answer.text)),
    blocks.length > 0 && h("div", { class: "blocks" }, blocks.map((block) => section(block, answer, elder))),
    answer.steps.length > 0 && packageSteps(answer.steps, ask),
    answer.unit && h("p", { class: "unit" }, `${say("answer.unit")}：${answer.unit}`),
    !elder && call,
    answer.sources.length > 0 && h("ul", { class: "sources" }, answer.sources.map(source)),
    answer.outcome === "answered" && answer.entry && helpedLine(reply)
  );
}

function knownBlock(block) {
  const kind = KINDS.find(([, , names]) => names.includes(block.name));
  return {
    ...block,
    kind: kind ? kind[0] : "other",
    picture: kind ? kind[1] : "info",
    title: kind ? say(`answer.blocks.${kind[0]}`) : block.name,
  };
}

function section(block, answer, elder) {
  if (block.kind === "phone" && NUMBER.test(block.text || "") && block.text === answer.phone) return null;
  const heading = [icon(block.picture), h("span", {}, block.title)];
  const content = [block.text && h("p", {}, words(block.text)), items(block, answer), mapLink(block)];
  const name = `block block-${block.kind}${SHORT.has(block.kind) ? " block-short" : ""}`;
  if (elder) return h("details", { class: name }, h("summary", {}, heading), h("div", {}, content));
  return h("section", { class: name }, h("h3", {}, heading), content);
}

function items(block, answer) {
  if (!block.items.length) return null;
  if (block.kind === "materials" && answer.entry) return checklist(block.items, answer.entry);
  const tag = block.kind === "steps" ? "ol" : "ul";
  return h(tag, { class: `list-${block.kind}` }, block.items.map((item) => h("li", {}, words(item))));
}

function checklist(materials, entry) {
  const name = `ticked.${entry.id}.${entry.version}`;
  const ticked = new Set(recall(name, []));
  const count = h("p", { class: "checklist-count", "aria-live": "polite" });
  const tell = () => fill(count, say("answer.ready", { done: materials.filter((one) => ticked.has(one)).length, all: materials.length }));
  const rows = materials.map((material) => {
    const box = h("input", {
      type: "checkbox",
      checked: ticked.has(material),
      on: {
        change: () => {
          if (box.checked) ticked.add(material);
          else ticked.delete(material);
          keep(name, [...ticked]);
          tell();
        },
      },
    });
    return h("li", {}, h("label", { class: "tick" }, box, h("span", { class: "tick-box" }, icon("check")), h("span", { class: "tick-text" }, material)));
  });
  tell();
  return [h("ul", { class: "checklist" }, rows), h("div", { class: "checklist-foot" }, h("span", {}, say("answer.checklist")), count)];
}

function mapLink(block) {
  if (block.kind !== "place" || !block.text || !/\d+号|\d+號/.test(block.text)) return null;
  const address = say("brand.mapLink", { place: encodeURIComponent(block.text.split(/[，。；]/)[0]) });
  return h("p", {}, away(address, icon("place"), say("answer.map")));
}

function callButton(phone) {
  return h("a", { class: "button call", href: `tel:${phone}` }, icon("phone"), say("answer.call", { phone }));
}

function source(one) {
  const dates = [
    one.effective_date && say("answer.effective", { date: date(one.effective_date) }),
    one.reviewed_date && say("answer.reviewed", { date: date(one.reviewed_date) }),
  ];
  return h(
    "li",
    {},
    `${say("answer.source")}：${one.basis || one.title}`,
    dates.filter(Boolean).map((text) => [" · ", h("span", { class: "nowrap" }, text)]),
    one.url && /^https:\/\//.test(one.url) && [" · ", away(one.url, say("answer.original"))]
  );
}
