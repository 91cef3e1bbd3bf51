// Speech to text by the browser's own recogniser, where there is one.

import { preferences } from "./preferences.js";

const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;

/** Whether this browser can listen. */
export function canListen() {
  return Boolean(Recognition);
}

/** Listens once; `heard(text)` gets everything understood so far, again and again. */
export class Listener {
  constructor({ heard, failed, ended }) {
    this.recognition = new Recognition();
    this.recognition.lang = preferences.voice;
    this.recognition.interimResults = true;
    this.recognition.continuous = true;
    this.recognition.onresult = (event) => heard(Array.from(event.results, (result) => result[0].transcript).join(""));
    this.recognition.onerror = (event) => {
      if (event.error !== "aborted") failed(event.error === "not-allowed" || event.error === "service-not-allowed");
    };
    this.recognition.onend = ended;
  }

  start() {
    this.recognition.start();
  }

  stop() {
    this.recognition.stop();
  }
}
