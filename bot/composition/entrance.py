"""The way in: reception over the store, the switchboard, and what waits to be understood."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from bot.composition.desks import desk_of, open_shop
from bot.composition.door import doorkeeper_of
from bot.composition.premises import Premises
from bot.dialog.switchboard import Fallbacks, Switchboard
from bot.domain.message import ChannelName
from bot.domain.news import News
from bot.handlers import EVERY
from bot.handlers.choosing import Choosing
from bot.handlers.client_talk import client_says
from bot.handlers.commands import COMMANDS
from bot.handlers.home import home, staff_says
from bot.handlers.patience import Patience
from bot.handlers.reception import Reception
from bot.handlers.start import stranger_says
from bot.handlers.visit import Visit
from bot.jobs.crew import Crew
from bot.jobs.deliveries import ChannelIn
from bot.jobs.intake import Intake
from bot.storage.taking_in import TakingIn
from bot.storage.unit_of_work import Unit, Units
from bot.storage.wire import pack


def new_switchboard() -> Switchboard:
    """Every handler at its place."""
    return Switchboard(EVERY, COMMANDS, Fallbacks(home, staff_says, client_says, stranger_says))


def new_reception(units: Units, premises: Premises) -> Reception:
    """One message, one transaction."""

    @asynccontextmanager
    async def visits() -> AsyncIterator[Visit]:
        async with units.write() as unit:
            shop = await open_shop(unit, premises)
            yield Visit(
                seen=unit.inbox,
                people=unit.people,
                sessions=unit.sessions,
                tickets=unit.tickets,
                offers=unit.offers,
                outbox=unit.outbox,
                wake=unit.outbox.wake,
                desk=lambda person, incoming: desk_of(shop, person, incoming),
                door=doorkeeper_of(shop),
            )

    return Reception(
        visits=visits,
        switchboard=new_switchboard(),
        clock=premises.clock,
        pack=pack,
        language=premises.words.nearest,
        patience=Patience(premises.limiter),
        choosing=Choosing(premises.plain),
    )


def new_intake(
    units: Units,
    premises: Premises,
    channels: Mapping[str, ChannelIn],
    answered: Callable[[], None],
    crew: Crew,
) -> Intake:
    """What came in, understood and answered."""

    async def told(unit: Unit, channel: ChannelName, news: Sequence[News]) -> None:
        await (await open_shop(unit, premises)).happenings.take(channel, news)

    return Intake(
        deliveries=TakingIn(units, premises.clock, told),
        reception=new_reception(units, premises),
        channels=channels,
        clock=premises.clock,
        answered=answered,
        crew=crew,
        limiter=premises.limiter,
    )
