// Where the citizen writes, speaks and adds photos.

import { fill, freshId, h } from "./element.js";
import { icon } from "./icons.js";
import { say } from "./language.js";
import { notify } from "./notice.js";
import { onPreference, preferences } from "./preferences.js";
import { keep, recall } from "./storage.js";
import { Listener, canListen } from "./voice.js";

const LONGEST = 20000;
const WARN_FROM = 500;
const TALLEST = 160;

export class Composer {
  /** `send(text)` takes what was written; `pickPhotos(files)` takes chosen pictures. */
  constructor({ send, pickPhotos, state }) {
    this.send = send;
    this.state = state;
    const id = freshId("message");
    this.label = h("label", { for: id, class: "visually-hidden" });
    this.box = h("textarea", { id, class: "message-box", rows: 1, maxlength: LONGEST, enterkeyhint: "send", on: { input: () => this.fit(), keydown: (event) => this.key(event) } });
    this.count = h("p", { class: "count", "aria-live": "polite" });
    this.tray = h("div", { class: "tray" });
    this.files = h("input", { type: "file", accept: "image/jpeg,image/png,image/webp,image/*", multiple: true, hidden: true, on: { change: () => this.picked(pickPhotos) } });
    this.photoButton = this.tool("camera", () => this.files.click());
    this.voiceButton = canListen() ? this.tool("microphone", () => this.talk()) : null;
    this.sendButton = h("button", { type: "submit", class: "send" }, icon("send"));
    this.listener = null;
    this.node = h(
      "form",
      { class: "composer", on: { submit: (event) => this.submit(event) } },
      this.tray,
      this.count,
      h("div", { class: "composer-row" }, this.photoButton, this.label, h("div", { class: "message-field" }, this.box, this.voiceButton), this.files, this.sendButton)
    );
    this.box.value = recall("draft", "");
    this.relabel();
    onPreference(() => this.relabel());
  }

  tool(picture, action) {
    return h("button", { type: "button", class: "tool", on: { click: action } }, icon(picture));
  }

  /** Put words and labels in the current script, and fit the current speaker. */
  relabel() {
    this.label.textContent = say("composer.label");
    this.box.placeholder = this.invitation();
    this.name(this.sendButton, "composer.send");
    this.name(this.photoButton, "composer.photo");
    if (this.voiceButton) this.name(this.voiceButton, this.listener ? "composer.voiceStop" : "composer.voice");
    this.fit();
  }

  invitation() {
    if (this.state() === "human") return say("composer.placeholderHuman");
    return say(preferences.elder ? "composer.placeholderElder" : "composer.placeholder");
  }

  name(button, path) {
    button.setAttribute("aria-label", say(path));
    button.title = say(path);
  }

  /** Put the cursor into the box. */
  focus() {
    this.box.focus();
  }

  /** Add text to what is being written. */
  insert(text) {
    this.box.value = this.box.value ? `${this.box.value}\n${text}` : text;
    this.fit();
    this.focus();
  }

  /** Show what waits to be attached, or nothing. */
  holdPhotos(count, drop) {
    if (!count) {
      fill(this.tray);
      return;
    }
    fill(this.tray, icon("camera"), h("span", {}, say("composer.photosHeld", { count })), h("button", { type: "button", class: "link", on: { click: drop } }, say("composer.photosDrop")));
  }

  fit() {
    keep("draft", this.box.value);
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, TALLEST)}px`;
    const length = this.box.value.length;
    this.count.textContent = length >= WARN_FROM ? say("composer.long", { count: length }) : "";
    this.sendButton.disabled = !this.box.value.trim();
  }

  key(event) {
    // While an input method is composing, Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit(event);
  }

  submit(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text) return;
    if (this.listener) this.listener.stop();
    this.box.value = "";
    this.fit();
    this.focus();
    this.send(text);
  }

  picked(pickPhotos) {
    const chosen = [...this.files.files];
    this.files.value = "";
    if (chosen.length) pickPhotos(chosen);
  }

  talk() {
    if (this.listener) {
      this.listener.stop();
      return;
    }
    const before = this.box.value;
    this.listener = new Listener({
      heard: (text) => {
        this.box.value = before + text;
        this.fit();
      },
      failed: (denied) => notify(say(denied ? "composer.voiceDenied" : "composer.voiceFailed")),
      ended: () => {
        this.listener = null;
        this.listening(false);
        this.focus();
      },
    });
    this.listening(true);
    this.listener.start();
  }

  listening(on) {
    fill(this.voiceButton, icon(on ? "stop" : "microphone"));
    this.voiceButton.classList.toggle("listening", on);
    this.voiceButton.setAttribute("aria-pressed", String(on));
    this.relabel();
    if (on) this.box.placeholder = say("composer.listening");
  }
}
