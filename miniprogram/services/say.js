// Finds a text by its name and fills it in.

const texts = require("../texts");

/** Return the text (or list) named like "ticket.who", with `{name}` replaced from `values`. */
module.exports = function say(name, values) {
  const text = name.split(".").reduce((group, key) => group[key], texts);
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
};
