// Draws the rows it is given; a click, or Enter on the marked row, tells Python which one to open.
// Every text goes in as text, never as markup.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".frame");
  root.replaceChildren();
  if (!data.rows.length) {
    root.append(make("div", "empty", data.empty));
    return undefined;
  }
  const table = make("table", "table");
  table.tabIndex = 0;
  table.setAttribute("aria-label", data.label);
  const group = make("colgroup");
  for (const column of data.columns) {
    const col = make("col");
    if (column.width) col.style.width = column.width;
    group.append(col);
  }
  const head = make("tr");
  for (const column of data.columns) {
    const cell = make("th", column.numeric ? "num" : "", column.title);
    cell.scope = "col";
    head.append(cell);
  }
  const thead = make("thead");
  thead.append(head);
  const body = make("tbody");
  const rows = data.rows.map((row, index) => drawRow(row, index));
  body.append(...rows);
  table.append(group, thead, body);
  root.append(table);
  let at = Math.max(0, data.rows.findIndex((row) => row.number === data.marked));
  mark(at, false);

  function drawRow(row, index) {
    const line = make("tr", row.safety ? "safety" : "");
    line.setAttribute("aria-label", row.title);
    for (const column of data.columns) {
      const cell = make("td", column.numeric ? "num" : "");
      cell.dataset.k = column.key;
      for (const part of row.cells[column.key] ?? []) cell.append(drawPart(part));
      line.append(cell);
    }
    line.addEventListener("click", () => open(index));
    return line;
  }

  function drawPart(part) {
    const line = make("span", `${part.sub ? "sub" : "main"} ${part.tone ?? ""}`);
    for (const badge of part.badges ?? []) line.append(make("span", `badge ${badge.tone}`, badge.text));
    line.append(document.createTextNode(part.text ?? ""));
    if (part.text) line.title = part.hint || part.text;
    return line;
  }

  function mark(index, scroll) {
    rows[at]?.classList.remove("at");
    rows[at]?.removeAttribute("aria-current");
    at = Math.min(rows.length - 1, Math.max(0, index));
    rows[at].classList.add("at");
    rows[at].setAttribute("aria-current", "true");
    if (scroll) rows[at].scrollIntoView({ block: "nearest" });
  }

  function open(index) {
    mark(index, false);
    setTriggerValue("opened", data.rows[index].number);
  }

  function onKey(event) {
    const typing = event.composedPath()[0];
    if (typing.matches?.("input, textarea, select, [contenteditable]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inside = event.composedPath().includes(table);
    const idle = document.activeElement === document.body || inside;
    if (event.key === "j" || (idle && event.key === "ArrowDown")) mark(at + 1, true);
    else if (event.key === "k" || (idle && event.key === "ArrowUp")) mark(at - 1, true);
    else if (idle && event.key === "Enter") open(at);
    else if (event.key === "/") document.querySelector(".st-key-q input")?.focus();
    else return;
    event.preventDefault();
  }
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);

  function make(name, className, text) {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }
}
