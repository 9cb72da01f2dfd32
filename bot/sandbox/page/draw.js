// Elements, icons and marked text. What people wrote only ever becomes text nodes.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  send: "M4 20.5 21.5 12 4 3.5 4 10l11 2-11 2z",
  clip: "m20 11-8.2 8.2a5 5 0 0 1-7.1-7.1l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4L15 6.6",
  menu: "M4 7h16M4 12h16M4 17h16",
  search: "M10.5 17.5a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5",
  file: "M6 2.5h8l5 5v14H6zM13.5 3v5h5M9 13h7M9 17h5",
  reply: "M10 6 4 12l6 6M4.5 12H14c4 0 6 2.5 6 6",
  list: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  link: "M13 5h6v6M19 5l-9 9M17 14v5H5V7h5",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  close: "m6 6 12 12M18 6 6 18",
  tick: "m5 12.5 4 4 9-10",
  ticks: "m1.5 12.5 4 4 9-10M11 15.5l1.2 1 9-10",
  wait: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5V12l3 2",
  alert: "M12 3 2.5 20h19zM12 10v4.5M12 17.3v.01",
  camera: "M3.5 7.5h4l1.5-2.5h6l1.5 2.5h4v12h-17zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
  sun: "M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M19 5l-1.4 1.4M6.4 17.6 5 19",
};
const FILLED = new Set(["send"]);

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, String(value));
  }
  node.append(...children.flat().filter((child) => child || child === 0));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", FILLED.has(name) ? "icon filled" : "icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function avatar(name, extra = "") {
  const parts = name.replace(/[^\p{L}\p{N} ]/gu, "").split(" ").filter(Boolean);
  const ends = parts.length > 1 ? [parts[0], parts.at(-1)] : parts;
  const letters = ends.map((word) => [...word][0]).join("").toUpperCase();
  const tone = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 7;
  return el("span", { class: `avatar tone_${tone} ${extra}`, "aria-hidden": "true" }, letters || "?");
}

// Only addresses that a browser may follow without running anything.
export function safeAddress(url) {
  return /^https?:\/\//i.test(url) ? url : null;
}

// ``on`` hears of a copied code and of a tapped command.
export function marked(runs, on) {
  return runs.map((run) => stretch(run, on));
}

function stretch(run, on) {
  const marks = new Set(run.marks);
  const look = run.marks.filter((mark) => !["link", "command"].includes(mark)).join(" ");
  if (marks.has("link") && safeAddress(run.url)) {
    const there = { class: look, href: run.url, target: "_blank", rel: "noopener noreferrer" };
    return el("a", there, run.text);
  }
  if (marks.has("command")) {
    const tapped = () => on.command(run.text);
    return el("button", { type: "button", class: `command ${look}`, onclick: tapped }, run.text);
  }
  if (marks.has("code") || marks.has("pre")) {
    const tapped = () => on.copy(run.text);
    const code = { type: "button", class: look, title: on.copyLabel, onclick: tapped };
    return el("button", code, run.text);
  }
  return look ? el("span", { class: look }, run.text) : document.createTextNode(run.text);
}
