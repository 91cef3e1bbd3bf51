// Fire, ambulance and police, one tap away on every page where people tell what happened.

const say = require("../../services/say");

Component({
  data: { hint: say("emergency.hint"), numbers: say("emergency.numbers") },
  methods: {
    call(event) {
      wx.makePhoneCall({ phoneNumber: event.currentTarget.dataset.phone });
    },
  },
});
