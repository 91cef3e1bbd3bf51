// One question, one box, one button: why reopen, what to add.

const { sentenceFor } = require("../../services/city_api");
const { uuid } = require("../../services/identifiers");
const say = require("../../services/say");
const tickets = require("../../services/tickets");

const ACTS = { reopening: tickets.reopen, addition: (number, text, key) => tickets.add(number, text, [], key) };

Component({
  properties: { number: { type: String, value: "" }, kind: { type: String, value: "addition" } },
  data: { t: {}, text: "", problem: "", busy: false },
  lifetimes: {
    attached() {
      // Pressed again after a broken connection, it is the same request.
      this.key = uuid();
      this.setData({ t: say(this.data.kind) });
    },
  },
  methods: {
    write(event) {
      this.setData({ text: event.detail.value, problem: "" });
    },

    async send() {
      const { kind, number, busy, t } = this.data;
      const text = this.data.text.trim();
      if (busy) return;
      if (!text) {
        this.setData({ problem: t.empty });
        return;
      }
      this.setData({ busy: true });
      try {
        const progress = await ACTS[kind](number, text, this.key);
        this.triggerEvent("done", { progress, said: t.done.replace("{number}", progress.number) });
      } catch (failure) {
        this.setData({ problem: sentenceFor(failure) });
      }
      this.setData({ busy: false });
    },

    cancel() {
      this.triggerEvent("cancel");
    },
  },
});
