// Times as the people of the demo read them: by the box's clock, in the business's zone.

import { locale, t } from "/page/words.js";

const DAY_MS = 86_400_000;

const formats = new Map(); // making one takes longer than everything else here

let zone = "America/Sao_Paulo";
let ahead = 0;

export function setTime(clock) {
  zone = clock.zone;
  ahead = Date.parse(clock.now) - Date.now();
}

export function now() {
  return new Date(Date.now() + ahead);
}

function written(at, shape, language = locale()) {
  const key = JSON.stringify([language, zone, shape]);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(language, { timeZone: zone, ...shape }));
  }
  return formats.get(key).format(at);
}

export function hour(at) {
  return written(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function fullDay(at) {
  return written(at, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
}

// The same for all moments of one day in the business's zone.
export function dayKey(at) {
  return written(at, { year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA");
}

export function dayName(at) {
  const key = dayKey(at);
  if (key === dayKey(now())) return t("today");
  if (key === dayKey(new Date(now() - DAY_MS))) return t("yesterday");
  return written(at, { day: "numeric", month: "long" });
}

// In a list: the hour today, the day before that.
export function shortly(at) {
  if (dayKey(at) === dayKey(now())) return hour(at);
  return written(at, { day: "2-digit", month: "2-digit" });
}

// Whole seconds until it is nine in the morning there; a day, if it is nine now.
export function secondsToMorning() {
  const shape = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  const [hours, minutes, seconds] = written(now(), shape, "en-GB").split(":").map(Number);
  const passed = hours * 3600 + minutes * 60 + seconds;
  return (9 * 3600 - passed + DAY_MS / 1000 - 1) % (DAY_MS / 1000) + 1;
}
