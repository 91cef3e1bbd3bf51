const network = require("./services/network");
const outbox = require("./services/outbox");
const subscriptions = require("./services/subscriptions");

App({
  onLaunch() {
    network.watch();
    network.onNetwork((online) => online && outbox.flush());
    outbox.flush();
    subscriptions.prepare();
  },
});
