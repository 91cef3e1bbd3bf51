// The conversation as this device knows it: what was said, who speaks now, what is still unsent.

import { get, onRenewal, post } from "./city_api.js";
import { uuid } from "./identifiers.js";
import { forgetUnsent, hold, release, unsent } from "./outbox.js";

const QUICK = 3000;
const CALM = 20000;
const BUSY_RETRY = 2500;

export class Conversation {
  constructor() {
    this.items = [];
    this.state = "bot";
    this.queuePosition = null;
    this.problem = null;
    this.loaded = false;
    this.known = new Set();
    // Only what GET returned moves the cursor: between two answers of POST a clerk may have spoken.
    this.cursor = 0;
    this.listeners = { change: new Set(), reply: new Set() };
    this.timer = null;
    onRenewal(() => this.beginAnew());
  }

  /** Call `listener` on "change" (anything) or "reply" (one fresh reply as the argument). */
  on(event, listener) {
    this.listeners[event].add(listener);
  }

  /** Whether an answer is awaited. */
  get awaiting() {
    return this.items.some((item) => item.delivery === "sending");
  }

  /** Send what was unsent, then fetch everything said so far. */
  async load() {
    for (const message of unsent()) {
      if (!this.items.some((item) => item.messageId === message.messageId)) this.show(message, "unsent");
    }
    this.announce();
    await this.flush();
    try {
      await this.fetch();
      this.loaded = true;
      this.settle(null);
    } catch (failure) {
      this.settle(failure);
    }
    this.plan();
  }

  /** Send a text, a button's payload, or both. */
  send(text, payload = null) {
    const message = { messageId: uuid(), text, payload };
    hold(message);
    this.show(message, "sending");
    this.announce();
    return this.deliver(message);
  }

  /** Send everything unsent again, oldest first, each under its first id. */
  async flush() {
    for (const message of unsent()) {
      const item = this.items.find((one) => one.messageId === message.messageId);
      if (item && item.delivery === "sending") continue;
      if (!(await this.deliver(message))) return;
    }
  }

  /** Give up an unsent message. */
  drop(messageId) {
    release(messageId);
    this.items = this.items.filter((item) => item.messageId !== messageId);
    this.announce();
  }

  async deliver(message) {
    this.mark(message.messageId, "sending");
    try {
      const answer = await this.posted(message);
      release(message.messageId);
      this.mark(message.messageId, "sent");
      this.take(answer, true);
      this.settle(null);
      return true;
    } catch (failure) {
      if (!failure.passing) release(message.messageId);
      this.mark(message.messageId, failure.passing ? "unsent" : "refused", failure);
      this.settle(failure.passing ? failure : null);
      return false;
    } finally {
      this.plan();
    }
  }

  async posted({ messageId, text, payload }) {
    const body = { message_id: messageId, text, payload };
    try {
      return await post("/v1/chat/messages", body);
    } catch (failure) {
      if (failure.code !== "in_progress") throw failure;
      await new Promise((go) => setTimeout(go, BUSY_RETRY));
      return post("/v1/chat/messages", body);
    }
  }

  /** Fetch what was said since the last look. */
  async fetch() {
    const answer = await get(`/v1/chat/messages?after=${this.cursor}`);
    this.take(answer, this.loaded);
    this.cursor = answer.replies.reduce((most, reply) => Math.max(most, Number(reply.id)), this.cursor);
  }

  /** Look again now, quietly. */
  async look() {
    try {
      await this.fetch();
      if (this.problem) this.settle(null);
      if (!this.loaded) await this.load();
    } catch (failure) {
      this.settle(failure);
    }
    this.plan();
  }

  take(answer, fresh) {
    this.state = answer.state;
    this.queuePosition = answer.queue_position;
    for (const reply of answer.replies) {
      if (this.known.has(reply.id)) continue;
      this.known.add(reply.id);
      if (reply.speaker === "citizen" && this.confirm(reply)) continue;
      const item = { ...reply, key: `reply-${reply.id}`, order: Number(reply.id), fresh, revision: 0 };
      this.place(item);
      if (fresh) this.listeners.reply.forEach((listener) => listener(item));
    }
    this.announce();
  }

  /** Recognise our own message in what the server kept; it comes in the order it was sent. */
  confirm(reply) {
    const own = this.items.find((item) => item.messageId && item.delivery === "sent" && !item.confirmed);
    if (own) own.confirmed = true;
    return Boolean(own);
  }

  place(item) {
    const later = this.items.findIndex((other) => other.order !== undefined && other.order > item.order);
    if (later < 0) this.items.push(item);
    else this.items.splice(later, 0, item);
  }

  show(message, delivery) {
    this.items.push({
      key: message.messageId,
      messageId: message.messageId,
      at: new Date().toISOString(),
      speaker: "citizen",
      kind: "text",
      text: message.text,
      buttons: [],
      card: null,
      delivery,
      revision: 0,
    });
  }

  mark(messageId, delivery, failure = null) {
    const item = this.items.find((one) => one.messageId === messageId);
    if (!item) return;
    item.delivery = delivery;
    item.failure = failure;
    item.revision += 1;
    this.announce();
  }

  settle(failure) {
    this.problem = failure;
    this.announce();
  }

  beginAnew() {
    this.cursor = 0;
    this.known.clear();
    this.items = this.items.filter((item) => item.messageId && item.delivery !== "sent");
    this.renewed = true;
    this.announce();
  }

  /** Forget everything said, also what was still unsent. */
  clear() {
    forgetUnsent();
    this.items = [];
    this.known.clear();
    this.cursor = 0;
    this.state = "bot";
    this.queuePosition = null;
    this.announce();
  }

  plan() {
    clearTimeout(this.timer);
    if (document.hidden) return;
    const pause = this.state === "bot" && !this.problem ? CALM : QUICK;
    this.timer = setTimeout(() => this.look(), pause);
  }

  announce() {
    this.listeners.change.forEach((listener) => listener());
  }
}
