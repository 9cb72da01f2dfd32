"""What stands in a book of rules, read as if a person had typed it: nothing gets around a form."""

from dataclasses import asdict, replace

from pydantic import TypeAdapter

from bot.domain.calendar import Hours
from bot.domain.contact import ContactRules
from bot.domain.errors import Unreadable
from bot.domain.money import Money
from bot.domain.pix import PixKey
from bot.domain.text import plain
from bot.forms.contact import (
    InAMinute,
    InAWeek,
    OpenHours,
    PeopleADay,
    RestBetween,
    UnheardAfter,
)
from bot.forms.fields import BusinessName, City, PixKeyField, PlanName, Price

LANGUAGES = ("pt_BR", "en", "es")  # those that we speak
_NAME: TypeAdapter[str] = TypeAdapter(BusinessName)
_CITY: TypeAdapter[str] = TypeAdapter(City)
_PLAN: TypeAdapter[str] = TypeAdapter(PlanName)
_PIX_KEY: TypeAdapter[PixKey] = TypeAdapter(PixKeyField)
_HOURS: TypeAdapter[Hours | None] = TypeAdapter(OpenHours)
_PRICE: TypeAdapter[Money] = TypeAdapter(Price)


def business_name(said: str) -> str:
    """A name to sign with."""
    return _NAME.validate_python(said)


def city(said: str) -> str:
    """A city for Pix codes."""
    return _CITY.validate_python(said)


def plan_name(said: str) -> str:
    """A plan's name."""
    return _PLAN.validate_python(said)


def language(said: str) -> str:
    """One of those that we speak."""
    if said not in LANGUAGES:
        raise Unreadable("errors.versions.language", language=plain(said))
    return said


def pix_key(said: str | None) -> PixKey | None:
    """Where the money goes, or nowhere yet."""
    return None if said is None else _PIX_KEY.validate_python(said)


def hours(times: tuple[str, str] | None) -> Hours | None:
    """From when until when; none is closed."""
    return None if times is None else _HOURS.validate_python("-".join(times))


def price(said: Money, currency: str) -> Money:
    """What a plan costs, in the house's currency."""
    if said.currency != currency:
        raise Unreadable("errors.versions.currency", currency=currency)
    return _PRICE.validate_python(str(said), context={"currency": currency})


def contact(said: ContactRules) -> ContactRules:
    """How often, how fast and to how many; each within what its own question allows."""
    read = (
        RestBetween(gap_hours=said.gap_hours),
        InAWeek(per_week=said.per_week),
        PeopleADay(people_a_day=said.people_a_day),
        InAMinute(per_minute=said.per_minute or None),
        UnheardAfter(unheard_hours=said.unheard_hours),
    )
    found = {name: value for one in read for name, value in one.model_dump().items()}
    return replace(ContactRules(**{**asdict(said), **found}), per_minute=found["per_minute"] or 0)
