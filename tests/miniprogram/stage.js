// Opens the mini-program's real pages and components, and does what a finger does.

const fs = require("fs");
const path = require("path");
const exparser = require("miniprogram-exparser");
const simulate = require("miniprogram-simulate");
const internals = require("miniprogram-simulate/src/utils");

const ROOT = path.resolve(__dirname, "../../miniprogram");
let modules = new Map();
let shownPages = [];

// As in WeChat: modules are run once in the life of the app, a component's file each time it is
// registered. The test runner's own `require` would run components once only.
internals.runJs = (file) => run(`${file}.js`);

function run(file) {
  const module = { exports: {} };
  const body = new Function("require", "module", "exports", fs.readFileSync(file, "utf8"));
  body((name) => load(path.resolve(path.dirname(file), `${name}.js`)), module, module.exports);
  return module.exports;
}

function load(file) {
  if (!modules.has(file)) modules.set(file, run(file));
  return modules.get(file);
}

/** Return a module of the app, e.g. "services/outbox". */
function service(name) {
  return load(path.join(ROOT, `${name}.js`));
}

/** Close the mini-program: pages go, modules forget; what the phone stored stays. */
function quit() {
  shownPages.forEach((page) => {
    if (page.instance.onHide) page.instance.onHide();
    page.detach();
  });
  shownPages = [];
  modules = new Map();
  document.body.textContent = "";
}

/** Render what lies at a path like "pages/chat/chat"; a page's `onLoad` gets the query. */
async function open(where, { properties, query } = {}) {
  const id = simulate.load(path.join(ROOT, where), { compiler: "simulate", rootPath: ROOT });
  const shown = simulate.render(id, properties);
  const parent = document.createElement("div");
  document.body.appendChild(parent);
  shown.attach(parent);
  shownPages.push(shown);
  if (shown.instance.onLoad) await shown.instance.onLoad(query || {});
  if (shown.instance.onShow) await shown.instance.onShow();
  return shown;
}

/** Everything that can be read. */
function words(shown) {
  return shown.dom.textContent.replace(/\s+/g, " ").trim();
}

/** Return the element of class `name` in the component (or "main", the page) it belongs to. */
function find(shown, component, name, index = 0) {
  const found = shown.dom.querySelectorAll(`.${component}--${name}`)[index];
  if (!found) throw new Error(`no .${name} [${index}] in ${component}; to be read: ${words(shown)}`);
  return found;
}

/** Tap it, as a finger does. */
async function tap(shown, component, name, index = 0) {
  const element = find(shown, component, name, index);
  for (const kind of ["touchstart", "touchend"]) {
    const event = new window.Event(kind, { bubbles: true, cancelable: true });
    const point = { identifier: 1, pageX: 1, pageY: 1, clientX: 1, clientY: 1, target: element };
    event.touches = kind === "touchstart" ? [point] : [];
    event.changedTouches = [point];
    element.dispatchEvent(event);
  }
  await simulate.sleep(1);
}

/** Type into a field. */
function write(shown, component, name, value) {
  const field = find(shown, component, name).__wxElement;
  exparser.Event.dispatchEvent(field, exparser.Event.create("input", { value }, { bubbles: true, composed: true, capturePhase: true, extraFields: {} }));
}

/** Wait until something is true of what is shown. */
async function until(done, what = done.toString()) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await done()) return;
    await simulate.sleep(25);
  }
  throw new Error(`never came true: ${what}; on the page: ${document.body.textContent.replace(/\s+/g, " ")}`);
}

module.exports = { open, quit, service, find, words, tap, write, until, ROOT };
