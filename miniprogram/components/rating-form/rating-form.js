// Five stars with words, and room for a few more.

const { sentenceFor } = require("../../services/city_api");
const say = require("../../services/say");
const tickets = require("../../services/tickets");

Component({
  properties: { number: { type: String, value: "" } },
  data: { t: say("rating"), stars: [1, 2, 3, 4, 5], score: 0, word: "", text: "", problem: "", busy: false },
  methods: {
    choose(event) {
      const score = Number(event.currentTarget.dataset.score);
      this.setData({ score, word: this.data.t.words[score - 1], problem: "" });
    },

    write(event) {
      this.setData({ text: event.detail.value });
    },

    async send() {
      const { number, score, text, busy, t } = this.data;
      if (busy) return;
      if (!score) {
        this.setData({ problem: t.choose });
        return;
      }
      this.setData({ busy: true });
      try {
        this.triggerEvent("done", { progress: await tickets.rate(number, score, text.trim()), said: t.thanks });
      } catch (failure) {
        this.setData({ problem: sentenceFor(failure) });
      }
      this.setData({ busy: false });
    },
  },
});
