// The conversation as this phone knows it: what was said, who speaks now, what is still unsent.

const { get } = require("./city_api");
const outbox = require("./outbox");
const { keep, recall } = require("./storage");

const QUICK = 3000;
const CALM = 20000;
const REMEMBERED = 60;

class Conversation {
  constructor(changed, replied) {
    this.changed = changed;
    this.replied = replied;
    const kept = recall("conversation", {});
    this.items = kept.items || [];
    this.state = kept.state || "bot";
    this.queuePosition = null;
    this.cursor = kept.cursor || 0;
    this.known = new Set(this.items.filter((item) => item.id).map((item) => item.id));
    this.problem = null;
    this.timer = null;
    this.showUnsent();
    this.stopListening = outbox.onSettled((settled) => this.settled(settled));
  }

  /** Whether an answer is awaited. */
  get awaiting() {
    return this.items.some((item) => item.delivery === "sending");
  }

  /** Send a text, a button's payload, or both. */
  send(text, payload = null) {
    const entry = outbox.hold("chat", "/v1/chat/messages", { text, payload });
    this.items.push(own(entry, "sending"));
    this.announce();
    return this.flush();
  }

  /** Send what was unsent and look for news. */
  async refresh() {
    await this.flush();
    return this.look();
  }

  /** Give up an unsent message. */
  drop(key) {
    outbox.release(key);
    this.items = this.items.filter((item) => item.key !== key);
    this.announce();
  }

  /** Look for news now and again until `rest` is called. */
  wake() {
    this.resting = false;
    return this.refresh();
  }

  /** Stop looking for news. */
  rest() {
    this.resting = true;
    clearTimeout(this.timer);
  }

  async flush() {
    this.problem = await outbox.flush();
    const delivery = this.problem ? "unsent" : "sending";
    const waiting = new Set(outbox.unsent().map((entry) => entry.key));
    this.items.forEach((item) => {
      if (waiting.has(item.key)) item.delivery = delivery;
    });
    this.announce();
    this.plan();
  }

  async look() {
    try {
      const answer = await get(`/v1/chat/messages?after=${this.cursor}`);
      this.take(answer);
      // Only what was fetched moves the cursor: between two answers a clerk may have spoken.
      this.cursor = answer.replies.reduce((most, reply) => Math.max(most, Number(reply.id)), this.cursor);
      this.problem = null;
    } catch (failure) {
      this.problem = failure;
    }
    this.announce();
    this.plan();
  }

  settled({ entry, answer, failure }) {
    if (entry.kind !== "chat") return;
    const item = this.items.find((one) => one.key === entry.key);
    if (item) item.delivery = failure ? "refused" : "sent";
    if (answer) this.take(answer);
    this.announce();
  }

  take(answer) {
    this.state = answer.state;
    this.queuePosition = answer.queue_position;
    for (const reply of answer.replies) {
      if (this.known.has(reply.id)) continue;
      this.known.add(reply.id);
      if (reply.speaker === "citizen" && this.confirm(reply)) continue;
      this.place({ ...reply, key: `reply-${reply.id}` });
      if (reply.speaker !== "citizen") this.replied(reply);
    }
  }

  /** Recognise our own message in what the server kept; it comes in the order it was sent. */
  confirm(reply) {
    const mine = this.items.find((item) => item.delivery === "sent" && !item.id);
    if (mine) mine.id = reply.id;
    return Boolean(mine);
  }

  place(item) {
    const later = this.items.findIndex((other) => other.id && Number(other.id) > Number(item.id));
    if (later < 0) this.items.push(item);
    else this.items.splice(later, 0, item);
  }

  showUnsent() {
    const shown = new Set(this.items.map((item) => item.key));
    const waiting = outbox.unsent().filter((entry) => entry.kind === "chat" && !shown.has(entry.key));
    this.items.push(...waiting.map((entry) => own(entry, "unsent")));
  }

  announce() {
    keep("conversation", { items: this.items.slice(-REMEMBERED), state: this.state, cursor: this.cursor });
    this.changed(this);
  }

  plan() {
    clearTimeout(this.timer);
    if (this.resting) return;
    this.timer = setTimeout(() => this.refresh(), this.state === "bot" && !this.problem ? CALM : QUICK);
  }

  /** Let go of everything that would go on by itself. */
  close() {
    this.rest();
    this.stopListening();
  }
}

function own(entry, delivery) {
  return { key: entry.key, speaker: "citizen", kind: "text", text: entry.body.text, at: new Date(entry.at).toISOString(), buttons: [], card: null, delivery };
}

module.exports = { Conversation };
