// One line puts the assistant on another site:
//   <script src="https://HOST/widget.js" async></script>
// Optional: data-label="问12345"  data-close="关闭"  data-side="left"
// Its button lives in a closed shadow root and its page in a frame, so that neither site's styles
// nor scripts reach the other. The site's origin must stand in SUISHENG_EMBED_ORIGINS.
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script || window.suishengWidget) return;
  window.suishengWidget = true;
  var origin = new URL(script.src).origin;
  var label = script.dataset.label || "问12345";
  var closing = script.dataset.close || "关闭";
  var side = script.dataset.side === "left" ? "left" : "right";
  var STYLE =
    ":host{all:initial}" +
    "button{font:600 16px/1.2 'PingFang SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif;cursor:pointer;border:0}" +
    ".open{position:fixed;bottom:20px;" + side + ":20px;z-index:2147483000;display:flex;align-items:center;gap:8px;" +
    "padding:11px 18px 11px 13px;border-radius:999px;background:#0c3f43;color:#fff;box-shadow:0 4px 18px rgba(0,0,0,.24)}" +
    ".open:focus-visible,.close:focus-visible{outline:3px solid #f3c969;outline-offset:2px}" +
    ".open svg{width:26px;height:26px}" +
    ".news::after{content:'';width:9px;height:9px;border-radius:50%;background:#f3c969}" +
    ".panel{position:fixed;bottom:20px;" + side + ":20px;z-index:2147483001;width:400px;height:min(720px,calc(100vh - 40px));" +
    "border-radius:16px;overflow:hidden;background:#f4f2ec;box-shadow:0 12px 48px rgba(0,0,0,.3)}" +
    "iframe{width:100%;height:100%;border:0}" +
    ".close{position:absolute;top:8px;right:8px;width:44px;height:44px;border-radius:50%;background:none;color:#fff}" +
    ".close svg{width:22px;height:22px}" +
    "[hidden]{display:none!important}" +
    "@media(max-width:480px){.panel{inset:0;top:0;right:0;bottom:0;left:0;width:100%;height:100%;border-radius:0}}";

  var host = document.createElement("div");
  var root = host.attachShadow({ mode: "closed" });
  try {
    var sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch (older) {
    var style = document.createElement("style");
    style.textContent = STYLE;
    root.appendChild(style);
  }

  function drawing(paths, view) {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", view);
    svg.setAttribute("aria-hidden", "true");
    paths.forEach(function (attributes) {
      var path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      Object.keys(attributes).forEach(function (name) {
        path.setAttribute(name, attributes[name]);
      });
      svg.appendChild(path);
    });
    return svg;
  }

  var petal = "M24 22C17 18.500 15.500 10 20 4.500c1.500 1 2.800 1.200 4 .3 1.200.9 2.500.7 4-.3 4.500 5.500 3 14-4 17.500z";
  var open = document.createElement("button");
  open.type = "button";
  open.className = "open";
  open.setAttribute("aria-haspopup", "dialog");
  open.appendChild(
    drawing([0, 72, 144, 216, 288].map(function (turn) {
      return { d: petal, fill: "#e25a48", transform: "rotate(" + turn + " 24 24)" };
    }), "0 0 48 48")
  );
  open.appendChild(document.createTextNode(label));

  var panel = document.createElement("div");
  panel.className = "panel";
  panel.hidden = true;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", label);
  var close = document.createElement("button");
  close.type = "button";
  close.className = "close";
  close.setAttribute("aria-label", closing);
  close.appendChild(drawing([{ d: "M6 6l12 12M18 6L6 18", stroke: "currentColor", "stroke-width": "2", fill: "none", "stroke-linecap": "round" }], "0 0 24 24"));
  var frame = null;

  function show() {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = label;
      frame.allow = "microphone; camera; clipboard-write";
      frame.src = origin + "/?embed=1";
      panel.insertBefore(frame, close);
    }
    panel.hidden = false;
    open.hidden = true;
    open.classList.remove("news");
    frame.focus();
  }

  function hide() {
    panel.hidden = true;
    open.hidden = false;
    open.focus();
  }

  open.addEventListener("click", show);
  close.addEventListener("click", hide);
  panel.addEventListener("keydown", function (event) {
    if (event.key === "Escape") hide();
  });
  window.addEventListener("message", function (event) {
    if (event.origin !== origin || !frame || event.source !== frame.contentWindow) return;
    var news = event.data && event.data.suisheng;
    if (news === "escape") hide();
    if (news === "reply" && panel.hidden) open.classList.add("news");
  });
  panel.appendChild(close);
  root.appendChild(open);
  root.appendChild(panel);
  function place() {
    document.body.appendChild(host);
  }
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
})();
