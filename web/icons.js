// Icons drawn inline on a 24 × 24 grid with a 1.75 stroke.

const SVG = "http://www.w3.org/2000/svg";

const STROKES = {
  send: ["M5 12h13", "M12.5 6l6 6-6 6"],
  camera: ["M4 8.5h3.2l1.6-2.5h6.4l1.6 2.5H20v10.5H4z", "M12 16.8a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6z"],
  microphone: ["M12 14.5a3 3 0 0 0 3-3V6.5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3z", "M6 11.5a6 6 0 0 0 12 0", "M12 17.5V21"],
  stop: ["M7.5 7.5h9v9h-9z"],
  phone: ["M6.4 4.5h3l1.5 4-2 1.6a11 11 0 0 0 5 5l1.6-2 4 1.5v3a1.6 1.6 0 0 1-1.8 1.6C10.900 18.600 5.400 13.100 4.800 6.300A1.6 1.6 0 0 1 6.400 4.500z"],
  check: ["M5 12.5l4.500 4.500L19 7.500"],
  place: ["M12 21c4.500-4.600 6.800-8.100 6.800-11A6.800 6.800 0 0 0 5.200 10c0 2.900 2.300 6.400 6.800 11z", "M12 12.400a2.400 2.400 0 1 0 0-4.800 2.400 2.400 0 0 0 0 4.800z"],
  clock: ["M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17z", "M12 7.500V12l3 2"],
  coin: ["M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17z", "M8.500 7.500L12 12l3.500-4.500", "M12 12v5", "M9 12.500h6", "M9 15h6"],
  steps: ["M10 6h10", "M10 12h10", "M10 18h10", "M4.500 5l1-.6V8", "M4.200 11.200c.4-.9 2.100-.8 1.900.3-.1.700-1.900 1.400-1.900 2h2", "M4.300 16.600h1.800l-1 1.300c1.500.2 1.300 2-.9 1.600"],
  paper: ["M6 3.500h8.500L18.500 7.500v13H6z", "M14 3.500V8h4.500", "M9 12h6.500", "M9 15.500h6.500"],
  conditions: ["M4 7l1.700 1.700L8.700 5.500", "M4 16l1.700 1.700 3-3.200", "M12 7h8", "M12 16h8"],
  globe: ["M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17z", "M3.500 12h17", "M12 3.500c3 2.500 3 14.500 0 17", "M12 3.500c-3 2.500-3 14.500 0 17"],
  info: ["M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17z", "M12 11v5.500", "M12 7.700v.1"],
  person: ["M12 11.500a3.800 3.800 0 1 0 0-7.600 3.800 3.800 0 0 0 0 7.600z", "M4.800 20.500c.6-4 3.500-6 7.200-6s6.600 2 7.200 6"],
  megaphone: ["M4 10v4.500h3l8.500 4V6L7 10z", "M8 14.500l1 5h2.500l-.8-3.600", "M18.500 9.500a4 4 0 0 1 0 5.500"],
  route: ["M6 19.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4z", "M18 8.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4z", "M8 17.500h7.500a3 3 0 0 0 0-6h-7a3 3 0 0 1 0-6H16"],
  calendar: ["M4.500 6h15v14h-15z", "M4.500 10.500h15", "M8.500 3.500V7.500", "M15.500 3.500V7.500", "M9 15l2 2 4-4"],
  ticket: ["M4 6.500h16v4a1.800 1.800 0 0 0 0 3.500v4H4v-4a1.800 1.800 0 0 0 0-3.500z", "M14 6.500v2", "M14 11.300v2", "M14 16v2"],
  chat: ["M4 5.500h16v11h-9.500L6.500 20v-3.500H4z", "M8 9.500h8", "M8 12.800h5"],
  settings: ["M4 8h8", "M17 8h3", "M14.500 10.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z", "M4 16h3", "M12 16h8", "M9.500 18.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  back: ["M14.500 5.500L8 12l6.500 6.500"],
  down: ["M12 5v13", "M6.500 13l5.500 5.500L17.500 13"],
  alert: ["M12 4L2.800 19.500h18.400z", "M12 10v4.500", "M12 17v.1"],
  offline: ["M4 4l16 16", "M8.500 15.500a5 5 0 0 1 5-1.200", "M5 12a10 10 0 0 1 4.500-2.500", "M14 9.200a10 10 0 0 1 5 2.800", "M12 19v.1"],
  copy: ["M9 9h10.500v10.500H9z", "M15 9V4.500H4.500V15H9"],
  refresh: ["M19.500 12a7.500 7.500 0 1 1-2.300-5.400", "M19.500 3.500v4h-4"],
  star: ["M12 3.800l2.600 5.400 5.900.8-4.300 4.100 1.100 5.900L12 17.100 6.700 20l1.100-5.900L3.500 10l5.900-.8z"],
};

/** Return a decorative icon; the text beside it, or the button's label, says what it means. */
export function icon(name) {
  const svg = drawing(24, "icon");
  for (const path of STROKES[name]) svg.append(shape("path", { d: path }));
  svg.setAttribute("stroke", "currentColor");
  svg.setAttribute("fill", "none");
  return svg;
}

/** Return the mark: a kapok blossom, the city's flower. */
export function mark() {
  const svg = drawing(48, "mark");
  const petal = "M24 22C17 18.500 15.500 10 20 4.500c1.500 1 2.800 1.200 4 .3 1.200.9 2.500.7 4-.3 4.500 5.500 3 14-4 17.500z";
  for (let turn = 0; turn < 5; turn += 1) {
    svg.append(shape("path", { d: petal, transform: `rotate(${turn * 72} 24 24)`, class: "petal" }));
  }
  svg.append(shape("circle", { cx: 24, cy: 24, r: 4.6, class: "heart" }));
  return svg;
}

function drawing(size, name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  return svg;
}

function shape(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}
