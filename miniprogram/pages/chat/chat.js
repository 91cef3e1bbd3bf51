// The conversation: ask, complain, follow up; with the assistant or with a person.

const { sentenceFor, upload } = require("../../services/city_api");
const { Conversation } = require("../../services/conversation");
const frame = require("../../services/page_frame");
const say = require("../../services/say");
const { keep, recall } = require("../../services/storage");
const subscriptions = require("../../services/subscriptions");
const tickets = require("../../services/tickets");

const LEAVE_QUEUE = "/gateway_leave_queue";
const MOST_PHOTOS = 9;

Component({
  behaviors: [frame],
  data: { t: say("chat"), welcome: say("welcome"), items: [], draft: "", problem: "", standing: "", waiting: false, human: false, awaiting: false, held: "", bottom: "" },
  lifetimes: {
    attached() {
      this.talk = new Conversation((talk) => this.draw(talk), (reply) => this.replied(reply));
      this.draw(this.talk);
      this.tellHeld();
    },
    detached() {
      this.talk.close();
    },
  },
  methods: {
    onShow() {
      subscriptions.prepare();
      return this.talk.wake();
    },

    onHide() {
      this.talk.rest();
    },

    cameOnline() {
      this.talk.refresh();
    },

    draw(talk) {
      const waiting = talk.state === "waiting";
      const ahead = (talk.queuePosition || 1) - 1;
      this.setData({
        items: talk.items,
        human: talk.state === "human",
        waiting,
        standing: waiting ? (ahead ? say("chat.waitingState", { ahead }) : say("chat.waitingNext")) : talk.state === "human" ? say("chat.humanState") : "",
        awaiting: talk.awaiting,
        problem: talk.problem ? sentenceFor(talk.problem) : "",
        bottom: "end",
      });
    },

    write(event) {
      this.setData({ draft: event.detail.value });
    },

    send() {
      const text = this.data.draft.trim();
      if (!text) return null;
      this.setData({ draft: "" });
      return this.talk.send(text);
    },

    choose(event) {
      const { title, payload } = event.detail;
      return this.talk.send(title, payload || null);
    },

    start(event) {
      const { title, payload } = event.currentTarget.dataset;
      return this.talk.send(title, payload || null);
    },

    leaveQueue() {
      return this.talk.send(say("chat.leaveQueue"), LEAVE_QUEUE);
    },

    retry() {
      return this.talk.refresh();
    },

    remove(event) {
      this.talk.drop(event.detail.key);
    },

    preferences() {
      wx.navigateTo({ url: "/pages/preferences/preferences" });
    },

    photo() {
      const held = recall("held-photos", []);
      wx.chooseMedia({
        count: MOST_PHOTOS - held.length,
        mediaType: ["image"],
        sourceType: ["camera", "album"],
        sizeType: ["compressed"],
        success: ({ tempFiles }) => this.holdPhotos(tempFiles.map((file) => file.tempFilePath)),
      });
    },

    async holdPhotos(files) {
      try {
        for (const file of files) {
          const { id } = await upload(file);
          keep("held-photos", [...recall("held-photos", []), id]);
          this.tellHeld();
        }
      } catch (failure) {
        wx.showToast({ title: sentenceFor(failure), icon: "none" });
      }
    },

    dropPhotos() {
      keep("held-photos", []);
      this.tellHeld();
    },

    tellHeld() {
      const count = recall("held-photos", []).length;
      this.setData({ held: count ? say("chat.photosHeld", { count }) : "" });
    },

    async replied(reply) {
      if (reply.kind !== "ticket" || !reply.card || !reply.card.number) return;
      tickets.note(reply.card);
      const ids = recall("held-photos", []);
      if (!ids.length) return;
      // The same reply seen again after a crash adds the same photos under the same key.
      try {
        await tickets.add(reply.card.number, say("addition.photosOnly", { count: ids.length }), ids, `photos-${reply.card.number}`);
        keep("held-photos", []);
        wx.showToast({ title: say("chat.photosAdded", { number: reply.card.number }), icon: "none" });
      } catch (failure) {
        wx.showToast({ title: sentenceFor(failure), icon: "none" });
      }
      this.tellHeld();
    },

    onShareAppMessage() {
      return { title: say("welcome.title"), path: "/pages/chat/chat" };
    },
  },
});
