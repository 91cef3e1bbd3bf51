// Large type, and what this is.

const frame = require("../../services/page_frame");
const { setElder } = require("../../services/preferences");
const say = require("../../services/say");

Component({
  behaviors: [frame],
  data: { t: say("preferences"), call: say("brand.callHotline") },
  methods: {
    switchElder(event) {
      setElder(event.detail.value);
    },

    call() {
      wx.makePhoneCall({ phoneNumber: say("brand.hotline") });
    },
  },
});
