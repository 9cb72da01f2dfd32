// A phone: its frame, its chat as it stands now, and what its holder does on it.

import { bubble } from "/page/bubbles.js";
import { composer } from "/page/composer.js";
import { avatar, el } from "/page/draw.js";
import { Sheets, copy, view } from "/page/sheets.js";
import { dayKey, dayName, hour, now } from "/page/times.js";
import { act, packed } from "/page/wire.js";
import { locale, t } from "/page/words.js";

const NEAR_END_PX = 80;
const LONGEST_WAIT_MS = 4000;
const NETWORKS = { admin: "telegram", client: "whatsapp" };

export class Phone {
  constructor(root, kind) {
    this.root = root;
    this.kind = kind;
    this.network = NETWORKS[kind];
    this.chat = null;
    this.drawn = new Map();
    this.build();
  }

  // Everything that holds words of the page; done again when its language changes.
  build() {
    this.drawn.clear();
    this.note = el("span", { class: "note" });
    this.hour = el("span", {});
    this.bar = el("header", { class: "bar" });
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", tabindex: 0 });
    this.foot = composer(this.kind, {
      says: (text) => this.does("says", { text }),
      uploads: (file, caption) => this.uploads(file, caption),
      menu: () => this.offersCommands(),
      refuses: (why) => this.sheets.toast(why),
    });
    const status = el("div", { class: "status", "aria-hidden": "true" }, this.hour, el("i", {}), el("b", {}));
    const screen = el("div", { class: "screen" }, status, this.bar, this.log, this.foot);
    this.sheets = new Sheets(screen);
    this.title = el("h2", {}, t(this.kind));
    const caption = el("div", { class: "caption" }, this.title, this.note);
    this.root.setAttribute("aria-label", `${t(this.kind)}: ${t(`${this.kind}_more`)}`);
    this.root.replaceChildren(caption, el("div", { class: `phone ${this.network}` }, screen));
    this.on = {
      tap: (choice, message, button) => this.taps(choice, message, button),
      list: (message) => this.sheets.list(message.list_label, message.choices, (choice) =>
        this.taps(choice, message)),
      copy: (text) => copy(text).then(() => this.sheets.toast(t("copied"))),
      copyLabel: t("copy"),
      command: (text) => this.does("says", { text }),
      view,
      grown: () => this.pinned && this.toEnd(),
    };
    this.pinned = true;
    this.last = null; // the log is another one, and begins at its top
    this.log.addEventListener("scroll", () => this.scrolled());
    this.tick();
    if (this.chat) this.show(this.chat);
  }

  tick() {
    this.hour.textContent = hour(now());
  }

  show(chat) {
    const other = chat?.id !== this.chat?.id;
    if (other) this.drawn.clear();
    if (other || !chat) this.toastsFrom = null;
    this.chat = chat;
    this.foot.inert = !chat;
    this.tick();
    this.showBar();
    this.showMessages(other);
    if (!chat) return;
    if (this.kind === "client") this.showHolder();
    if (this.kind === "admin") this.showAnswers();
    if (chat.unread && !document.hidden) this.does("opens");
  }

  showBar() {
    const chat = this.chat;
    const name = chat ? chat.business : "EmDia";
    const usual = t(this.kind === "admin" ? "bot" : "company");
    const under = chat?.typing ? t("typing") : usual;
    const about = el("span", {}, el("b", {}, name), el("small", {}, under));
    this.bar.replaceChildren(avatar(name, "business"), about);
  }

  showHolder() {
    const isOpen = this.chat.window_open; // null where no such thing is known
    this.title.textContent = t("client_of", { name: this.chat.name });
    this.note.textContent = isOpen === null ? "" : t(isOpen ? "window_open" : "window_closed");
    this.note.className = isOpen ? "note open" : "note";
  }

  showMessages(other) {
    const nodes = [];
    let day = "";
    const messages = this.chat?.messages ?? [];
    for (const message of messages) {
      const at = new Date(message.at);
      if (dayKey(at) !== day) {
        day = dayKey(at);
        nodes.push(this.kept(`day ${day}`, dayName(at), () => el("p", { class: "day" }, dayName(at))));
      }
      const looks = JSON.stringify([locale(), message]);
      nodes.push(this.kept(message.id, looks, () => bubble(message, this.network, this.on)));
    }
    if (!messages.length) nodes.push(el("p", { class: "empty" }, t(this.emptyWords())));
    const last = messages.at(-1)?.id;
    const fresh = last !== this.last;
    this.last = last;
    settle(this.log, nodes);
    if (other || (fresh && (this.pinned || messages.at(-1)?.mine))) this.toEnd();
  }

  emptyWords() {
    if (this.kind === "client" && !this.chat) return "choose_client";
    return `empty_${this.kind}`;
  }

  // A node is made again only when what it shows has changed: focus and scrolling survive.
  kept(key, looks, make) {
    const known = this.drawn.get(key);
    if (known?.looks === looks) return known.node;
    const node = make();
    this.drawn.set(key, { looks, node });
    return node;
  }

  showAnswers() {
    const { toasts, answered } = this.chat;
    const next = (toasts.at(-1)?.number ?? -1) + 1;
    for (const toast of toasts) {
      if (this.toastsFrom === null || toast.number < this.toastsFrom) continue;
      if (toast.alert) this.sheets.alert(toast.text);
      else this.sheets.toast(toast.text);
    }
    this.toastsFrom = next;
    if (answered !== this.answered) this.log.querySelectorAll(".waiting").forEach(rest);
    this.answered = answered;
  }

  offersCommands() {
    const commands = (this.chat?.commands ?? []).map(({ command, description }) =>
      ({ id: command, label: `/${command}`, hint: description }));
    const usual = commands.length ? commands : [{ id: "start", label: "/start", hint: "" }];
    this.sheets.list(t("commands"), usual, (choice) => this.does("says", { text: choice.label }));
  }

  taps(choice, message, button) {
    if (this.kind === "admin" && button) {
      button.classList.add("waiting");
      setTimeout(() => rest(button), LONGEST_WAIT_MS);
    }
    this.does("taps", { token: choice.id, label: choice.label, message: message.id });
  }

  async uploads(file, caption) {
    this.does("uploads", { ...(await packed(file)), caption });
  }

  async does(deed, body) {
    if (!this.chat) return;
    try {
      await act(this.network, this.chat.id, deed, body);
    } catch (error) {
      this.sheets.toast(t("failed_deed", { why: error.message }));
    }
  }

  // A chat that grew by itself (a picture came in) was not scrolled by anybody.
  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    if (this.pinned && scrollHeight !== this.height) return this.toEnd();
    this.height = scrollHeight;
    this.pinned = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  toEnd() {
    this.height = this.log.scrollHeight;
    this.log.scrollTop = this.height;
    this.pinned = true;
  }
}

function rest(button) {
  button.classList.remove("waiting");
}

// Makes the children these nodes, moving none that already stands in its place.
function settle(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, place) => {
    if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null);
  });
}
