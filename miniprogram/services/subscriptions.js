// Asking the citizen, at a tap, whether WeChat may tell them of the next steps.

const { get, post } = require("./city_api");
const { uuid } = require("./identifiers");

let offered = null;

/** Fetch what can be agreed to. It must be there before the tap: WeChat's window opens only from one. */
async function prepare() {
  if (offered) return;
  try {
    offered = (await get("/v1/wechat/subscriptions")).items;
  } catch (unreachable) {
    offered = null;
  }
}

/** Open WeChat's window and tell the server what was chosen; returns whether anything was agreed to. */
async function ask() {
  if (!offered || !offered.length) return false;
  const answers = await choose(offered.map((one) => one.template_id));
  const choices = {};
  for (const one of offered) {
    const answer = answers[one.template_id];
    if (answer === "accept" || answer === "reject") choices[one.key] = answer === "accept";
  }
  if (!Object.keys(choices).length) return false;
  try {
    await post("/v1/wechat/subscriptions", { request_id: uuid(), choices });
  } catch (failure) {
    return false;
  }
  return Object.values(choices).some(Boolean);
}

function choose(tmplIds) {
  return new Promise((done) => {
    wx.requestSubscribeMessage({ tmplIds, success: done, fail: () => done({}) });
  });
}

module.exports = { prepare, ask, canAsk: () => Boolean(offered && offered.length) };
