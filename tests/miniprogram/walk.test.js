// One walk through the real pages against the running hotline: question → ticket with photo →
// progress → rating. Started by test_miniprogram.py, which runs the API and WeChat's place.

const http = require("http");
const { newPhone } = require("./phone");
const { open, quit, service, tap, until, words, write } = require("./stage");

const API = process.env.SUISHENG_TEST_API;
const CODES = JSON.parse(process.env.SUISHENG_TEST_CODES || "[]");
const walk = API ? test : test.skip;

function desk(token, method, path, body) {
  return new Promise((done, failed) => {
    const content = body ? JSON.stringify(body) : undefined;
    const headers = { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(content ? { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(content) } : {}) };
    const request = http.request(API + path, { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (text += part));
      response.on("end", () => (response.statusCode < 300 ? done(JSON.parse(text)) : failed(new Error(text))));
    });
    request.on("error", failed);
    request.end(content);
  });
}

async function signIn(username) {
  return (await desk(null, "POST", "/v1/session", { username, password: `demo-${username}` })).token;
}

async function step(token, number, name, fields = {}) {
  const { version } = await desk(token, "GET", `/v1/desk/tickets/${number}`);
  return desk(token, "POST", `/v1/desk/tickets/${number}/${name}`, { version, ...fields });
}

walk("question → ticket with photo → progress → rating", async () => {
  const phone = newPhone({ codes: CODES });
  service("settings").api = API;

  const chat = await open("pages/chat/chat");
  write(chat, "main", "draft", "居住证怎么办");
  await tap(chat, "main", "send");
  await until(() => words(chat).includes("居住证") && words(chat).includes("依据"), "an answer with its source");
  write(chat, "main", "draft", "我的手机号是13812345678");
  await tap(chat, "main", "send");
  await until(() => words(chat).includes("为保护您的隐私"), "the word about hidden data");

  const report = await open("pages/report/report");
  await service("services/subscriptions").prepare();
  await tap(report, "photo-strip", "add");
  await until(() => report.instance.data.photos.length === 1, "a photo");
  await tap(report, "main", "map");
  write(report, "main", "text", "石牌东路88号烧烤店占用人行道，半夜还很吵");
  write(report, "main", "phone", "13812345678");
  await tap(report, "main", "submit");
  await until(() => words(report).includes("已登记"), "a ticket");
  const number = report.instance.data.made.number;
  expect(phone.subscribed).toEqual(["tmpl-dispatched", "tmpl-handling", "tmpl-closed"]);

  const dispatcher = await signIn("dispatcher");
  const unit = await signIn("unit");
  const { unit_code: code } = await desk(unit, "GET", "/v1/session");
  const found = await desk(dispatcher, "GET", `/v1/desk/tickets/${number}`);
  expect(JSON.stringify(found)).not.toContain("13812345678");
  expect(found.attachments).toHaveLength(1);
  expect(found.channel).toBe("mini_program");
  await step(dispatcher, number, found.unit ? "redispatch" : "dispatch", { unit_code: code, reason: "按职责" });
  await step(unit, number, "sign");
  await step(unit, number, "start");

  const list = await open("pages/tickets/tickets");
  expect(words(list)).toContain(number);
  expect(words(list)).toContain("办理中");
  const page = await open("pages/ticket/ticket", { query: { number } });
  await until(() => words(page).includes("办理经过"), "its progress");

  await step(unit, number, "close", { reply: "已约谈店主，占道桌椅已收回。" });
  await page.instance.load();
  await until(() => words(page).includes("占道桌椅已收回"), "the reply");
  await tap(page, "rating-form", "star", 3);
  await tap(page, "rating-form", "primary");
  await until(() => words(page).includes("您的评价：4 星，满意"), "the rating");

  await tap(page, "ticket-card", "reopen");
  write(page, "writing-form", "field", "今晚又摆出来了");
  await tap(page, "writing-form", "primary");
  await until(() => phone.moves.some((move) => move.startsWith("/pages/ticket/ticket?number=")), "the new ticket");
  quit();
});
