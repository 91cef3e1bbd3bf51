// A ticket as its citizen sees it: who has it, why they, how long it still takes, what is next.

const { moment } = require("../../services/moments");
const say = require("../../services/say");
const subscriptions = require("../../services/subscriptions");
const { stagesOf, toneOf } = require("../../services/tickets");

Component({
  properties: {
    progress: { type: Object, value: null, observer: "draw" },
    // Right after filing: only the head of it, and the way to the rest.
    made: { type: Boolean, value: false },
  },
  data: { t: say("ticket"), demo: say("brand.demo"), reopen: say("reopening.open"), addition: say("addition.open"), ticket: null, tone: "", stages: null, timeline: [], rated: "", open: false, form: "", canAsk: false },
  methods: {
    draw() {
      const ticket = this.data.progress;
      if (!ticket) return;
      const tone = toneOf(ticket.status);
      this.setData({
        ticket,
        tone,
        stages: stagesOf(ticket.status),
        timeline: [...ticket.timeline].reverse().map((entry) => ({ at: moment(entry.at), text: entry.text })),
        rated: ticket.rating ? say("ticket.rated", { score: ticket.rating, word: say("rating.words")[ticket.rating - 1] }) : "",
        open: tone === "open",
        canAsk: tone === "open" && subscriptions.canAsk(),
      });
    },

    copy() {
      wx.setClipboardData({ data: this.data.ticket.number });
    },

    look() {
      wx.navigateTo({ url: `/pages/ticket/ticket?number=${this.data.ticket.number}` });
    },

    async notify() {
      const agreed = await subscriptions.ask();
      wx.showToast({ title: agreed ? this.data.t.notified : this.data.t.notNotified, icon: "none" });
    },

    write(event) {
      this.setData({ form: event.currentTarget.dataset.form });
    },

    cancel() {
      this.setData({ form: "" });
    },

    done(event) {
      const { progress, said } = event.detail;
      this.setData({ form: "" });
      wx.showToast({ title: said, icon: "none" });
      this.triggerEvent("changed", { progress });
    },
  },
});
