"""What clients do on their phones in the last days: they ask, say that they paid, want no more."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from bot.composition.demo.cast import BUSINESS, CAST, PLANS, phone_of
from bot.composition.demo.slip import slip
from bot.composition.demo.stage import Stage
from bot.domain.calendar import Calendar
from bot.domain.money import Money
from bot.domain.text import t
from bot.sandbox.whatsapp.person import WhatsAppPerson

Deed: TypeAlias = Callable[[Stage, WhatsAppPerson], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scene:
    """Somebody takes their phone."""

    at: datetime
    place: int
    deed: Deed

    async def play(self, stage: Stage) -> None:
        """They do it, and the house answers."""
        person = stage.box.seed_client(phone_of(self.place), CAST[self.place].name)
        person.opens()
        await self.deed(stage, person)
        await stage.listen()
        person.opens()


def scenes(today: date, calendar: Calendar) -> Iterator[Scene]:
    """Every scene, as it falls on the days before today."""
    for back, at, name, deed in _scenes():
        place = next(place for place, member in enumerate(CAST) if member.name == name)
        yield Scene(calendar.at(today - timedelta(days=back), at), place, deed)


def _scenes() -> Iterator[tuple[int, time, str, Deed]]:
    """Days before today, when, who, what."""
    yield 9, time(10, 20), "Cláudia Meireles", _says("demo.client.stop")
    yield 1, time(16, 20), "Helena Barcelos", _says("demo.client.question")
    yield 1, time(18, 12), "Ricardo Moreira", _sends_slip
    yield 1, time(20, 5), "Samuel Borges", _says("demo.client.paid")
    yield 0, time(8, 41), "Sabrina Coelho", _taps_paid


def _says(key: str) -> Deed:
    async def says(stage: Stage, person: WhatsAppPerson) -> None:
        person.says(_words(stage, key))

    return says


async def _sends_slip(stage: Stage, person: WhatsAppPerson) -> None:
    """The picture that the bank's app makes, with the amount that is due."""
    member = next(member for member in CAST if member.name == person.name)
    price = next(price for name, price, _period in PLANS if name == member.plan)
    amount = stage.house.words.say(
        t("payment.amount", amount=Money(price, stage.house.settings.currency)),
        stage.house.settings.locale,
    )
    at = stage.box.clock.now().astimezone(stage.calendar.zone)
    picture = await slip(amount, member.name, BUSINESS, at)
    caption = _words(stage, "demo.client.receipt")
    person.uploads(picture, "image/png", "comprovante.png", caption=caption)


async def _taps_paid(_stage: Stage, person: WhatsAppPerson) -> None:
    """The first choice of the last reminder, whichever that was."""
    reminded = next(seen for seen in reversed(person.visible()) if seen.choices)
    person.taps(reminded.choices[0].id, reminded.id)


def _words(stage: Stage, key: str) -> str:
    return stage.house.words.say(t(key), stage.house.settings.locale)
