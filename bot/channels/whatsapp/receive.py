"""Read what WhatsApp sent: one webhook's bytes in, all that people did and messages became out.

A webhook holds up to a thousand things, and one we cannot read must not cost the others: it would
come again for a week. Whatever is not understood is counted; the raw bytes are kept elsewhere.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.channels.whatsapp import account, happenings, standing
from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.people import heard, is_new_to_us, is_silent
from bot.channels.whatsapp.statuses import reported, stop_of
from bot.channels.whatsapp.wire import MESSAGE, STATUS
from bot.domain.delivery import Report, Stop
from bot.domain.message import Incoming, Received
from bot.domain.news import News
from bot.domain.template import TemplateNews

log = structlog.get_logger(__name__)

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError)


@dataclass
class _Found:
    """What one webhook held, gathered piece by piece."""

    incomings: list[Incoming] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    templates: list[TemplateNews] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    people_a_day: int | None = None
    unknown: int = 0

    def received(self) -> Received:
        return Received(
            incomings=tuple(self.incomings),
            reports=tuple(self.reports),
            templates=tuple(self.templates),
            news=tuple(self.news),
            alarms=tuple(dict.fromkeys(self.alarms)),
            stops=tuple(dict.fromkeys(self.stops)),
            mended=tuple(self.mended),
            people_a_day=self.people_a_day,
            unknown=self.unknown,
        )

    def alarmed(self, why: str | None) -> None:
        if why:
            self.alarms.append(why)

    def stopped(self, stop: Stop | None) -> None:
        if stop:
            self.stops.append(stop)

    def riddle(self, what: str) -> None:
        self.unknown += 1
        log.warning("whatsapp.not_understood", what=what)

    def each(self, things: Any, what: str, read: Callable[[Any], None]) -> None:
        """Read them one by one; one that cannot be read is counted, and the next is read."""
        for thing in things if isinstance(things, list) else ():
            try:
                read(thing)
            except _UNREADABLE:
                self.riddle(what)


class Reader:
    """Turns webhooks into what people did. Of an account's numbers, only ours is listened to."""

    def __init__(self, phone_number_id: str = "") -> None:
        self._ours = phone_number_id

    def read(self, body: bytes) -> Received:
        """What one webhook holds; whatever cannot be read is counted, never raised."""
        found = _Found()
        try:
            entries = json.loads(body)["entry"]
        except (*_UNREADABLE, RecursionError):
            entries = None
        if not isinstance(entries, list):
            found.riddle("webhook")
            return found.received()
        for change in _changes(entries, found):
            self._change(change["field"], change["value"], found)
        return found.received()

    def _change(self, field_: str, value: Any, found: _Found) -> None:
        if field_ == "messages":
            self._messages(value, found)
        elif field_ in account.TEMPLATE_FIELDS:
            found.each([value], field_, lambda told: _template(told, found))
        elif field_ in standing.FIELDS:
            found.each([value], field_, lambda told: _standing(field_, told, found))
        elif field_ == "user_preferences":
            found.each([value], field_, lambda told: _wishes(told, found))
        elif field_ not in account.IGNORED:
            found.riddle(f"field {field_}"[:80])

    def _messages(self, value: Any, found: _Found) -> None:
        if not isinstance(value, dict):
            found.riddle("messages")
            return
        metadata = value.get("metadata")
        number = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
        if self._ours and number and str(number) != self._ours:
            log.info("whatsapp.other_number")
            return
        names = _names(value.get("contacts"))
        found.each(value.get("messages"), "message", lambda told: _message(told, names, found))
        found.each(value.get("statuses"), "status", lambda told: _status(told, found))
        found.each(value.get("errors"), "error", lambda told: found.stopped(stop_of([told])))


def _changes(entries: Iterable[Any], found: _Found) -> Iterator[dict[str, Any]]:
    """Every change of every entry that has the shape of one."""
    for entry in entries:
        changes = entry.get("changes") if isinstance(entry, dict) else None
        if not isinstance(changes, list):
            found.riddle("entry")
            continue
        for change in changes:
            if isinstance(change, dict) and isinstance(change.get("field"), str):
                yield {"field": change["field"], "value": change.get("value")}
            else:
                found.riddle("change")


def _names(contacts: Any) -> dict[str, str]:
    """The names people gave themselves, by number and by id. They prove nothing."""
    names: dict[str, str] = {}
    for contact in contacts if isinstance(contacts, list) else ():
        if isinstance(contact, dict) and isinstance(contact.get("profile"), dict):
            name = contact["profile"].get("name")
            for key in (contact.get("wa_id"), contact.get("user_id")):
                if isinstance(name, str) and isinstance(key, str):
                    names[key] = clean(name)
    return names


def _message(told: Any, names: dict[str, str], found: _Found) -> None:
    message = MESSAGE.validate_python(told)
    if told_of := happenings.told_by(message):
        found.news.append(told_of)
    if is_silent(message):
        return
    if is_new_to_us(message):
        found.riddle(f"message {message['type']}"[:80])
    found.incomings.append(heard(message, names))


def _status(told: Any, found: _Found) -> None:
    status = STATUS.validate_python(told)
    report = reported(status)
    if report is None:
        found.riddle(f"status {status['status']}"[:80])
        return
    found.reports.append(report)
    found.stopped(stop_of(status.get("errors") or [], report.at))


def _standing(field_: str, told: Any, found: _Found) -> None:
    told_of = standing.standing(field_, told)
    found.alarmed(told_of.alarm)
    found.stops += told_of.stops
    found.mended += told_of.mended
    if told_of.people_a_day is not None:
        found.people_a_day = told_of.people_a_day


def _wishes(told: Any, found: _Found) -> None:
    found.news += happenings.preferences(told)


def _template(told: Any, found: _Found) -> None:
    found.alarmed(account.quality_alarm(told))
    if news := account.template_news(told):
        found.templates.append(news)
