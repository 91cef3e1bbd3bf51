// Times as people here read them, always on the city's clock.

import { say } from "./language.js";

const ZONE = "Asia/Shanghai";
const DAY = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "numeric", day: "numeric" });
const CLOCK = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
const SORTABLE = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });

/** Return e.g. "今天 09:30" or "11月21日 09:30". */
export function moment(iso) {
  const at = new Date(iso);
  const clock = CLOCK.format(at);
  const day = SORTABLE.format(at);
  if (day === SORTABLE.format(new Date())) return `${say("chat.today")} ${clock}`;
  if (day === SORTABLE.format(new Date(Date.now() - 86400000))) return `${say("chat.yesterday")} ${clock}`;
  const [month, date] = DAY.formatToParts(at).filter((part) => /\d/.test(part.value));
  return `${month.value}月${date.value}日 ${clock}`;
}

/** Return e.g. "2016年1月1日" for an ISO date. */
export function date(iso) {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  return `${year}年${month}月${day}日`;
}
