"""Words not yet spoken: a key of the catalogues in ``locales/`` and what goes into it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from bot.domain.money import Money

Param: TypeAlias = "str | int | Decimal | Money | date | datetime | Text | tuple[Text, ...]"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence by its key. ``count`` among the parameters chooses the plural form.

    Values stay values (money, dates, other texts) until the reader's language is known.
    """

    key: str
    params: Mapping[str, Param] = field(default_factory=dict)


def t(key: str, /, **params: Param) -> Text:
    """Write a sentence by key: ``t("client.owes", owed=Money(4990))``."""
    return Text(key, params)


def plain(words: str) -> Text:
    """Quote a person's own words, which no catalogue holds: a name, a note."""
    return Text("plain", {"words": words})


def own(words: str, params: Mapping[str, Param]) -> Text:
    """Say an owner's own sentence, in which ``{names}`` stand where the values go."""
    return Text("own", {**params, "words": words})
