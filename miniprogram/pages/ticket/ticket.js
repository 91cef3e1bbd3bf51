// One ticket: its progress, its rating, its reopening.

const { sentenceFor } = require("../../services/city_api");
const { moment } = require("../../services/moments");
const frame = require("../../services/page_frame");
const say = require("../../services/say");
const subscriptions = require("../../services/subscriptions");
const tickets = require("../../services/tickets");

Component({
  behaviors: [frame],
  data: { t: say("tickets"), progress: null, gone: false, problem: "", stored: "" },
  methods: {
    onLoad({ number }) {
      this.number = number;
      this.show(tickets.remembered(), null);
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
      await subscriptions.prepare();
      const { failure, ...seen } = await tickets.mine();
      this.show(seen, failure);
      this.setData({ gone: !failure && !this.data.progress });
    },

    show({ items, at }, failure) {
      const progress = items.find((ticket) => ticket.number === this.number) || this.data.progress;
      this.setData({ progress, problem: failure ? sentenceFor(failure) : "", stored: failure && at ? say("network.stored", { at: moment(at) }) : "" });
    },

    changed(event) {
      const { progress } = event.detail;
      if (progress.number === this.number) this.setData({ progress });
      else wx.redirectTo({ url: `/pages/ticket/ticket?number=${progress.number}` });
    },
  },
});
