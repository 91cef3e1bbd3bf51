// An answer of the knowledge base: what, with which papers, how, where, by when, on which basis.

const { date } = require("../../services/moments");
const { isElder } = require("../../services/preferences");
const say = require("../../services/say");
const { keep, recall } = require("../../services/storage");

const MATERIALS = "所需材料";
const STEPS = new Set(["办理步骤", "辦理步驟"]);
const PLACES = new Set(["办理地点", "辦理地點"]);
const NUMBER = /^[\d-]{3,13}$/;

Component({
  properties: { card: { type: Object, value: null }, text: { type: String, value: "" } },
  data: { t: say("answer"), title: "", blocks: [], phone: "", call: "", unit: "", sources: [], expired: false, ready: "", elder: false },
  lifetimes: {
    attached() {
      this.draw();
    },
  },
  methods: {
    draw() {
      const card = this.data.card || {};
      const ticked = new Set(recall(this.memory(), []));
      const phone = NUMBER.test(card.phone || "") ? card.phone : "";
      const blocks = (card.blocks || []).map((block) => drawn(block, ticked)).filter((block) => block.text !== phone || block.items.length);
      const papers = blocks.filter((block) => block.checklist).flatMap((block) => block.items);
      this.setData({
        elder: isElder(),
        title: card.entry ? card.entry.title : "",
        expired: card.outcome === "expired",
        blocks,
        phone,
        call: say("answer.call", { phone }),
        unit: card.unit || "",
        sources: (card.sources || []).map(sourceLine),
        ready: papers.length ? say("answer.ready", { done: papers.filter((item) => item.ticked).length, all: papers.length }) : "",
      });
    },

    memory() {
      const entry = (this.data.card || {}).entry || {};
      return `ticked.${entry.id}.${entry.version}`;
    },

    tick(event) {
      const paper = event.currentTarget.dataset.paper;
      if (!paper) return;
      const ticked = new Set(recall(this.memory(), []));
      if (!ticked.delete(paper)) ticked.add(paper);
      keep(this.memory(), [...ticked]);
      this.draw();
    },

    dial() {
      wx.makePhoneCall({ phoneNumber: this.data.phone });
    },

    copy(event) {
      wx.setClipboardData({ data: event.currentTarget.dataset.place });
    },
  },
});

function drawn(block, ticked) {
  const checklist = block.name === MATERIALS;
  return {
    name: block.name,
    text: block.text || "",
    checklist,
    numbered: STEPS.has(block.name),
    place: PLACES.has(block.name) && block.text ? block.text.split(/[，。；]/)[0] : "",
    items: (block.items || []).map((text, index) => ({ text, number: index + 1, ticked: checklist && ticked.has(text) })),
  };
}

function sourceLine(source) {
  const parts = [`${say("answer.source")}：${source.basis || source.title}`];
  if (source.effective_date) parts.push(say("answer.effective", { date: date(source.effective_date) }));
  if (source.reviewed_date) parts.push(say("answer.reviewed", { date: date(source.reviewed_date) }));
  return parts.join(" · ");
}
