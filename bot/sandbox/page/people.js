// The list of clients: who heard from the business last, who has not read it yet.

import { ticks } from "/page/bubbles.js";
import { avatar, el, icon } from "/page/draw.js";
import { shortly } from "/page/times.js";
import { locale, t } from "/page/words.js";

export class People {
  constructor(root, choose) {
    this.root = root;
    this.choose = choose;
    this.wanted = "";
    this.people = [];
    this.drawn = new Map();
    this.build();
  }

  build() {
    const typed = (event) => {
      this.wanted = event.currentTarget.value;
      this.draw();
    };
    const label = t("search");
    const field = el("input", { type: "search", placeholder: label, "aria-label": label, oninput: typed });
    field.value = this.wanted;
    this.count = el("span", { class: "count" });
    this.list = el("ul", {});
    const head = el("div", { class: "caption" }, el("h2", {}, t("people")), this.count);
    const search = el("label", { class: "search" }, icon("search"), field);
    this.root.setAttribute("aria-label", t("people"));
    this.root.replaceChildren(head, el("div", { class: "card" }, search, this.list));
    this.draw();
  }

  show(people, chosen) {
    const moved = chosen !== this.chosen;
    this.people = people;
    this.chosen = chosen;
    this.draw();
    if (moved) this.reveal();
  }

  // Scrolls the list alone, never the page around it.
  reveal() {
    const row = this.list.querySelector("[aria-current]");
    if (!row) return;
    const [seen, wanted] = [this.list.getBoundingClientRect(), row.getBoundingClientRect()];
    if (wanted.top < seen.top) this.list.scrollTop += wanted.top - seen.top;
    if (wanted.bottom > seen.bottom) this.list.scrollTop += wanted.bottom - seen.bottom;
  }

  draw() {
    const words = plain(this.wanted);
    const digits = this.wanted.replace(/\D/g, "");
    const found = this.people.filter((person) =>
      plain(person.name).includes(words) || (digits && person.phone.includes(digits)));
    const rows = found.map((person) => this.row(person));
    const none = t(this.people.length ? "nobody" : "no_clients");
    this.count.textContent = this.people.length || "";
    this.list.replaceChildren(...(rows.length ? rows : [el("li", { class: "empty" }, none)]));
  }

  row(person) {
    const current = person.id === this.chosen;
    const looks = JSON.stringify([locale(), current, person, shortlyOf(person)]);
    const known = this.drawn.get(person.id);
    if (known?.looks === looks) return known.node;
    const node = this.made(person, current);
    this.drawn.set(person.id, { looks, node });
    return node;
  }

  made(person, current) {
    const last = person.last || (person.picture ? t("picture") : "");
    const sign = person.last_at && !person.mine && ticks(person.ticks);
    const badge = person.unread > 0
      && el("span", { class: "badge", "aria-label": t("unread", { count: person.unread }) }, person.unread);
    const about = { type: "button", "data-client": person.phone, "aria-current": current && "true" };
    const chosen = () => this.choose(person.id);
    return el("li", {}, el("button", { ...about, onclick: chosen },
      avatar(person.name),
      el("b", {}, person.name),
      el("time", {}, shortlyOf(person)),
      el("span", { class: "last" }, sign, person.picture && icon("camera"), el("span", {}, last || person.phone)),
      badge));
  }
}

function shortlyOf(person) {
  return person.last_at ? shortly(new Date(person.last_at)) : "";
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
