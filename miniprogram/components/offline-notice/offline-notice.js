// Says that there is no network, that the service does not answer, or how old this is.

const say = require("../../services/say");

Component({
  properties: {
    online: { type: Boolean, value: true },
    problem: { type: String, value: "" },
    stored: { type: String, value: "" },
  },
  data: { offline: say("network.offline"), retry: say("network.retry") },
  methods: {
    again() {
      this.triggerEvent("retry");
    },
  },
});
