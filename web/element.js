// Builds DOM nodes. Text is always a text node, so nothing a server or citizen wrote becomes markup.

/**
 * Return an element. `attributes`: `class`, `on` ({event: handler}), `dataset`, or any attribute;
 * `null`, `undefined` and `false` leave one out, `true` sets it empty. Children: nodes, strings,
 * nested lists; empty ones are left out.
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    } else if (name === "dataset") {
      Object.assign(node.dataset, value);
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(node, child);
    else if (child !== null && child !== undefined && child !== false && child !== "") {
      node.append(child);
    }
  }
}

/** Replace everything inside `node`. */
export function fill(node, ...children) {
  node.textContent = "";
  append(node, children);
  return node;
}

let last = 0;

/** Return an id no other element of the page has. */
export function freshId(prefix) {
  last += 1;
  return `${prefix}-${last}`;
}
