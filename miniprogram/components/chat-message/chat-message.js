// One message: who says it, what, with its card and its buttons.

const { moment } = require("../../services/moments");
const say = require("../../services/say");

const TICKET_KINDS = new Set(["ticket", "progress"]);

Component({
  properties: { item: { type: Object, value: null, observer: "draw" }, latest: { type: Boolean, value: false } },
  data: { t: say("chat"), who: "", at: "", face: "text", rows: [], note: "", phone: "", emergency: say("emergency.title"), call: "", summary: say("summary") },
  lifetimes: {
    attached() {
      this.draw();
    },
  },
  methods: {
    draw() {
      const item = this.data.item;
      if (!item) return;
      const card = item.card;
      const face = faceOf(item);
      const phone = face === "emergency" ? card.phone || (/\d{3,5}/.exec(item.text) || ["110"])[0] : "";
      this.setData({
        who: item.speaker === "citizen" ? "" : say(`chat.${item.speaker}`),
        at: moment(item.at),
        face,
        rows: face === "summary" ? summaryRows(card) : [],
        note: { sending: say("chat.sending"), unsent: say("chat.unsent"), refused: say("chat.refused") }[item.delivery] || "",
        phone,
        call: say("emergency.call", { phone }),
      });
    },

    press(event) {
      const { title, payload } = event.currentTarget.dataset;
      this.triggerEvent("choose", { title, payload });
    },

    dial() {
      wx.makePhoneCall({ phoneNumber: this.data.phone });
    },

    retry() {
      this.triggerEvent("retry");
    },

    remove() {
      this.triggerEvent("remove", { key: this.data.item.key });
    },
  },
});

function faceOf(item) {
  if (!item.card) return "text";
  if (item.kind === "answer") return "answer";
  if (item.kind === "emergency") return "emergency";
  if (item.kind === "summary") return "summary";
  if (TICKET_KINDS.has(item.kind) && item.card.number && item.card.timeline) return "ticket";
  return "text";
}

function summaryRows(card) {
  return say("summary.rows")
    .map(({ field, name }) => ({ name, value: card[field] || (field === "contact_masked" ? say("summary.none") : "") }))
    .filter((row) => row.value);
}
