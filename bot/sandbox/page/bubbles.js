// One message as the app of its network draws it.

import { el, icon, marked, safeAddress } from "/page/draw.js";
import { hour } from "/page/times.js";
import { t } from "/page/words.js";

// ``brand`` is telegram or whatsapp; ``on`` carries out what is tapped.
export function bubble(message, brand, on) {
  const side = message.mine ? "mine" : "theirs";
  const wide = message.picture ? "pictured" : "";
  const inside = el("div", { class: `bubble ${wide}` }, content(message, on), meta(message, brand));
  if (brand === "whatsapp") inside.append(...attached(message, on));
  if (message.reaction) inside.append(el("span", { class: "reaction" }, message.reaction));
  const spoken = `${t(message.mine ? "said_by_me" : "said_by_them")}, ${hour(new Date(message.at))}`;
  const about = { "data-message-id": message.id, "data-ticks": message.ticks };
  const node = el("article", { class: `message ${side}`, "aria-label": spoken, ...about }, inside);
  if (brand === "telegram" && message.choices.length) node.append(keyboard(message, on));
  return node;
}

function content(message, on) {
  const { file } = message;
  return [
    message.quotes && el("blockquote", { class: "quoted" }, message.quotes),
    file && (message.picture ? picture(message, on) : chip(file)),
    message.header && el("strong", { class: "heading" }, message.header),
    message.text && el("div", { class: "text" }, marked(message.runs, on)),
    message.footer && el("div", { class: "footer" }, message.footer),
  ];
}

function picture(message, on) {
  const { link, name } = message.file;
  const open = () => on.view(link, message.text || name);
  const look = el("img", { src: link, alt: message.text || name, onload: on.grown });
  const label = t("open_picture");
  return el("button", { type: "button", class: "picture", "aria-label": label, onclick: open }, look);
}

function chip(file) {
  const kind = file.name.includes(".") ? file.name.split(".").at(-1).toUpperCase() : t("document");
  const facts = el("small", {}, `${size(file.size)} · ${kind}`);
  const named = el("span", {}, el("b", {}, file.name), facts);
  return el("a", { class: "chip", href: file.link, download: file.name }, icon("file"), named);
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const kilo = bytes / 1024;
  return kilo < 1024 ? `${Math.round(kilo)} KB` : `${(kilo / 1024).toFixed(1)} MB`;
}

function meta(message, brand) {
  const edited = message.edited ? `${t("edited")} ` : "";
  const shown = message.mine ? ticks(brand === "telegram" ? "read" : message.ticks) : null;
  return el("span", { class: "meta" }, edited, hour(new Date(message.at)), shown);
}

const TICKS = { sent: "tick", delivered: "ticks", read: "ticks", failed: "alert", "": "wait" };

export function ticks(status) {
  const label = t(status || "pending");
  return el("span", { class: `ticks ${status}`, role: "img", "aria-label": label }, icon(TICKS[status]));
}

// WhatsApp keeps its buttons inside the bubble, and opens a list as a sheet.
function attached(message, on) {
  if (message.list_label) {
    const open = () => on.list(message);
    return [button({ label: message.list_label }, icon("list"), open)];
  }
  return message.choices.map((choice) => pressable(choice, message, on, "reply"));
}

function keyboard(message, on) {
  const rows = Map.groupBy
    ? [...Map.groupBy(message.choices, (choice) => choice.row).values()]
    : grouped(message.choices);
  const drawn = rows.map((row) =>
    el("div", { class: "row" }, row.map((choice) => pressable(choice, message, on, ""))));
  return el("div", { class: "keyboard" }, drawn);
}

function grouped(choices) {
  const rows = {};
  for (const choice of choices) (rows[choice.row] ??= []).push(choice);
  return Object.values(rows);
}

function pressable(choice, message, on, usual) {
  if (choice.kind === "url") {
    const there = { target: "_blank", rel: "noopener noreferrer", "data-button": choice.label };
    const href = safeAddress(choice.url);
    return el("a", { class: `button ${choice.style}`, href, ...there }, icon("link"), choice.label);
  }
  if (choice.kind === "copy") return button(choice, icon("copy"), () => on.copy(choice.id));
  const press = (event) => on.tap(choice, message, event.currentTarget);
  return button(choice, usual && icon(usual), press);
}

function button(choice, sign, press) {
  const about = { type: "button", class: `button ${choice.style || ""}`, onclick: press };
  return el("button", { ...about, "data-button": choice.label }, sign, choice.label);
}
