"""Where the stories are played: a town of one's own for each."""

from collections.abc import AsyncIterator

import pytest

from bot.composition.desks import open_shop
from bot.domain.message import Address, ChannelName
from bot.domain.money import Money
from bot.domain.pix import PixKey
from bot.domain.plan import Period
from bot.domain.role import Role
from bot.forms.plan import NewPlan
from bot.sandbox.telegram.person import TelegramPerson
from bot.services.ports.people import Caller
from tests.support.shop_list import a_shop_list
from tests.support.town import Town
from tests.support.watch import a_watched_town


@pytest.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    """A town where nobody has moved in yet; whatever is said in it is looked through."""
    async with a_watched_town(sqlite_url) as town:
        yield town


@pytest.fixture
async def owner(town: Town) -> TelegramPerson:
    """Somebody who moved in the other day; how that goes is played elsewhere."""
    owner = town.admin()
    owner.started = True  # or the bot may not write to them
    at = Address(ChannelName.TELEGRAM, str(owner.id))
    async with town.house.units.write() as unit:
        shop = await open_shop(unit, town.house.premises)
        person = await unit.people.calling(Caller(at, owner.name, "pt_BR"), town.clock.now())
        await unit.people.set_role(person.id, Role.OWNER)
        await unit.business.own(town.clock.now())
        key = PixKey.read("12345678909")
        await shop.business.set_up("Academia Boa Forma", "Vitória", key, by=person.id)
        await shop.plans.add(NewPlan(plan="Mensal", price=Money(4990), period=Period.MONTHLY))
    return owner


@pytest.fixture
async def shop(town: Town, owner: TelegramPerson) -> TelegramPerson:
    """The same owner, with a list of clients brought in, late ones reminded as well."""
    content = a_shop_list(town.today.date())
    async with town.house.units.write() as unit:
        shop = await open_shop(unit, town.house.premises)
        file = await unit.files.put("clientes.csv", "text/csv", content)
        seen = await shop.imports.preview(file)
        await shop.imports.apply(seen.id, remind_overdue=True)
    return owner
