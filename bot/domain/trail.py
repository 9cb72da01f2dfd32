"""The record of who did what: what a deed changed, as plain JSON that reads in any language."""

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import Any, Self, TypeAlias

from bot.domain.errors import Unreadable
from bot.domain.money import Money
from bot.domain.names import fold
from bot.domain.phone import Phone
from bot.domain.text import Text, plain, t

Kept: TypeAlias = "bool | int | str | dict[str, Any] | None"

_MOST_LETTERS = 200  # of a value that is shown; a note may be longer


class Kind(StrEnum):
    """What deeds are about, as an owner looks for them."""

    CLIENTS = "clients"
    MONEY = "money"
    PLANS = "plans"
    LADDER = "ladder"
    REMINDERS = "reminders"
    QUEUE = "queue"
    IMPORTS = "imports"
    HOUSE = "house"
    TEAM = "team"
    SYSTEM = "system"  # whatever is about none of these

    @property
    def shown(self) -> Text:
        """As a person reads it."""
        return t(f"audit.kind.{self.value}")

    @property
    def prefixes(self) -> tuple[str, ...]:
        """How the names of its deeds begin; none for what is about nothing else."""
        return _PREFIXES.get(self, ())

    @classmethod
    def read(cls, typed: object) -> Self:
        """By its name in any language."""
        if found := _NAMED.get(fold(str(typed))):
            return cls(found)
        raise Unreadable("errors.audit.kind")


_PREFIXES = {
    Kind.CLIENTS: ("client.",),
    Kind.MONEY: ("payment.", "claim."),
    Kind.PLANS: ("plan.",),
    Kind.LADDER: ("ladder.", "text."),
    Kind.REMINDERS: ("reminder.", "reminders."),
    Kind.QUEUE: ("delivery.", "channel.", "pace."),
    Kind.IMPORTS: ("import.",),
    Kind.HOUSE: ("business.", "rules.", "number.", "pix_button."),
    Kind.TEAM: ("team.",),
}
KNOWN_PREFIXES = tuple(one for prefixes in _PREFIXES.values() for one in prefixes)
_NAMES = {
    Kind.CLIENTS: "clientes clients cliente client",
    Kind.MONEY: "pagamentos payments pagos dinheiro money dinero",
    Kind.PLANS: "planos plans planes",
    Kind.LADDER: "regua ladder escalera modelos texts plantillas",
    Kind.REMINDERS: "lembretes reminders recordatorios",
    Kind.QUEUE: "fila queue cola",
    Kind.IMPORTS: "importacoes imports importaciones",
    Kind.HOUSE: "configuracoes settings ajustes house",
    Kind.TEAM: "equipe team equipo",
    Kind.SYSTEM: "sistema system",
}
_NAMED = {name: kind for kind, names in _NAMES.items() for name in names.split()}


def kept(value: object) -> Kept:
    """A value as it is written down, so that it can be read in the language of whoever asks."""
    if isinstance(said := getattr(value, "shown", None), Text):
        value = said
    found: Kept = str(value)
    match value:
        case None | bool() | int():
            found = value
        case Money():
            found = {"money": value.minor, "currency": value.currency}
        case Phone():
            found = {"phone": value.e164}
        case Text():
            found = {"key": value.key, "params": dict(value.params)}
        case date():
            found = {"day": value.isoformat()}
        case time():
            found = value.isoformat("minutes")
    return found


def shown(value: Kept) -> Text:
    """What was written down, for a person to read; a phone only as far as it must be known."""
    match value:
        case None | "":
            return t("audit.nothing")
        case bool():
            return t("audit.yes" if value else "audit.no")
        case int():
            return t("audit.value", value=value)
        case str():
            return plain(value if len(value) <= _MOST_LETTERS else f"{value[:_MOST_LETTERS]}…")
    return _meant(value)


def _meant(value: dict[str, Any]) -> Text:
    match value:
        case {"money": int(minor), "currency": str(currency)}:
            return t("audit.value", value=Money(minor, currency))
        case {"day": str(day)}:
            return t("audit.value", value=date.fromisoformat(day))
        case {"phone": str(phone)}:
            return plain(Phone(phone).masked)
        case {"key": str(key), "params": dict(params)}:
            return Text(key, params)
    return plain(str(value))


def details(**values: object) -> dict[str, Any]:
    """What is worth knowing about a deed that changed nothing that was there before."""
    return {"after": {name: kept(value) for name, value in values.items() if value is not None}}


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, Any]:
    """Whatever is not as it was, before and after."""
    was = {name: kept(value) for name, value in before.items()}
    now = {name: kept(value) for name, value in after.items()}
    names = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    return {
        "before": {name: was.get(name) for name in names},
        "after": {name: now.get(name) for name in names},
    }
