// Whether the phone has a network, for all who want to know.

const listeners = new Set();
let online = true;

/** Begin to watch; the first call counts. */
function watch() {
  wx.getNetworkType({ success: ({ networkType }) => tell(networkType !== "none") });
  wx.onNetworkStatusChange(({ isConnected }) => tell(isConnected));
}

function tell(now) {
  if (now === online) return;
  online = now;
  listeners.forEach((listener) => listener(online));
}

/** Call `listener` with each change; returns how to stop. */
function onNetwork(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

module.exports = { watch, onNetwork, isOnline: () => online };
