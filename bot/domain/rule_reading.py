"""The book of rules read back from its files, also when a person wrote in them."""

import re
import tomllib
from collections.abc import Callable
from datetime import date, time
from typing import Any, TypeVar

from bot.domain.amounts import read_money
from bot.domain.contact import ContactRules
from bot.domain.errors import Refusal, Unreadable
from bot.domain.ids import PlanId, StepId
from bot.domain.ladder import Step
from bot.domain.message import ChannelName
from bot.domain.own_text import TextKey
from bot.domain.plan import Period
from bot.domain.rule_book import NEW, HouseRules, PlanRule, RuleBook, TextRule
from bot.domain.rule_files import (
    CONTACT,
    DAYS,
    LADDER,
    MOST_BYTES,
    PATHS,
    PLANS,
    SETTINGS,
    TEXTS,
    TOO_LONG,
    Files,
)
from bot.domain.text import plain, t

_LINE = re.compile(r"at line ([0-9]+)")
_HOURS = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")
_AT = re.compile(r"[0-9]{2}:[0-9]{2}")
_MOST, _MOST_NUMBER, _SHOWN = 2000, 2**31 - 1, 40
_NO_LETTER = "\ufffd"  # stands where bytes were that are none in UTF-8
_MOST_DOTS = 500  # in a line

T = TypeVar("T")


def parse(files: Files) -> RuleBook:
    """The book that they say; a refusal names the file and the place that cannot be read.

    Only what a value *is* is looked at: whether it may be is for the services to say.
    """
    return RuleBook.of(
        _read(files, SETTINGS, _house),
        _read(files, LADDER, lambda said: [_step(one) for one in _some(said.get("step", []))]),
        _read(files, PLANS, lambda said: [_plan(one) for one in _some(said.get("plan", []))]),
        _read(files, TEXTS, lambda said: [_text(one) for one in _some(said.get("text", []))])
        if TEXTS in files
        else None,
    )


def parse_edit(files: Files) -> RuleBook:
    """The same of files that anybody may have written, with whatever editor."""
    for path in PATHS:
        text = files.get(path, "")
        if text == TOO_LONG:
            most = MOST_BYTES // 1024
            raise Unreadable("errors.versions.too_long", file=plain(path), most=most)
        if _NO_LETTER in text:
            raise Unreadable("errors.versions.letters", file=plain(path))
        # A name of thousands of parts would keep the reader busy for hours.
        for number, line in enumerate(text.split("\n"), 1):
            if line.count(".") > _MOST_DOTS:
                where = t("versions.at_line", line=str(number))
                raise Unreadable("errors.versions.unreadable", file=plain(path), where=where)
    return parse(files)


def _read(files: Files, path: str, read: Callable[[dict[str, Any]], T]) -> T:
    """What a file says; whatever is wrong with it, the reader is told where."""
    try:
        return read(tomllib.loads(files[path]))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _LINE.search(str(error))
        where = t("versions.at_line", line=found[1] if found else "?")
    except KeyError as error:
        where = plain(str(error.args[0]))
    except (ValueError, TypeError, AttributeError, Refusal) as error:
        where = error.text if isinstance(error, Refusal) else plain(str(error))
    raise Unreadable("errors.versions.unreadable", file=plain(path), where=where)


def _house(said: dict[str, Any]) -> HouseRules:
    hours = {}
    for day, name in enumerate(DAYS):
        if (times := _a(str, said["hours"][name])) != "closed":
            hours[day] = _open(times)
    key = said.get("pix_key")
    return HouseRules(
        name=_a(str, said["name"]),
        city=_a(str, said["city"]),
        pix_key=None if key is None else _a(str, key),
        evening_digest=_a(bool, said["evening_digest"]),
        hours=hours,
        closed_days=frozenset(_a(date, day) for day in _some(said["closed_days"])),
        rules=_contact(said["contact"]),
    )


def _open(times: str) -> tuple[str, str]:
    found = _HOURS.fullmatch(times)
    if found is None:
        raise ValueError(times)
    opens, closes = (time.fromisoformat(one).isoformat("minutes") for one in found.groups())
    return opens, closes


def _at(said: str) -> time:
    """An hour of the house's own day: none of another zone, no seconds."""
    if _AT.fullmatch(said) is None:
        raise ValueError(said)
    return time.fromisoformat(said)


def _contact(said: dict[str, Any]) -> ContactRules:
    if unknown := said.keys() - CONTACT.keys():
        raise ValueError(min(unknown))
    # A limit that may be none is a number where it is one.
    kinds = {name: bool if kind is bool else int for name, kind in CONTACT.items()}
    read: dict[str, Any] = {name: _a(kinds[name], value) for name, value in said.items()}
    return ContactRules(**read)


def _step(said: dict[str, Any]) -> Step:
    plan, channel = said.get("plan"), said.get("channel")
    return Step(
        StepId(_a(int, said.get("number", NEW))),
        _a(int, said["days"]),
        _at(_a(str, said["at"])),
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


def _text(said: dict[str, Any]) -> TextRule:
    plan = said.get("plan")
    number = None if plan is None else PlanId(_a(int, plan))
    key = TextKey(_a(str, said["form"]), _a(str, said["language"]), number)
    return TextRule(key, _a(str, said["words"]))


def _some(listed: object) -> list[Any]:
    """So many as a house may have: what was written by hand is not to keep it busy for hours."""
    if not isinstance(listed, list) or len(listed) > _MOST:
        raise TypeError(str(listed)[:_SHOWN])
    return listed


def _a(kind: type[T], value: object) -> T:
    """The value, if it is of the very kind: a yes is no number here, and none is endless."""
    if type(value) is not kind or (isinstance(value, int) and abs(value) > _MOST_NUMBER):
        raise TypeError(str(value)[:_SHOWN])
    return value
