// The page as a whole: two phones, a list of clients, a clock. The box is asked again at each change.

import { Clock } from "/page/clock.js";
import { el, icon } from "/page/draw.js";
import { Link } from "/page/link.js";
import { People } from "/page/people.js";
import { Phone } from "/page/phone.js";
import { setTime } from "/page/times.js";
import { listen, state } from "/page/wire.js";
import { LANGUAGES, speak, t } from "/page/words.js";

const HINTS_HIDDEN = "emdia.hints.hidden";
const TYPING_LASTS_MS = 3000;

const asked = new URLSearchParams(location.search);
const chosen = { admin: asked.get("admin") ?? "", client: asked.get("client")?.trim() ?? "" };
const find = (name) => document.querySelector(name);

speak(asked.get("lang") ?? "pt");

const clock = new Clock(find("[data-clock]"));
const admin = new Phone(find('[data-phone="admin"]'), "admin");
const client = new Phone(find('[data-phone="client"]'), "client");
const people = new People(find("[data-people]"), (id) => choose("client", id));
const link = new Link(find("[data-link]"));

let linked = false; // whether clients are reached by a phone that has to be linked
let busy = false;
let again = false;
let later;

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    do {
      again = false;
      show(await state(chosen.admin, chosen.client));
    } while (again);
  } catch {
    lost(true);
  } finally {
    busy = false;
  }
}

function show(box) {
  setTime(box.clock);
  clock.tick();
  // Whoever is shown first stays, whoever talks next.
  chosen.admin ||= box.admin?.id ?? "";
  chosen.client = box.client?.id ?? chosen.client;
  admin.show(box.admin ?? null);
  client.show(box.client ?? null);
  people.show(box.clients, box.client?.id);
  link.show(box.link);
  if (linked !== Boolean(box.link)) {
    linked = Boolean(box.link);
    showHints();
  }
  showAdmins(box.admins);
  document.body.dataset.version = box.version;
  clearTimeout(later);
  if (box.admin?.typing || box.client?.typing) later = setTimeout(refresh, TYPING_LASTS_MS);
}

function showAdmins(admins) {
  if (admins.length < 2) {
    admin.note.textContent = admins[0]?.name ?? "";
    return;
  }
  const options = admins.map(({ id, name }) => {
    const option = el("option", { value: id }, name);
    option.selected = id === chosen.admin;
    return option;
  });
  const picked = (event) => {
    event.currentTarget.blur();
    choose("admin", event.currentTarget.value);
  };
  if (document.activeElement?.matches(".who")) return; // not while somebody is choosing
  const select = { class: "who", "aria-label": t("which_admin"), onchange: picked };
  admin.note.replaceChildren(el("select", select, options));
}

function choose(phone, id) {
  chosen[phone] = id;
  remember(phone, id);
  refresh();
}

function remember(name, value) {
  asked.set(name, value);
  history.replaceState(null, "", `?${asked}`);
}

function lost(isLost) {
  const line = find("[data-lost]");
  line.textContent = t("lost");
  line.hidden = !isLost;
}

function showHints() {
  const place = find("[data-hints]");
  const hidden = localStorage.getItem(HINTS_HIDDEN) === "yes";
  place.hidden = hidden;
  if (hidden) return;
  const names = linked ? ["link", "2_link", "3"] : ["1", "2", "3"];
  const steps = names.map((step) =>
    el("li", {}, el("b", {}, t(`hint_${step}`)), el("span", {}, t(`hint_${step}_more`))));
  const hide = () => {
    localStorage.setItem(HINTS_HIDDEN, "yes");
    showHints();
  };
  const shut = { type: "button", "aria-label": t("hide"), title: t("hide"), onclick: hide };
  place.setAttribute("aria-label", t("hints"));
  place.replaceChildren(el("ol", {}, steps), el("button", shut, icon("close")));
}

function showLanguages() {
  const nav = find("[data-languages]");
  const buttons = Object.keys(LANGUAGES).map((name) => {
    const current = document.documentElement.lang === LANGUAGES[name].code;
    const about = { type: "button", lang: LANGUAGES[name].code, "aria-pressed": String(current) };
    return el("button", { ...about, onclick: () => switchTo(name) }, name.toUpperCase());
  });
  nav.setAttribute("aria-label", t("language"));
  nav.replaceChildren(...buttons);
}

function switchTo(language) {
  speak(language);
  remember("lang", language);
  for (const part of [clock, admin, client, people, link]) part.build();
  words();
  refresh();
}

function words() {
  for (const node of document.querySelectorAll("[data-words]")) node.textContent = t(node.dataset.words);
  showHints();
  showLanguages();
}

function tick() {
  clock.tick();
  admin.tick();
  client.tick();
}

words();
setInterval(tick, 1000);
tick();
document.addEventListener("visibilitychange", refresh);
listen(refresh, lost);
