"""The book of rules as a few small files that people can read, and read back exactly."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, time
from typing import Any, TypeAlias, TypeVar

from bot.domain.amounts import read_money
from bot.domain.contact import ContactRules
from bot.domain.errors import Refusal, Unreadable
from bot.domain.ids import PlanId, StepId
from bot.domain.ladder import Step
from bot.domain.message import ChannelName
from bot.domain.plan import Period
from bot.domain.rule_book import NEW, HouseRules, PlanRule, RuleBook
from bot.domain.text import plain, t
from bot.domain.toml_text import Plain, lines, quoted

Files: TypeAlias = Mapping[str, str]  # a path -> what stands in it

FOLDER = "rules/"
SETTINGS, LADDER, PLANS = (f"{FOLDER}{name}.toml" for name in ("settings", "ladder", "plans"))
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ABOUT = {
    SETTINGS: ["# The house: its name, its hours, and how often people are written to."],
    LADDER: [
        "# The ladder: which reminder goes how many days from the due date (negative: before it).",
        "# A step keeps its number; one without a number is new. plan: only for that one.",
    ],
    PLANS: ["# What is sold. A plan keeps its number; one without a number is new."],
}
_LINE = re.compile(r"at line ([0-9]+)")
_HOURS = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")
_CONTACT = {each.name: type(each.default) for each in fields(ContactRules)}

T = TypeVar("T")


def render(book: RuleBook) -> dict[str, str]:
    """The files, the same for the same book."""
    parts = {SETTINGS: _settings(book.house), LADDER: _ladder(book), PLANS: _plans(book)}
    return {path: "\n".join([*_ABOUT[path], *part, ""]) for path, part in parts.items()}


def digest(files: Files) -> str:
    """One hash over all of them."""
    whole = hashlib.sha256()
    for path, text in sorted(files.items()):
        whole.update(f"{path}\0{len(text.encode())}\0{text}".encode())
    return whole.hexdigest()


def parse(files: Files) -> RuleBook:
    """The book that they say; a refusal names the file and the place that cannot be read.

    Only what a value *is* is looked at: whether it may be is for the services to say.
    """
    return RuleBook.of(
        _read(files, SETTINGS, _house),
        _read(files, LADDER, lambda said: [_step(one) for one in said.get("step", [])]),
        _read(files, PLANS, lambda said: [_plan(one) for one in said.get("plan", [])]),
    )


def _settings(house: HouseRules) -> list[str]:
    contact = {name: getattr(house.rules, name) for name in _CONTACT}
    hours = {
        name: "-".join(house.hours[day]) if day in house.hours else "closed"
        for day, name in enumerate(_DAYS)
    }
    first: dict[str, Plain] = {
        "name": house.name,
        "city": house.city,
        "pix_key": house.pix_key,
        "evening_digest": house.evening_digest,
        "closed_days": sorted(house.closed_days),
    }
    return [*lines(first), "", "[hours]", *lines(hours), "", "[contact]", *lines(contact)]


def _ladder(book: RuleBook) -> list[str]:
    names = book.plan_names
    found: list[str] = []
    for step in book.steps:
        values: dict[str, Plain] = {
            "number": step.id or None,
            "days": step.offset_days,
            "at": step.at.isoformat("minutes"),
            "words": step.template,
            "plan": step.plan_id,
            "channel": step.channel.value if step.channel else None,
            "on": step.on,
        }
        name = names.get(step.plan_id) if step.plan_id else None
        known = f"  # {quoted(name)}" if name else ""
        written = [f"{one}{known}" if one.startswith("plan = ") else one for one in lines(values)]
        found += ["", "[[step]]", *written]
    return found


def _plans(book: RuleBook) -> list[str]:
    found: list[str] = []
    for plan in book.plans:
        values: dict[str, Plain] = {
            "number": plan.id or None,
            "name": plan.name,
            "price": str(plan.price),
            "currency": plan.price.currency,
            "period": plan.period.value,
            "on_sale": plan.on_sale,
        }
        found += ["", "[[plan]]", *lines(values)]
    return found


def _read(files: Files, path: str, read: Callable[[dict[str, Any]], T]) -> T:
    """What a file says; whatever is wrong with it, the reader is told where."""
    try:
        return read(tomllib.loads(files[path]))
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        where = t("versions.at_line", line=found[1] if found else "?")
    except KeyError as error:
        where = plain(str(error.args[0]))
    except (ValueError, TypeError, AttributeError, Refusal) as error:
        where = error.text if isinstance(error, Refusal) else plain(str(error))
    raise Unreadable("errors.versions.unreadable", file=plain(path), where=where)


def _house(said: dict[str, Any]) -> HouseRules:
    hours = {}
    for day, name in enumerate(_DAYS):
        if (times := _a(str, said["hours"][name])) != "closed":
            hours[day] = _open(times)
    key = said.get("pix_key")
    return HouseRules(
        name=_a(str, said["name"]),
        city=_a(str, said["city"]),
        pix_key=None if key is None else _a(str, key),
        evening_digest=_a(bool, said["evening_digest"]),
        hours=hours,
        closed_days=frozenset(_a(date, day) for day in said["closed_days"]),
        rules=_contact(said["contact"]),
    )


def _open(times: str) -> tuple[str, str]:
    found = _HOURS.fullmatch(times)
    if found is None:
        raise ValueError(times)
    opens, closes = (time.fromisoformat(one).isoformat("minutes") for one in found.groups())
    return opens, closes


def _contact(said: dict[str, Any]) -> ContactRules:
    if unknown := said.keys() - _CONTACT.keys():
        raise ValueError(min(unknown))
    # A limit that may be none is a number where it is one.
    kinds = {name: bool if kind is bool else int for name, kind in _CONTACT.items()}
    read: dict[str, Any] = {name: _a(kinds[name], value) for name, value in said.items()}
    return ContactRules(**read)


def _step(said: dict[str, Any]) -> Step:
    plan, channel = said.get("plan"), said.get("channel")
    return Step(
        StepId(_a(int, said.get("number", NEW))),
        _a(int, said["days"]),
        time.fromisoformat(_a(str, said["at"])),
        _a(str, said["words"]),
        plan_id=None if plan is None else PlanId(_a(int, plan)),
        channel=None if channel is None else ChannelName(channel),
        on=_a(bool, said.get("on", True)),
    )


def _plan(said: dict[str, Any]) -> PlanRule:
    return PlanRule(
        PlanId(_a(int, said.get("number", NEW))),
        _a(str, said["name"]),
        read_money(_a(str, said["price"]), _a(str, said["currency"])),
        Period(_a(str, said["period"])),
        _a(bool, said.get("on_sale", True)),
    )


def _a(kind: type[T], value: object) -> T:
    """The value, if it is of the very kind: a yes is no number here."""
    if type(value) is not kind:
        raise TypeError(str(value))
    return value
