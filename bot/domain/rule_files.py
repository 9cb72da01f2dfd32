"""The book of rules as a few small files that people can read, and read back exactly."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from typing import TypeAlias

from bot.domain.contact import ContactRules
from bot.domain.rule_book import HouseRules, RuleBook
from bot.domain.toml_text import Plain, lines, quoted

Files: TypeAlias = Mapping[str, str]  # a path -> what stands in it

FOLDER = "rules/"
_NAMES = ("settings", "ladder", "plans", "texts")
SETTINGS, LADDER, PLANS, TEXTS = (f"{FOLDER}{name}.toml" for name in _NAMES)
PATHS = (SETTINGS, LADDER, PLANS, TEXTS)  # whatever else lies there is somebody else's
MOST_BYTES = 256 * 1024  # of a file that anybody may have written: some 200 texts at their longest
# Stands in the place of a file that was not read for its length.
TOO_LONG = "# longer than EmDia reads"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ABOUT = {
    SETTINGS: ["# The house: its name, its hours, and how often people are written to."],
    LADDER: [
        "# The ladder: which reminder goes how many days from the due date (negative: before it).",
        "# A step keeps its number; one without a number is new. plan: only for that one.",
    ],
    PLANS: ["# What is sold. A plan keeps its number; one without a number is new."],
    TEXTS: [
        "# What clients read, where it is not EmDia's own. plan: only for that one.",
        "# {name}, {amount} and the like stand where values go.",
    ],
}
CONTACT = {each.name: type(each.default) for each in fields(ContactRules)}


def render(book: RuleBook) -> dict[str, str]:
    """The files, the same for the same book."""
    parts = {SETTINGS: _settings(book.house), LADDER: _ladder(book), PLANS: _plans(book)}
    if book.texts is not None:
        parts[TEXTS] = _texts(book)
    return {path: "\n".join([*_ABOUT[path], *part, ""]) for path, part in parts.items()}


def digest(files: Files) -> str:
    """One hash over all of them."""
    whole = hashlib.sha256()
    for path, text in sorted(files.items()):
        whole.update(f"{path}\0{len(text.encode())}\0{text}".encode())
    return whole.hexdigest()


def _settings(house: HouseRules) -> list[str]:
    contact = {name: getattr(house.rules, name) for name in CONTACT}
    hours = {
        name: "-".join(house.hours[day]) if day in house.hours else "closed"
        for day, name in enumerate(DAYS)
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
        found += ["", "[[step]]", *_naming(book, lines(values))]
    return found


def _naming(book: RuleBook, written: list[str]) -> list[str]:
    """The same lines, with a plan's name beside its number."""
    named = {f"plan = {number}": quoted(name) for number, name in book.plan_names.items()}
    return [f"{line}  # {named[line]}" if line in named else line for line in written]


def _texts(book: RuleBook) -> list[str]:
    found: list[str] = []
    for text in book.texts or ():
        values: dict[str, Plain] = {
            "form": text.key.form,
            "language": text.key.language,
            "plan": text.key.plan_id,
            "words": text.words,
        }
        found += ["", "[[text]]", *_naming(book, lines(values))]
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
