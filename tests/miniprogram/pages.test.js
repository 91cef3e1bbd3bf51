// The real pages on a phone whose city does not answer, or answers badly.

const http = require("http");
const { newPhone } = require("./phone");
const { find, open, quit, service, tap, until, words, write } = require("./stage");

const TICKET = {
  number: "GZ20261126-000001", title: "烧烤店半夜噪音", status: "办理中", status_text: "", category: "城市管理/噪音",
  unit: { code: "u", name: "石牌街道办事处" }, why_unit: "街道负责占道经营。", next_step: "承办单位办结并答复您", due_at: null,
  due_text: "还有 3 个工作日", provisional: false, timeline: [{ at: "2026-11-26T01:00:00Z", text: "您的诉求已受理。" }],
  reply: null, can_rate: false, can_reopen: false, rating: null, demo: true,
};
const ANSWER = {
  outcome: "answered", text: "凭居住证明申领。", entry: { id: "residence", title: "居住证申领", version: 1 }, phone: "020-12345", unit: "公安局",
  blocks: [
    { name: "所需材料", text: null, items: ["身份证", "居住证明"] },
    { name: "办理步骤", text: null, items: ["网上申请", "现场核验"] },
    { name: "办理地点", text: "天河区天府路1号，政务中心", items: [] },
  ],
  sources: [{ title: "t", basis: "居住证条例", effective_date: "2016-01-01", url: null, reviewed_date: null }],
};

let city;
let phone;

/** A server that answers by a table, so that a page can be looked at in any state. */
function newCity() {
  const answers = new Map();
  const server = http.createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      const path = request.url.split("?")[0];
      const answer = answers.get(`${request.method} ${path}`) || [404, { error: { code: "not_found", message: "没有这个地址。" } }];
      const [status, body] = typeof answer === "function" ? answer() : answer;
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(body));
    });
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done({ answers, server, url: `http://127.0.0.1:${server.address().port}` })));
}

beforeEach(async () => {
  city = await newCity();
  city.answers.set("POST /v1/wechat/session", [200, { token: "c-1", citizen_id: "x", expires_at: "" }]);
  city.answers.set("GET /v1/wechat/subscriptions", [200, { items: [{ key: "closed", title: "办完了", template_id: "tmpl-closed", long_term: false, left: 0 }] }]);
  city.answers.set("POST /v1/wechat/subscriptions", [200, { items: [] }]);
  city.answers.set("GET /v1/chat/messages", [200, { replies: [], state: "bot", queue_position: null }]);
  city.answers.set("GET /v1/tickets", [200, { items: [] }]);
  phone = newPhone({ codes: ["code-1", "code-2", "code-3"] });
  service("settings").api = city.url;
});

afterEach(() => {
  quit();
  city.server.close();
});

function restart() {
  quit();
  service("settings").api = city.url;
}

const sent = (path) => phone.requests.filter((request) => request.path === path && request.method === "POST");
const reply = (id, changes) => ({ id: String(id), at: "2026-11-26T01:00:00Z", speaker: "bot", kind: "text", text: "好的", buttons: [], card: null, ...changes });
const said = (...replies) => [200, { replies, state: "bot", queue_position: null }];

test("an answer shows its materials to tick off, and the ticks are still there next time", async () => {
  const card = await open("components/answer-card/answer-card", { properties: { card: ANSWER, text: ANSWER.text } });
  expect(words(card)).toContain("居住证申领");
  expect(words(card)).toContain("依据：居住证条例 · 2016年1月1日 起施行");
  expect(words(card)).toContain("已备 0/2");
  await tap(card, "main", "item", 0);
  expect(words(card)).toContain("已备 1/2");
  await tap(card, "main", "call");
  expect(phone.dialled).toEqual(["020-12345"]);
  await tap(card, "main", "small");
  expect(phone.copied).toEqual(["天河区天府路1号"]);
  restart();
  const again = await open("components/answer-card/answer-card", { properties: { card: ANSWER, text: ANSWER.text } });
  expect(words(again)).toContain("已备 1/2");
});

test("a message written without a network is sent once when there is one", async () => {
  city.answers.set("POST /v1/chat/messages", said(reply(1)));
  const chat = await open("pages/chat/chat");
  service("services/network").watch();
  phone.setOnline(false);
  write(chat, "main", "draft", "居住证怎么办");
  await tap(chat, "main", "send");
  await until(() => words(chat).includes("还没发出去"));
  expect(words(chat)).toContain("现在没有网络");
  phone.setOnline(true);
  await until(() => words(chat).includes("好的"));
  expect(words(chat)).not.toContain("还没发出去");
  expect(sent("/v1/chat/messages")).toHaveLength(1);
});

