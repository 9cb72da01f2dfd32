"""The doors for programs: each question gets a desk over a transaction of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from bot.channels.evolution.link import Link
from bot.composition.desks import open_shop
from bot.composition.evolution import EvolutionChat
from bot.composition.premises import Premises
from bot.composition.shop import Shop
from bot.config import Settings
from bot.domain.ids import PersonId
from bot.domain.message import ChannelName
from bot.services.charge_list import ChargeList
from bot.services.ports.access import TokenView
from bot.services.ports.own_number import NumberAccount
from bot.storage.audit import AuditLog
from bot.storage.charge_lists import ChargeLists
from bot.storage.deliveries import Deliveries
from bot.storage.kept_lists import KeptLists
from bot.storage.unit_of_work import Unit, Units
from bot.web.api.desk import Api, ApiDesk, LinkView


def new_api(
    units: Units,
    premises: Premises,
    settings: Settings,
    number: NumberAccount | None,
    evolution: EvolutionChat | None,
    done: Callable[[], None],
) -> Api:
    """Let programs ask; ``done`` hears of every deed that was kept."""
    rooms = ApiRooms(units, premises)
    return Api(
        recognise=rooms.recognise,
        look=rooms.look,
        deal=rooms.deal,
        limiter=premises.limiter,
        done=done,
        ask_number=number.facts if number else None,
        link=_linking(evolution.link) if evolution else None,
        proxies=settings.trusted_proxies,
    )


class ApiRooms:
    """Opens transactions for programs."""

    def __init__(self, units: Units, premises: Premises) -> None:
        self._units = units
        self._premises = premises

    async def recognise(self, token: str) -> TokenView | None:
        """Whose token it is; that it was used is written down to the hour."""
        async with self._units.read() as unit:
            access = (await open_shop(unit, self._premises)).access
            found = await access.recognise(token)
        if found and access.is_news(found):
            async with self._units.write() as unit:
                await (await open_shop(unit, self._premises)).access.used(found.id)
        return found

    @asynccontextmanager
    async def look(self, caller: TokenView, once: str, rows: int) -> AsyncIterator[ApiDesk]:
        """To look at only."""
        async with self._units.read() as unit:
            yield await self._desk(unit, caller, once, rows)

    @asynccontextmanager
    async def deal(self, caller: TokenView, once: str, rows: int) -> AsyncIterator[ApiDesk]:
        """What is done is kept, unless an error ends it."""
        async with self._units.write() as unit:
            yield await self._desk(unit, caller, once, rows)

    async def _desk(self, unit: Unit, caller: TokenView, once: str, rows: int) -> ApiDesk:
        lists = ChargeLists(unit.connection, rows)
        unit.client_lists = KeptLists(unit.connection, unit.kept, rows)
        unit.deliveries = Deliveries(unit.connection, rows)
        unit.audit = SignedLog(unit, caller)
        shop = await open_shop(unit, self._premises)
        return _desk_of(shop, caller, once, lists)


class SignedLog(AuditLog):
    """The record of deeds, in which every line also says by which token."""

    def __init__(self, unit: Unit, caller: TokenView) -> None:
        super().__init__(unit.connection)
        self._token = caller.id

    async def note(
        self, deed: str, by: PersonId | None, now: datetime, about: Mapping[str, Any]
    ) -> None:
        """One more line."""
        await super().note(deed, by, now, {**about, "by_token": self._token})


def _desk_of(shop: Shop, caller: TokenView, once: str, lists: ChargeLists) -> ApiDesk:
    clock = shop.premises.clock
    return ApiDesk(
        caller=caller,
        once=once,
        house=shop.house,
        today=shop.calendar.today(clock.now()),
        access=shop.access,
        plans=shop.plans,
        clients=shop.clients,
        charges=shop.charges,
        charge_list=ChargeList(charges=lists, calendar=shop.calendar, clock=clock),
        payments=shop.payments,
        by_hand=shop.by_hand,
        stats=shop.stats,
        delivery=shop.delivery,
        templates=shop.templates,
        kept=shop.unit.kept,
        number=shop.number,
        whatsapp_on=ChannelName.WHATSAPP in shop.premises.channels,
    )


def _linking(link: Link) -> Callable[[str], Awaitable[LinkView]]:
    async def ask(phone: str) -> LinkView:
        code = await link.code(phone)
        if code is None:
            return LinkView(linked=True)
        return LinkView(linked=False, code=code.code, picture=code.picture, letters=code.letters)

    return ask
