// Where a person writes: a field, a paper clip, and on Telegram the menu of commands.

import { el, icon } from "/page/draw.js";
import { t } from "/page/words.js";

const MOST_BYTES = 20 * 1024 * 1024;
const TAKES = {
  admin: ".xlsx,.xls,.ods,.csv,.txt,.pdf,image/png,image/jpeg",
  client: "image/png,image/jpeg,application/pdf",
};

// ``on`` has says(text), uploads(file, caption), menu() and refuses(why).
export function composer(kind, on) {
  const label = t("write");
  const keyed = (event) => sends(event) && event.currentTarget.form.requestSubmit();
  const about = { rows: 1, placeholder: label, "aria-label": label, autocomplete: "off" };
  const field = el("textarea", { ...about, maxlength: 4096, onkeydown: keyed });
  const submitted = (event) => {
    event.preventDefault();
    const text = field.value.trim();
    field.value = "";
    if (text) on.says(text);
    field.focus();
  };
  const send = { type: "submit", class: "send", "aria-label": t("send"), title: t("send") };
  const menu = el("button", { type: "button", class: "menu", onclick: on.menu }, icon("menu"), t("menu"));
  return el("form", { class: "composer", onsubmit: submitted },
    kind === "admin" && menu,
    el("div", { class: "writing" }, field, clip(kind, field, on)),
    el("button", send, icon("send")));
}

function sends(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return false;
  event.preventDefault();
  return true;
}

function clip(kind, field, on) {
  const label = t(`attach_${kind}`);
  const chosen = (event) => {
    const [file] = event.currentTarget.files;
    event.currentTarget.value = "";
    if (!file) return;
    if (file.size > MOST_BYTES) return on.refuses(t("too_big"));
    on.uploads(file, field.value.trim());
    field.value = "";
  };
  const input = el("input", { type: "file", accept: TAKES[kind], "aria-label": label, onchange: chosen });
  return el("label", { class: "clip", title: label }, input, icon("clip"));
}
