// Loaded before anything is painted, so that a dark or large-type page never flashes.
(function () {
  "use strict";
  window.suishengAppearance = function (preferences) {
    var root = document.documentElement;
    var theme = preferences.theme === "light" || preferences.theme === "dark";
    root.dataset.theme = theme ? preferences.theme : "auto";
    root.dataset.elder = preferences.elder ? "yes" : "no";
    root.lang = preferences.script === "zh-Hant" ? "zh-Hant" : "zh-Hans";
  };
  var kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("suisheng.preferences")) || {};
  } catch (refused) {
    kept = {};
  }
  window.suishengAppearance(kept);
  if (/[?&]embed=1(&|$)/.test(location.search)) document.documentElement.classList.add("embedded");
})();
