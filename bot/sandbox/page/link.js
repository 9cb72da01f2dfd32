// The phone that is linked by a code: what its owner sees of the link, and does with the phone.

import { el, icon } from "/page/draw.js";
import { useDevice } from "/page/wire.js";
import { locale, t } from "/page/words.js";

const DEEDS = { code: "scan", open: "logout" };

export class Link {
  constructor(root) {
    this.root = root;
    this.build();
  }

  build() {
    this.looks = "";
    this.root.setAttribute("aria-label", t("link"));
    if (this.link) this.show(this.link);
  }

  // Where there is no linked device there is nothing to see.
  show(link) {
    this.link = link;
    this.root.hidden = !link;
    const looks = JSON.stringify([locale(), link]);
    if (!link || looks === this.looks) return;
    this.looks = looks;
    this.root.dataset.link = link.state;
    const focused = this.root.contains(document.activeElement);
    const head = el("div", { class: "caption" }, el("h2", {}, t("link")), el("span", { class: "note" }, t("link_risk")));
    const state = el("p", { class: "standing", role: "status" }, icon(SIGNS[link.state]), t(`link_${link.state}`));
    this.root.replaceChildren(head, el("div", { class: "card" }, code(link), state, more(link), deed(link)));
    if (focused) this.root.querySelector("button")?.focus();
  }
}

const SIGNS = { open: "tick", code: "camera", over: "alert", down: "wait" };

function code(link) {
  return link.picture && el("img", { src: link.picture, alt: t("link_picture"), "data-count": link.count });
}

function more(link) {
  const values = { count: link.count, seconds: link.lives_s };
  return el("p", { class: "more" }, t(`link_${link.state}_more`, values));
}

function deed(link) {
  const name = DEEDS[link.state];
  if (!name) return null;
  const press = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    await useDevice(name).catch(() => null); // the link has changed meanwhile: the page shows how
    button.disabled = false;
  };
  return el("button", { type: "button", "data-device": name, onclick: press }, t(`link_${name}`));
}
