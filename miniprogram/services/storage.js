// What this phone remembers between two openings of the mini-program.

/** Keep a value under a name. */
function keep(name, value) {
  wx.setStorageSync(name, value);
}

/** Return what was kept, or `other`. */
function recall(name, other) {
  const value = wx.getStorageSync(name);
  return value === "" || value === undefined || value === null ? other : value;
}

/** Forget what was kept. */
function forget(name) {
  wx.removeStorageSync(name);
}

module.exports = { keep, recall, forget };
