// Requests not yet acknowledged, kept on the phone with the key they will always be sent under.

const { post, upload } = require("./city_api");
const { uuid } = require("./identifiers");
const { keep, recall } = require("./storage");

const BUSY_PAUSE = 2000;
const listeners = new Set();
let sending = null;

/** Return the unacknowledged requests, oldest first. */
function unsent() {
  return recall("outbox", []);
}

/** Call `listener({entry, answer, failure})` when an entry got its answer or was refused. */
function onSettled(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Keep a request; `photos` are local paths to be uploaded first. Returns the entry. */
function hold(kind, path, body, photos = []) {
  const entry = { key: uuid(), kind, path, body, at: Date.now(), photos: photos.map((file) => ({ file: saved(file), id: null })) };
  if (kind === "chat") entry.body = { ...body, message_id: entry.key };
  keep("outbox", [...unsent(), entry]);
  return entry;
}

/** Forget an entry. */
function release(key) {
  keep("outbox", unsent().filter((entry) => entry.key !== key));
}

/** Send everything unsent, oldest first, each under its own key; stops where the network does. */
function flush() {
  if (!sending) {
    sending = sendAll().finally(() => {
      sending = null;
    });
  }
  return sending;
}

async function sendAll() {
  for (let entry = unsent()[0]; entry; entry = unsent()[0]) {
    try {
      settle(entry, { answer: await deliver(entry) });
    } catch (failure) {
      if (failure.passing !== false) return failure;
      settle(entry, { failure });
    }
  }
  return null;
}

function settle(entry, outcome) {
  release(entry.key);
  listeners.forEach((listener) => listener({ entry, ...outcome }));
}

async function deliver(entry) {
  for (const photo of entry.photos) {
    if (photo.id) continue;
    photo.id = (await upload(photo.file)).id;
    update(entry);
  }
  const body = entry.photos.length ? { ...entry.body, attachments: entry.photos.map((photo) => photo.id) } : entry.body;
  try {
    return await post(entry.path, body, entry.key);
  } catch (failure) {
    if (failure.code !== "in_progress") throw failure;
    await new Promise((go) => setTimeout(go, BUSY_PAUSE));
    return post(entry.path, body, entry.key);
  }
}

function update(entry) {
  keep("outbox", unsent().map((other) => (other.key === entry.key ? entry : other)));
}

/** A chosen photo lives only until the mini-program closes, unless it is saved. */
function saved(file) {
  try {
    return wx.getFileSystemManager().saveFileSync(file);
  } catch (full) {
    return file;
  }
}

module.exports = { unsent, onSettled, hold, release, flush };
