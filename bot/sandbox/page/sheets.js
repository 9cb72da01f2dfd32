// What lies over a phone's screen for a while: a list to choose from, a word that passes, a picture.

import { el, icon } from "/page/draw.js";
import { t } from "/page/words.js";

const TOAST_MS = 2600;

// Sheets stay inside their own phone, so they are laid over its screen rather than over the page.
export class Sheets {
  constructor(screen) {
    this.screen = screen;
    this.over = el("div", { class: "over", hidden: true, onclick: (event) => this.left(event) });
    this.toasts = el("div", { class: "toasts", role: "status" });
    this.screen.append(this.over, this.toasts);
    this.over.addEventListener("keydown", (event) => this.keyed(event));
  }

  list(title, choices, choose) {
    const rows = choices.map((choice) => {
      const words = [el("b", {}, choice.label), choice.hint && el("small", {}, choice.hint)];
      const chosen = () => {
        this.close();
        choose(choice);
      };
      const about = { type: "button", class: "option", "data-button": choice.label };
      return el("button", { ...about, onclick: chosen }, el("span", {}, words), el("i", {}));
    });
    this.show("sheet", title, el("div", { class: "options" }, rows));
  }

  alert(text) {
    const done = el("button", { type: "button", class: "done", onclick: () => this.close() }, "OK");
    this.show("notice", "EmDia", el("p", {}, text), done);
  }

  toast(text) {
    const shown = el("div", { class: "toast" }, text);
    this.toasts.append(shown);
    setTimeout(() => shown.remove(), TOAST_MS);
  }

  show(kind, title, ...inside) {
    this.before = document.activeElement;
    const label = t("close");
    const shut = { type: "button", class: "shut", "aria-label": label, onclick: () => this.close() };
    const head = el("header", {}, el("h3", {}, title), el("button", shut, icon("close")));
    const about = { class: kind, role: "dialog", "aria-modal": "true", "aria-label": title };
    this.over.replaceChildren(el("div", about, head, ...inside));
    this.over.hidden = false;
    this.over.querySelector("button:not(.shut)")?.focus();
  }

  close() {
    this.over.hidden = true;
    this.over.replaceChildren();
    this.before?.focus?.({ preventScroll: true });
  }

  left(event) {
    if (event.target === this.over) this.close();
  }

  keyed(event) {
    if (event.key === "Escape") this.close();
    if (event.key !== "Tab") return;
    const stops = [...this.over.querySelectorAll("button")];
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  }
}

export function view(link, name) {
  const viewer = document.querySelector("[data-viewer]");
  const label = t("close");
  const close = () => viewer.close();
  const shut = el("button", { type: "button", "aria-label": label, onclick: close }, icon("close"));
  viewer.replaceChildren(el("img", { src: link, alt: name, onclick: close }), shut);
  viewer.onclick = (event) => event.target === viewer && close();
  viewer.showModal();
}

// The clipboard needs a safe context; where it has none, the old way still works.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = el("textarea", { class: "offscreen" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}
