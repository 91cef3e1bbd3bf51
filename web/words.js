// Running text with paragraphs, and with web addresses and hotline numbers that can be pressed.

import { h } from "./element.js";

// No look-behind: Safari learnt it only in 2023.
const PRESSABLE = /(https:\/\/[^\s，。；、（）()《》"'<>]+)|(^|[^\d-])(12\d{3}|96\d{3}|0\d{2,3}-\d{7,8})(?![\d-])/g;

/** Return the text as nodes: line breaks kept, addresses and hotline numbers as links. */
export function words(text) {
  return text.split("\n").map((line, index) => [index > 0 && h("br"), linked(line)]);
}

function linked(line) {
  const nodes = [];
  let from = 0;
  for (const match of line.matchAll(PRESSABLE)) {
    const [whole, address, before, phone] = match;
    nodes.push(line.slice(from, match.index) + (before || ""));
    nodes.push(address ? away(address, address) : h("a", { href: `tel:${phone}` }, phone));
    from = match.index + whole.length;
  }
  nodes.push(line.slice(from));
  return nodes;
}

/** Return a link that leaves this page and tells the other site nothing. */
export function away(address, ...content) {
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, content);
}
