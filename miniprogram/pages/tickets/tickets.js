// All tickets of this citizen, newest first; the last seen ones when there is no network.

const { sentenceFor } = require("../../services/city_api");
const { moment } = require("../../services/moments");
const outbox = require("../../services/outbox");
const frame = require("../../services/page_frame");
const say = require("../../services/say");
const tickets = require("../../services/tickets");

Component({
  behaviors: [frame],
  data: { t: say("tickets"), nobody: say("ticket.nobody"), items: [], unsent: [], loaded: false, problem: "", stored: "" },
  lifetimes: {
    attached() {
      this.show(tickets.remembered(), null);
    },
  },
  methods: {
    onShow() {
      return this.load();
    },

    cameOnline() {
      this.load();
    },

    async onPullDownRefresh() {
      await this.load();
      wx.stopPullDownRefresh();
    },

    async load() {
      await outbox.flush();
      const { failure, ...seen } = await tickets.mine();
      this.show(seen, failure);
      this.setData({ loaded: true });
    },

    show({ items, at }, failure) {
      this.setData({
        items: items.map((ticket) => ({ ...ticket, tone: tickets.toneOf(ticket.status) })),
        unsent: outbox.unsent().filter((entry) => entry.kind === "ticket").map((entry) => ({ key: entry.key, text: entry.body.text })),
        problem: failure ? sentenceFor(failure) : "",
        stored: failure && at ? say("network.stored", { at: moment(at) }) : "",
      });
    },

    open(event) {
      wx.navigateTo({ url: `/pages/ticket/ticket?number=${event.currentTarget.dataset.number}` });
    },

    start() {
      wx.switchTab({ url: "/pages/report/report" });
    },
  },
});
