// A phone for the mini-program: everything WeChat gives a page, with real requests over HTTP.

const fs = require("fs");
const http = require("http");
const os = require("os");
const path = require("path");

const JPEG = Buffer.from(
  "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=",
  "base64"
);

/** Put a phone where WeChat puts `wx`; returns it with what tests look at and change. */
function newPhone({ codes = [] } = {}) {
  const stored = new Map();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "phone-"));
  const photo = path.join(folder, "photo.jpg");
  fs.writeFileSync(photo, JPEG);
  const phone = {
    stored,
    online: true,
    // Called with each request before it leaves; may throw (nothing arrives) or return "lost"
    // (it arrives, and the answer does not).
    onRequest: () => undefined,
    requests: [],
    toasts: [],
    dialled: [],
    moves: [],
    copied: [],
    subscribed: [],
    consent: "accept",
    photo,
    codes: [...codes],
    networkListeners: [],
    setOnline(online) {
      phone.online = online;
      phone.networkListeners.forEach((listener) => listener({ isConnected: online }));
    },
  };

  function ask({ url, method = "GET", header = {}, success, fail }, body) {
    if (!phone.online) return setTimeout(() => fail({ errMsg: "request:fail" }), 0);
    const { pathname } = new URL(url);
    const entry = { method, path: pathname, key: header["Idempotency-Key"], body: body && body.toString("utf8") };
    phone.requests.push(entry);
    let fate;
    try {
      fate = phone.onRequest(entry);
    } catch (broken) {
      return setTimeout(() => fail({ errMsg: "request:fail" }), 0);
    }
    const request = http.request(url, { method, headers: { ...header, ...(body ? { "Content-Length": body.length } : {}) }, agent: false }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => {
        if (fate === "lost") return fail({ errMsg: "request:fail timeout" });
        return success({ statusCode: response.statusCode, data: Buffer.concat(parts).toString("utf8") });
      });
    });
    request.on("error", () => fail({ errMsg: "request:fail" }));
    request.end(body);
    return request;
  }

  global.wx = {
    request: (options) => ask(options, options.data === undefined ? undefined : Buffer.from(JSON.stringify(options.data))),
    uploadFile: (options) => {
      const border = "border0123456789";
      const head = `--${border}\r\nContent-Disposition: form-data; name="${options.name}"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`;
      const body = Buffer.concat([Buffer.from(head), fs.readFileSync(options.filePath), Buffer.from(`\r\n--${border}--\r\n`)]);
      ask({ ...options, method: "POST", header: { ...options.header, "Content-Type": `multipart/form-data; boundary=${border}` } }, body);
    },
    login: ({ success, fail }) => (phone.codes.length ? success({ code: phone.codes.shift() }) : fail({})),
    setStorageSync: (name, value) => stored.set(name, JSON.stringify(value)),
    getStorageSync: (name) => (stored.has(name) ? JSON.parse(stored.get(name)) : ""),
    removeStorageSync: (name) => stored.delete(name),
    getNetworkType: ({ success }) => success({ networkType: phone.online ? "wifi" : "none" }),
    onNetworkStatusChange: (listener) => phone.networkListeners.push(listener),
    getFileSystemManager: () => ({ saveFileSync: (file) => file }),
    chooseMedia: ({ success }) => success({ tempFiles: [{ tempFilePath: photo }] }),
    compressImage: ({ src, success }) => success({ tempFilePath: src }),
    chooseLocation: ({ success }) => success({ name: "石牌东路", address: "广东省广州市天河区石牌东路88号", latitude: 23.13, longitude: 113.34 }),
    previewImage: () => undefined,
    requestSubscribeMessage: ({ tmplIds, success }) => {
      phone.subscribed.push(...tmplIds);
      success(Object.fromEntries(tmplIds.map((id) => [id, phone.consent])));
    },
    makePhoneCall: ({ phoneNumber }) => phone.dialled.push(phoneNumber),
    setClipboardData: ({ data }) => phone.copied.push(data),
    showToast: ({ title }) => phone.toasts.push(title),
    navigateTo: ({ url }) => phone.moves.push(url),
    redirectTo: ({ url }) => phone.moves.push(url),
    switchTab: ({ url }) => phone.moves.push(url),
    stopPullDownRefresh: () => undefined,
  };
  return phone;
}

module.exports = { newPhone };
