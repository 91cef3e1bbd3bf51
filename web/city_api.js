// Calls of the HTTP API: one session per device, one error shape, one time limit.

import { forget, keep, recall } from "./storage.js";

const TIME_LIMIT = 30000;
const UPLOAD_LIMIT = 90000;

/** A call that was answered with an error, or (`status` 0) never answered. */
export class CallFailed extends Error {
  constructor({ status = 0, code = "unreachable", message = "", retryAfter = 0 }) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Whether sending the same again later can help. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500 || this.code === "in_progress";
  }
}

const renewalListeners = new Set();
let opening = null;

/** Call `listener` when an expired session was replaced by a new one. */
export function onRenewal(listener) {
  renewalListeners.add(listener);
}

/** Return the JSON of a GET. */
export function get(path) {
  return authorised("GET", path);
}

/** Return the JSON of a POST with a JSON body. */
export function post(path, body, headers = {}) {
  return authorised("POST", path, {
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...headers },
  });
}

/** Return the JSON of a DELETE. */
export function remove(path) {
  return authorised("DELETE", path);
}

/** Forget this device's session: the next call opens a new one. */
export function endSession() {
  forget("token");
}

/** Upload one picture; return `{id, media_type, size}`. */
export function upload(picture) {
  const form = new FormData();
  form.append("file", picture, "photo.jpg");
  return authorised("POST", "/v1/attachments", { body: form, limit: UPLOAD_LIMIT });
}

/** Return the state of the service's parts. */
export function health() {
  return call("GET", "/v1/health");
}

async function authorised(method, path, options = {}) {
  const had = recall("token", null);
  const token = had || (await openSession());
  try {
    return await call(method, path, { ...options, token });
  } catch (failure) {
    if (failure.status !== 401) throw failure;
    if (recall("token", null) === token) forget("token");
    const fresh = recall("token", null) || (await openSession());
    renewalListeners.forEach((listener) => listener());
    return call(method, path, { ...options, token: fresh });
  }
}

function openSession() {
  if (!opening) {
    opening = call("POST", "/v1/citizen/session", {
      body: JSON.stringify({ channel: "h5" }),
      headers: { "Content-Type": "application/json" },
    })
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

async function call(method, path, { body, headers = {}, token, limit = TIME_LIMIT } = {}) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), limit);
  try {
    const response = await fetch(path, {
      method,
      body,
      headers: token ? { ...headers, Authorization: `Bearer ${token}` } : headers,
      signal: patience.signal,
      credentials: "omit",
    });
    const answer = await response.json().catch(() => null);
    if (response.ok && answer !== null) return answer;
    throw failureOf(response, answer);
  } catch (error) {
    if (error instanceof CallFailed) throw error;
    throw new CallFailed({ code: patience.signal.aborted ? "timeout" : "unreachable" });
  } finally {
    clearTimeout(timer);
  }
}

function failureOf(response, answer) {
  const error = (answer && answer.error) || {};
  return new CallFailed({
    status: response.ok ? 502 : response.status,
    code: error.code || "unreadable",
    message: error.message || "",
    retryAfter: Number(response.headers.get("Retry-After")) || 0,
  });
}