test("a message whose answer was lost is sent again under the same id", async () => {
  city.answers.set("POST /v1/chat/messages", said(reply(1)));
  let lost = 0;
  phone.onRequest = ({ path, method }) => (path === "/v1/chat/messages" && method === "POST" && (lost += 1) === 1 ? "lost" : undefined);
  const chat = await open("pages/chat/chat");
  write(chat, "main", "draft", "您好");
  await tap(chat, "main", "send");
  await until(() => words(chat).includes("重发"));
  await tap(chat, "chat-message", "act", 0);
  await until(() => words(chat).includes("好的"));
  const ids = sent("/v1/chat/messages").map((request) => JSON.parse(request.body).message_id);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

test("an unsent message and all that was said survive closing the mini-program", async () => {
  city.answers.set("POST /v1/chat/messages", said(reply(1, { text: "要带身份证。" })));
  const chat = await open("pages/chat/chat");
  write(chat, "main", "draft", "居住证怎么办");
  await tap(chat, "main", "send");
  await until(() => words(chat).includes("要带身份证"));
  phone.online = false;
  write(chat, "main", "draft", "在哪里办");
  await tap(chat, "main", "send");
  await until(() => words(chat).includes("还没发出去"));
  restart();
  const again = await open("pages/chat/chat");
  expect(words(again)).toContain("要带身份证");
  expect(words(again)).toContain("在哪里办");
});

test("a refused message says so and can be removed", async () => {
  city.answers.set("POST /v1/chat/messages", [422, { error: { code: "invalid", message: "内容不合要求。" } }]);
  const chat = await open("pages/chat/chat");
  write(chat, "main", "draft", "您好");
  await tap(chat, "main", "send");
  await until(() => words(chat).includes("没有发成功"));
  await tap(chat, "chat-message", "act", 0);
  expect(words(chat)).not.toContain("没有发成功");
});

test("buttons of the last answer are offered and send their payload", async () => {
  city.answers.set("POST /v1/chat/messages", said(reply(1, { text: "您是想问…？", buttons: [{ title: "居住证", payload: "/ask{}" }] })));
  const chat = await open("pages/chat/chat");
  await tap(chat, "main", "starter", 1);
  await until(() => words(chat).includes("您是想问"));
  await tap(chat, "chat-message", "choice");
  await until(() => sent("/v1/chat/messages").length === 2);
  const bodies = sent("/v1/chat/messages").map((request) => JSON.parse(request.body));
  expect(bodies.map((body) => body.payload)).toEqual(["/complain", "/ask{}"]);
});

test("danger shows the number to call before anything else", async () => {
  city.answers.set("POST /v1/chat/messages", said(reply(1, { kind: "emergency", text: "马上离开现场。", card: { phone: "119", kind: "gas", number: null } })));
  const chat = await open("pages/chat/chat");
  write(chat, "main", "draft", "煤气泄漏");
  await tap(chat, "main", "send");
  await until(() => words(chat).includes("立即拨打 119"));
  await tap(chat, "chat-message", "danger-call");
  expect(phone.dialled).toEqual(["119"]);
});

test("who waits for a person sees the place in the queue and can leave it", async () => {
  city.answers.set("GET /v1/chat/messages", [200, { replies: [], state: "waiting", queue_position: 3 }]);
  city.answers.set("POST /v1/chat/messages", said());
  const chat = await open("pages/chat/chat");
  expect(words(chat)).toContain("前面还有 2 位");
  await tap(chat, "main", "leave");
  await until(() => sent("/v1/chat/messages").length === 1);
  expect(JSON.parse(sent("/v1/chat/messages")[0].body).payload).toBe("/gateway_leave_queue");
});

test("an expired session is renewed and the request made again", async () => {
  phone.stored.set("token", JSON.stringify("c-old"));
  let asked = 0;
  city.answers.set("GET /v1/tickets", () => ((asked += 1) === 1 ? [401, { error: { code: "unauthenticated", message: "登录已过期。" } }] : [200, { items: [TICKET] }]));
  const list = await open("pages/tickets/tickets");
  expect(words(list)).toContain("烧烤店半夜噪音");
  expect(JSON.parse(phone.stored.get("token"))).toBe("c-1");
});

test("a server without WeChat keys still takes the phone", async () => {
  city.answers.set("POST /v1/wechat/session", [503, { error: { code: "channel_off", message: "还没有开通。" } }]);
  city.answers.set("POST /v1/citizen/session", [200, { token: "c-2", citizen_id: "y", expires_at: "" }]);
  await open("pages/tickets/tickets");
  expect(JSON.parse(phone.stored.get("token"))).toBe("c-2");
});

test("tickets seen before can be read without a network", async () => {
  city.answers.set("GET /v1/tickets", [200, { items: [TICKET] }]);
  await open("pages/tickets/tickets");
  restart();
  phone.online = false;
  const list = await open("pages/tickets/tickets");
  expect(words(list)).toContain("烧烤店半夜噪音");
  expect(words(list)).toContain("这是上次看到的内容");
  const one = await open("pages/ticket/ticket", { query: { number: TICKET.number } });
  expect(words(one)).toContain("石牌街道办事处");
  expect(words(one)).toContain("还有 3 个工作日");
});

test("a report written without a network is filed once, with its photo, when there is one", async () => {
  city.answers.set("POST /v1/attachments", [200, { id: "photo-0001", media_type: "image/jpeg", size: 1 }]);
  city.answers.set("POST /v1/tickets", [200, TICKET]);
  const report = await open("pages/report/report");
  service("services/network").watch();
  await tap(report, "photo-strip", "add");
  await tap(report, "main", "map");
  write(report, "main", "text", "烧烤店半夜很吵");
  phone.setOnline(false);
  await tap(report, "main", "submit");
  await until(() => words(report).includes("现在没有网络"));
  expect(service("services/outbox").unsent()).toHaveLength(1);
  restart();
  phone.online = true;
  const list = await open("pages/tickets/tickets");
  await until(() => sent("/v1/tickets").length === 1);
  expect(words(list)).not.toContain("还没提交成功");
  expect(service("services/outbox").unsent()).toHaveLength(0);
  const body = JSON.parse(sent("/v1/tickets")[0].body);
  expect(body).toMatchObject({ attachments: ["photo-0001"], text: "烧烤店半夜很吵", place: "广东省广州市天河区石牌东路88号 石牌东路" });
});

test("a filing whose answer was lost is repeated under the same key, and photos are not uploaded again", async () => {
  city.answers.set("POST /v1/attachments", [200, { id: "photo-0001", media_type: "image/jpeg", size: 1 }]);
  city.answers.set("POST /v1/tickets", [200, TICKET]);
  let lost = 0;
  phone.onRequest = ({ path, method }) => (path === "/v1/tickets" && method === "POST" && (lost += 1) === 1 ? "lost" : undefined);
  const report = await open("pages/report/report");
  await tap(report, "photo-strip", "add");
  write(report, "main", "text", "烧烤店半夜很吵");
  await tap(report, "main", "submit");
  await until(() => words(report).includes("已替您保存"));
  await tap(report, "offline-notice", "again");
  await until(() => words(report).includes("已登记"));
  const keys = sent("/v1/tickets").map((request) => request.key);
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
  expect(sent("/v1/attachments")).toHaveLength(1);
});

test("pressing submit twice files once", async () => {
  city.answers.set("POST /v1/tickets", [200, TICKET]);
  const report = await open("pages/report/report");
  write(report, "main", "text", "烧烤店半夜很吵");
  await Promise.all([tap(report, "main", "submit"), tap(report, "main", "submit")]);
  await until(() => words(report).includes("已登记"));
  expect(sent("/v1/tickets")).toHaveLength(1);
});

test("a refused report comes back into the form with the reason", async () => {
  city.answers.set("POST /v1/tickets", [422, { error: { code: "invalid", message: "内容太短，请多写几个字。" } }]);
  const report = await open("pages/report/report");
  write(report, "main", "text", "吵");
  await tap(report, "main", "submit");
  await until(() => words(report).includes("内容太短"));
  expect(report.instance.data.text).toBe("吵");
});

test("a report without words or with half a phone number is not sent", async () => {
  const report = await open("pages/report/report");
  await tap(report, "main", "submit");
  expect(words(report)).toContain("请写一句发生了什么");
  write(report, "main", "text", "烧烤店半夜很吵");
  write(report, "main", "phone", "138");
  await tap(report, "main", "submit");
  expect(words(report)).toContain("手机号好像不完整");
  expect(sent("/v1/tickets")).toHaveLength(0);
});

test("half a report is still there after closing the mini-program", async () => {
  const report = await open("pages/report/report");
  write(report, "main", "text", "写了一半");
  restart();
  const again = await open("pages/report/report");
  expect(again.instance.data.text).toBe("写了一半");
});

test("consent is asked at the tap that files, and told to the server", async () => {
  city.answers.set("POST /v1/tickets", [200, TICKET]);
  const report = await open("pages/report/report");
  await service("services/subscriptions").prepare();
  expect(phone.subscribed).toEqual([]);
  write(report, "main", "text", "烧烤店半夜很吵");
  await tap(report, "main", "submit");
  await until(() => words(report).includes("已登记"));
  expect(phone.subscribed).toEqual(["tmpl-closed"]);
  expect(JSON.parse(sent("/v1/wechat/subscriptions")[0].body).choices).toEqual({ closed: true });
});

test("who declines messages is served all the same", async () => {
  phone.consent = "reject";
  city.answers.set("POST /v1/tickets", [200, TICKET]);
  const report = await open("pages/report/report");
  await service("services/subscriptions").prepare();
  write(report, "main", "text", "烧烤店半夜很吵");
  await tap(report, "main", "submit");
  await until(() => words(report).includes("已登记"));
  expect(JSON.parse(sent("/v1/wechat/subscriptions")[0].body).choices).toEqual({ closed: false });
});

test("large type is switched on for every open page and remembered", async () => {
  const chat = await open("pages/chat/chat");
  service("services/preferences").setElder(true);
  expect(find(chat, "main", "page").className).toContain("elder");
  expect(words(chat)).toContain("写一句就行，也可以直接打 12345");
  restart();
  const again = await open("pages/tickets/tickets");
  expect(find(again, "main", "page").className).toContain("elder");
});

test("a finished ticket can be rated only with a star chosen", async () => {
  city.answers.set("GET /v1/tickets", [200, { items: [{ ...TICKET, status: "已办结", can_rate: true, can_reopen: true }] }]);
  city.answers.set(`POST /v1/tickets/${TICKET.number}/rating`, [200, { ...TICKET, status: "已办结", rating: 5 }]);
  const page = await open("pages/ticket/ticket", { query: { number: TICKET.number } });
  await tap(page, "rating-form", "primary");
  expect(words(page)).toContain("请先选几颗星");
  await tap(page, "rating-form", "star", 4);
  await tap(page, "rating-form", "primary");
  await until(() => words(page).includes("您的评价：5 星，非常满意"));
});

test("reopening pressed again after a broken connection is the same request", async () => {
  city.answers.set("GET /v1/tickets", [200, { items: [{ ...TICKET, status: "已办结", can_reopen: true }] }]);
  const path = `/v1/tickets/${TICKET.number}/reopen`;
  city.answers.set(`POST ${path}`, [200, { ...TICKET, number: "GZ20261126-000002" }]);
  let lost = 0;
  phone.onRequest = (request) => (request.path === path && (lost += 1) === 1 ? "lost" : undefined);
  const page = await open("pages/ticket/ticket", { query: { number: TICKET.number } });
  await tap(page, "ticket-card", "reopen");
  write(page, "writing-form", "field", "还是很吵");
  await tap(page, "writing-form", "primary");
  await until(() => words(page).includes("暂时连不上"));
  await tap(page, "writing-form", "primary");
  await until(() => phone.moves.length === 1);
  expect(phone.moves[0]).toContain("GZ20261126-000002");
  expect(new Set(sent(path).map((request) => request.key)).size).toBe(1);
});

test("every text a page asks for is there", () => {
  const fs = require("fs");
  const { ROOT } = require("./stage");
  const files = fs.readdirSync(ROOT, { recursive: true }).filter((name) => name.endsWith(".js") && !name.startsWith("texts"));
  const asked = files.flatMap((name) => [...fs.readFileSync(`${ROOT}/${name}`, "utf8").matchAll(/say\("([\w.]+)"/g)].map((match) => match[1]));
  expect(asked.length).toBeGreaterThan(40);
  for (const name of asked) expect(service("services/say")(name)).toBeTruthy();
  const chinese = files.filter((name) => !name.startsWith("settings")).flatMap((name) => fs.readFileSync(`${ROOT}/${name}`, "utf8").split("\n").filter((line) => !/^\s*(\/\/|\/?\*)/.test(line) && /"[^"]*[\u4e00-\u9fff]/.test(line) && !/(MATERIALS|STEPS|PLACES|CALLED_BACK|VOID) =/.test(line)));
  expect(chinese).toEqual([]);
});
