// The box's clock, and the buttons that move it ahead.

import { el, icon } from "/page/draw.js";
import { fullDay, hour, now, secondsToMorning } from "/page/times.js";
import { advance } from "/page/wire.js";
import { t } from "/page/words.js";

const HOUR_S = 3600;
const DAY_S = 86_400;

export class Clock {
  constructor(root) {
    this.root = root;
    this.build();
  }

  build() {
    this.day = el("span", {});
    this.hour = el("strong", {});
    this.time = el("time", {}, this.hour, this.day);
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", t("clock"));
    this.root.replaceChildren(
      this.time,
      mover("hour", t("hour"), () => HOUR_S),
      mover("morning", [icon("sun"), t("morning")], secondsToMorning, t("morning_long")),
      mover("day", t("day"), () => DAY_S));
    this.tick();
  }

  tick() {
    const moment = now();
    this.hour.textContent = hour(moment);
    this.day.textContent = fullDay(moment);
    this.time.dateTime = moment.toISOString();
  }
}

function mover(name, inside, seconds, title) {
  const move = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    await advance(seconds()).catch(() => null);
    button.disabled = false;
  };
  const about = { type: "button", "data-advance": name, "aria-label": title, title };
  return el("button", { ...about, onclick: move }, inside);
}
