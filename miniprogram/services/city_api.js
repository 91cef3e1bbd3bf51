// Calls of the HTTP API: one session per phone, one error shape, one time limit.

const settings = require("../settings");
const say = require("./say");
const { forget, keep, recall } = require("./storage");

const TIME_LIMIT = 30000;
const UPLOAD_LIMIT = 90000;

let opening = null;

/** A call that was answered with an error, or (`status` 0) never answered. */
class CallFailed extends Error {
  constructor({ status = 0, code = "unreachable", message = "" }) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether sending the same again later can help. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500 || this.code === "in_progress";
  }
}

/** Return the JSON of a GET. */
function get(path) {
  return authorised((token) => call("GET", path, { token }));
}

/** Return the JSON of a POST; the same `key` again is done once. */
function post(path, data, key) {
  return authorised((token) => call("POST", path, { token, data, key }));
}

/** Upload the picture at a local path; return `{id, media_type, size}`. */
function upload(filePath) {
  return authorised((token) => send(wx.uploadFile, { url: settings.api + "/v1/attachments", filePath, name: "file", header: headers(token), timeout: UPLOAD_LIMIT }));
}

async function authorised(act) {
  const token = recall("token", null) || (await openSession());
  try {
    return await act(token);
  } catch (failure) {
    if (failure.status !== 401) throw failure;
    if (recall("token", null) === token) forget("token");
    return act(recall("token", null) || (await openSession()));
  }
}

function openSession() {
  if (!opening) {
    opening = logIn()
      .then((session) => {
        keep("token", session.token);
        return session.token;
      })
      .finally(() => {
        opening = null;
      });
  }
  return opening;
}

async function logIn() {
  try {
    return await call("POST", "/v1/wechat/session", { data: { code: await loginCode() } });
  } catch (failure) {
    // A server without WeChat keys (somebody trying it out) takes the phone without a name.
    if (failure.code !== "channel_off") throw failure;
    return call("POST", "/v1/citizen/session", { data: { channel: "mini_program" } });
  }
}

function loginCode() {
  return new Promise((done, failed) => {
    wx.login({
      success: ({ code }) => done(code),
      fail: () => failed(new CallFailed({ code: "login" })),
    });
  });
}

function call(method, path, { token, data, key } = {}) {
  const header = { "Content-Type": "application/json", ...headers(token), ...(key ? { "Idempotency-Key": key } : {}) };
  return send(wx.request, { url: settings.api + path, method, data, header, timeout: TIME_LIMIT });
}

function headers(token) {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

function send(ask, options) {
  return new Promise((done, failed) => {
    ask({
      ...options,
      success: ({ statusCode, data }) => {
        const answer = parsed(data);
        if (statusCode >= 200 && statusCode < 300 && answer) done(answer);
        else failed(failureOf(statusCode, answer));
      },
      fail: () => failed(new CallFailed({})),
    });
  });
}

function parsed(data) {
  if (typeof data !== "string") return data;
  try {
    return JSON.parse(data);
  } catch (unreadable) {
    return null;
  }
}

function failureOf(statusCode, answer) {
  const error = (answer && answer.error) || {};
  const status = statusCode < 300 ? 502 : statusCode;
  return new CallFailed({ status, code: error.code || "unreadable", message: error.message || "" });
}

/** Return what to tell the citizen about a failure: the server's own words where it has any. */
function sentenceFor(failure) {
  if (failure.status === 0) return say("network.unreachable");
  if (failure.status === 429 || failure.status >= 500) return say("network.busy");
  return failure.message || say("network.failed");
}

module.exports = { CallFailed, get, post, upload, sentenceFor };
