// The conversation on the screen: bubbles, cards, choices, and who is speaking.

import { answerCard } from "./cards/answer.js";
import { emergencyCard } from "./cards/emergency.js";
import { summaryCard } from "./cards/summary.js";
import { ticketCard } from "./cards/ticket.js";
import { fill, h } from "./element.js";
import { icon, mark } from "./icons.js";
import { say } from "./language.js";
import { moment } from "./moments.js";
import { sentenceFor } from "./notice.js";
import { words } from "./words.js";

const SILENCE = 10 * 60000;
const NEAR_END = 120;

export class Thread {
  /** Show `conversation`; `welcome` returns the node for an empty one. */
  constructor(conversation, welcome) {
    this.conversation = conversation;
    this.welcome = welcome;
    this.drawn = new Map();
    this.list = h("div", { class: "messages", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": say("chat.region"), tabindex: "0" });
    this.start = h("div", { class: "start" });
    this.thinking = h("p", { class: "thinking", hidden: true }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("span", {}, say("chat.thinking")));
    this.newest = h("button", { type: "button", class: "newest", hidden: true, on: { click: () => this.scrollToEnd() } }, icon("down"), say("chat.latest"));
    this.scroller = h("div", { class: "scroller", on: { scroll: () => this.watchScroll() } }, h("div", { class: "column" }, this.start, this.list, this.thinking));
    this.node = h("div", { class: "thread" }, this.scroller, this.newest);
    conversation.on("change", () => this.draw());
    this.draw();
  }

  /** Draw everything again, e.g. in another script. */
  redraw() {
    this.drawn.clear();
    this.list.textContent = "";
    this.thinking.lastChild.textContent = say("chat.thinking");
    fill(this.newest, icon("down"), say("chat.latest"));
    fill(this.start);
    this.draw();
  }

  draw() {
    const { items, awaiting, state, loaded, problem } = this.conversation;
    const atEnd = this.isAtEnd();
    let added = null;
    let before = null;
    const current = new Set(items.map((item) => item.key));
    for (const [key, one] of this.drawn) {
      if (current.has(key)) continue;
      one.node.remove();
      this.drawn.delete(key);
    }
    items.forEach((item, index) => {
      const last = this.isLastTurn(items, index);
      const look = `${item.revision}|${last}`;
      const known = this.drawn.get(item.key);
      if (!known || known.look !== look) {
        const node = this.message(item, items[index - 1], last);
        if (known) known.node.replaceWith(node);
        else {
          this.list.insertBefore(node, before ? before.nextSibling : this.list.firstChild);
          if (!added || item.messageId) added = { node, item };
        }
        this.drawn.set(item.key, { node, look });
      }
      before = this.drawn.get(item.key).node;
    });
    const empty = items.length === 0;
    if (empty && (loaded || problem) && !this.start.firstChild) fill(this.start, this.welcome());
    if (!empty) fill(this.start);
    this.thinking.hidden = !awaiting || state !== "bot";
    if (added) this.follow(added, atEnd);
  }

  /** Choices stay only until the citizen has said something else. */
  isLastTurn(items, index) {
    return !items.slice(index + 1).some((later) => later.speaker === "citizen");
  }

  message(item, previous, last) {
    const paused = !previous || new Date(item.at) - new Date(previous.at) > SILENCE;
    const sameVoice = previous && previous.speaker === item.speaker && !paused;
    return h(
      "div",
      { class: `message from-${item.speaker}${sameVoice ? " goes-on" : ""}`, dataset: { key: item.key } },
      paused && h("p", { class: "when" }, moment(item.at)),
      this.speaker(item, sameVoice),
      this.body(item),
      item.speaker === "citizen" && this.delivery(item),
      last && this.choices(item)
    );
  }

  speaker(item, sameVoice) {
    if (item.speaker === "citizen") return h("span", { class: "visually-hidden" }, `${say("chat.you")}：`);
    if (item.speaker === "system") return h("span", { class: "visually-hidden" }, `${say("chat.system")}：`);
    const name = say(item.speaker === "human" ? "chat.human" : "chat.bot");
    if (sameVoice) return h("span", { class: "visually-hidden" }, `${name}：`);
    return h("p", { class: "speaker" }, item.speaker === "human" ? icon("person") : mark(), name);
  }

  body(item) {
    const { kind, card } = item;
    if (kind === "emergency") return emergencyCard(item);
    if (card && kind === "answer") {
      const asksBack = card.outcome === "needs_clarifying";
      const plain = !card.entry && !card.blocks.length && !card.sources.length;
      if (!asksBack && !plain) return answerCard(item, (title) => this.conversation.send(title));
    }
    if (card && kind === "summary") return summaryCard(item);
    if (card && (kind === "ticket" || kind === "progress")) return ticketCard(card, { made: kind === "ticket", offered: item.buttons.length > 0 });
    return item.text && h("div", { class: "bubble" }, words(item.text));
  }

  delivery(item) {
    if (item.delivery === "sending") return h("p", { class: "delivery" }, say("chat.sending"));
    if (item.delivery !== "unsent" && item.delivery !== "refused") return null;
    const unsure = item.failure && item.failure.code === "timeout";
    const reason = item.delivery === "refused" || (item.failure && item.failure.status) ? sentenceFor(item.failure) : say(unsure ? "chat.unsure" : "chat.unsent");
    return h(
      "p",
      { class: "delivery failed", role: "alert" },
      icon("alert"),
      h("span", {}, reason),
      item.delivery === "unsent" && h("button", { type: "button", class: "link retry", on: { click: () => this.conversation.flush() } }, say("chat.retry")),
      h("button", { type: "button", class: "link", on: { click: () => this.conversation.drop(item.messageId) } }, say("chat.remove"))
    );
  }

  choices(item) {
    const buttons = [...item.buttons];
    const known = new Set(buttons.map((button) => button.title));
    const card = item.kind === "answer" && item.card;
    if (card && !buttons.length) {
      const entry = card.entry && card.entry.title;
      const steps = card.steps.map((step) => step.title);
      const titles = [...card.candidates.map((candidate) => candidate.title), ...card.follow_ups];
      titles.filter((title) => title !== entry && !steps.includes(title) && !known.has(title)).slice(0, 5).forEach((title) => {
        known.add(title);
        buttons.push({ title, payload: null });
      });
    }
    if (!buttons.length) return null;
    const first = item.kind === "summary" ? " primary" : "";
    return h(
      "div",
      { class: "choices", role: "group", "aria-label": say("chat.buttons") },
      card && card.outcome === "answered" && h("span", { class: "choices-name", "aria-hidden": "true" }, say("answer.followUps")),
      buttons.map((button, index) =>
        h("button", { type: "button", class: `chip${index === 0 ? first : ""}`, on: { click: () => this.choose(button) } }, button.title)
      )
    );
  }

  choose({ title, payload }) {
    this.conversation.send(title, payload && payload !== title ? payload : null);
  }

  follow({ node, item }, atEnd) {
    if (!atEnd && !item.messageId && this.scroller.scrollTop > 0) {
      this.newest.hidden = false;
      return;
    }
    requestAnimationFrame(() => {
      const end = this.scroller.scrollHeight - this.scroller.clientHeight;
      const top = node.offsetTop - (item.messageId ? 12 : 72);
      this.scroller.scrollTop = item.fresh || item.messageId ? Math.min(end, top) : end;
    });
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  watchScroll() {
    if (this.isAtEnd()) this.newest.hidden = true;
  }

  scrollToEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.newest.hidden = true;
  }
}
