// Display settings: elder mode, light or dark, script, voice.

import { freshId, h } from "./element.js";
import { say } from "./language.js";
import { notify } from "./notice.js";
import { prefer, preferences } from "./preferences.js";
import { openSheet } from "./sheet.js";
import { canListen } from "./voice.js";

/** Open the settings. */
export function openSettings() {
  const close = openSheet(say("settings.title"), [
    elderSwitch(),
    choice("theme", "settings.theme", [["auto", "settings.auto"], ["light", "settings.light"], ["dark", "settings.dark"]]),
    choice("script", "settings.script", [["zh-Hans", "settings.simplified"], ["zh-Hant", "settings.traditional"]], () => {
      close();
      openSettings();
    }),
    h("a", { class: "setting setting-name", href: "#/data", on: { click: () => close() } }, say("data.open")),
    canListen() && choice("voice", "settings.voice", [["zh-CN", "settings.mandarin"], ["zh-HK", "settings.cantonese"]]),
  ]);
}

/** Switch elder mode on or off and say so. */
export function switchElder() {
  prefer({ elder: !preferences.elder });
  notify(say(preferences.elder ? "settings.elderOn" : "settings.elderOff"));
}

function elderSwitch() {
  const id = freshId("elder");
  const box = h("input", { type: "checkbox", role: "switch", id, class: "switch", checked: preferences.elder, "aria-describedby": `${id}-hint`, on: { change: switchElder } });
  return h("div", { class: "setting" }, h("div", {}, h("label", { for: id, class: "setting-name" }, say("settings.elder")), h("p", { id: `${id}-hint`, class: "hint" }, say("settings.elderHint"))), box);
}

function choice(name, title, options, changed = () => {}) {
  const group = freshId(name);
  return h(
    "fieldset",
    { class: "setting choice" },
    h("legend", { class: "setting-name" }, say(title)),
    h("div", { class: "segments" }, options.map(([value, path]) => {
      const id = freshId(name);
      const pick = () => {
        prefer({ [name]: value });
        changed();
      };
      return [h("input", { type: "radio", name: group, id, value, class: "visually-hidden", checked: preferences[name] === value, on: { change: pick } }), h("label", { for: id }, say(path))];
    }))
  );
}
