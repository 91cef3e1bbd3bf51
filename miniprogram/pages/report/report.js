// 立拍秒查: a photo, a sentence, a place, and it is a ticket.

const { sentenceFor } = require("../../services/city_api");
const outbox = require("../../services/outbox");
const frame = require("../../services/page_frame");
const say = require("../../services/say");
const { forget, keep, recall } = require("../../services/storage");
const subscriptions = require("../../services/subscriptions");
const tickets = require("../../services/tickets");

const PHONE = /^(\+?86[- ]?)?[0-9][0-9 -]{5,17}$/;
const EMPTY = { photos: [], text: "", place: "", occurred: "", phone: "" };

Component({
  behaviors: [frame],
  data: { t: say("report"), ...EMPTY, problem: "", busy: false, unsent: "", made: null },
  lifetimes: {
    attached() {
      this.setData(recall("report", EMPTY));
      this.stopListening = outbox.onSettled((settled) => this.settled(settled));
    },
    detached() {
      this.stopListening();
    },
  },
  methods: {
    onShow() {
      subscriptions.prepare();
    },

    write(event) {
      this.fill({ [event.currentTarget.dataset.field]: event.detail.value });
    },

    changePhotos(event) {
      this.fill({ photos: event.detail.photos });
    },

    /** Half a report is worth keeping, too. */
    fill(changes) {
      this.setData({ ...changes, problem: "" });
      const { photos, text, place, occurred, phone } = this.data;
      keep("report", { photos, text, place, occurred, phone });
    },

    map() {
      wx.chooseLocation({
        success: ({ name, address }) => this.fill({ place: [address, name].filter((part, index, all) => part && all.indexOf(part) === index).join(" ") }),
      });
    },

    async send() {
      const { t, busy, photos, text, place, occurred, phone } = this.data;
      if (busy) return;
      const problem = !text.trim() ? t.textMissing : phone.trim() && !PHONE.test(phone.trim()) ? t.phoneWrong : "";
      if (problem) {
        this.setData({ problem });
        return;
      }
      this.setData({ busy: true, problem: "" });
      await subscriptions.ask();
      const body = { text: text.trim(), place: place.trim() || null, occurred: occurred.trim() || null, phone: phone.trim() || null };
      this.sent = outbox.hold("ticket", "/v1/tickets", body, photos).key;
      // From here on the outbox has it, and the form must not send it a second time.
      forget("report");
      this.setData({ ...EMPTY });
      const failure = await outbox.flush();
      this.setData({ busy: false, unsent: failure ? t.unsent : "" });
    },

    settled({ entry, answer, failure }) {
      if (entry.kind !== "ticket") return;
      if (failure) {
        const { text, place, occurred, phone } = entry.body;
        this.fill({ photos: entry.photos.map((photo) => photo.file), text, place: place || "", occurred: occurred || "", phone: phone || "" });
        this.setData({ problem: sentenceFor(failure), unsent: "" });
        return;
      }
      tickets.note(answer);
      this.setData({ made: answer, unsent: "" });
    },

    retry() {
      return outbox.flush();
    },

    again() {
      this.setData({ made: null, ...EMPTY });
    },
  },
});
