// What every page has: large type when wished, and a notice when there is no network.

const { isOnline, onNetwork } = require("./network");
const { isElder, onElder } = require("./preferences");

module.exports = Behavior({
  data: { elder: false, online: true },
  lifetimes: {
    attached() {
      this.setData({ elder: isElder(), online: isOnline() });
      this.stops = [
        onElder((elder) => this.setData({ elder })),
        onNetwork((online) => {
          this.setData({ online });
          if (online && this.cameOnline) this.cameOnline();
        }),
      ];
    },
    detached() {
      this.stops.forEach((stop) => stop());
    },
  },
});
