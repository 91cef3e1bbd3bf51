// Times as people here read them, always on the city's clock (UTC+8, no summer time).

const say = require("./say");

const EIGHT_HOURS = 8 * 3600 * 1000;
const DAY = 24 * 3600 * 1000;

function local(time) {
  return new Date(time + EIGHT_HOURS);
}

function dayNumber(time) {
  return Math.floor((time + EIGHT_HOURS) / DAY);
}

/** Return e.g. "今天 09:30" or "11月21日 09:30" for an ISO moment or milliseconds. */
function moment(at) {
  const time = typeof at === "number" ? at : Date.parse(at);
  const here = local(time);
  const clock = here.toISOString().slice(11, 16);
  const days = dayNumber(Date.now()) - dayNumber(time);
  if (days === 0) return `${say("moments.today")} ${clock}`;
  if (days === 1) return `${say("moments.yesterday")} ${clock}`;
  return `${here.getUTCMonth() + 1}月${here.getUTCDate()}日 ${clock}`;
}

/** Return e.g. "2016年1月1日" for an ISO date. */
function date(iso) {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  return `${year}年${month}月${day}日`;
}

module.exports = { moment, date };
