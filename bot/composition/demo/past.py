"""Play the past: eleven months straight into the books, and the last one message by message."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from operator import itemgetter
from typing import TypeAlias

from bot.composition.demo.cast import BUSINESS, CITY, OWNER, OWNER_ID, PIX_KEY, PLANS
from bot.composition.demo.diary import Entry, diary
from bot.composition.demo.lives import Lives
from bot.composition.demo.scenes import scenes
from bot.composition.demo.stage import Stage
from bot.composition.desks import open_shop
from bot.composition.first_day import first_day
from bot.composition.shop import Shop
from bot.domain.ids import PersonId
from bot.domain.message import Address, ChannelName
from bot.domain.money import Money
from bot.domain.pix import PixKey
from bot.domain.role import Role
from bot.forms.plan import NewPlan
from bot.services.ports.billing import LEAD_DAYS
from bot.services.ports.people import Caller
from bot.storage.unit_of_work import Unit

_BEGAN = timedelta(days=380)
_IN_FULL = timedelta(days=21)
_OPENED_EVERY = timedelta(days=7)
_REMINDERS_AT = time(9)

Happens: TypeAlias = tuple[datetime, Callable[[], Awaitable[None]]]


async def play(stage: Stage, today: date) -> None:
    """Everything up to the reminders of this morning."""
    house, calendar = stage.house, stage.calendar
    stage.begin(calendar.at(today, _REMINDERS_AT) - _BEGAN)
    await first_day(house.units, house.premises, house.settings, with_code=True)
    await stage.hurry()
    in_full = calendar.at(today - _IN_FULL, time())
    entries = diary(today, calendar)
    async with house.units.write() as unit:
        lives = Lives(await _founded(unit, stage))
        # Opened anew: the services know the business as it is now called.
        shop = await open_shop(unit, house.premises)
        await _year(stage, shop, lives, [entry for entry in entries if entry.at < in_full])
    stage.go_to(in_full)
    await stage.approve_templates()
    await _month(stage, lives, today, [entry for entry in entries if entry.at >= in_full])


async def _founded(unit: Unit, stage: Stage) -> PersonId:
    """The owner takes the house, and says what it is called and what it sells."""
    house = stage.house
    now = house.clock.now()
    telegram = Address(ChannelName.TELEGRAM, str(OWNER_ID))
    caller = Caller(telegram, OWNER, house.settings.locale)
    owner = (await unit.people.calling(caller, now)).id
    await unit.people.set_role(owner, Role.OWNER)
    await unit.business.own(now)
    shop = await open_shop(unit, house.premises)
    await shop.business.set_up(BUSINESS, CITY, PixKey.read(PIX_KEY), owner)
    for name, price, period in PLANS:
        priced = Money(price, shop.house.currency)
        await shop.plans.add(NewPlan(plan=name, price=priced, period=period))
    return owner


async def _year(stage: Stage, shop: Shop, lives: Lives, entries: Sequence[Entry]) -> None:
    """Charges and payments alone: nobody scrolls back that far in a chat."""
    opened = None
    for entry in entries:
        stage.go_to(entry.at)
        today = shop.calendar.today(entry.at)
        if opened is None or today >= opened + _OPENED_EVERY:
            ahead = LEAD_DAYS + _OPENED_EVERY.days
            await shop.unit.charges.open_due(today, ahead, entry.at)
            opened = today
        await lives.live(shop, entry, quietly=True)


async def _month(stage: Stage, lives: Lives, today: date, entries: Sequence[Entry]) -> None:
    """Everything as it was: reminders in the morning, payments, receipts, and what people wrote."""
    calendar = stage.calendar

    async def lived(entry: Entry) -> None:
        async with stage.house.units.write() as unit:
            shop = await open_shop(unit, stage.house.premises)
            await lives.live(shop, entry, quietly=False)
        await stage.send()

    happens: list[Happens] = [(entry.at, partial(lived, entry)) for entry in entries]
    happens += [(scene.at, partial(scene.play, stage)) for scene in scenes(today, calendar)]
    mornings = [
        calendar.at(today - timedelta(days=back), _REMINDERS_AT)
        for back in range(_IN_FULL.days + 1)
    ]
    happens += [(morning, stage.remind) for morning in mornings]
    for at, deed in sorted(happens, key=itemgetter(0)):
        if at == mornings[0]:
            # Of today nothing has been read yet: it is read on the page, when a chat is opened.
            stage.nobody_looks()
            if stage.linked:
                break  # today's wait until somebody has scanned the code
        stage.go_to(at)
        await deed()
