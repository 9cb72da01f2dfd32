"""The house is taken once, its codes work once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.clock import FrozenClock
from bot.domain.contact import ContactRules
from bot.domain.errors import NotAllowed, NotFound, Refusal
from bot.domain.message import Address, ChannelName, Incoming
from bot.domain.role import Role
from bot.services.business import first_hours
from bot.services.ports.house import BusinessView
from bot.services.ports.people import Caller, PersonView
from bot.services.team import Doors, Entry, Team
from bot.storage.audit import AuditLog
from bot.storage.engine import Engines
from bot.storage.files import Files
from bot.storage.house import Business, Invitations
from bot.storage.people import People
from bot.storage.tickets import Tickets
from tests.support.books import Books, a_client

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
FIRST = BusinessView(
    name="Academia",
    city="Vitória",
    pix_key=None,
    zone="America/Sao_Paulo",
    currency="BRL",
    country="BR",
    language="pt_BR",
    hours=first_hours(),
    closed_days=frozenset({date(2026, 12, 24)}),
)


class House:
    """A team over a real store."""

    def __init__(self, connection: AsyncConnection, clock: FrozenClock) -> None:
        self.people = People(connection)
        self.business = Business(connection)
        self.clock = clock
        self.team = Team(
            people=self.people,
            invitations=Invitations(connection),
            business=self.business,
            audit=AuditLog(connection),
            clock=clock,
            doors=Doors(telegram="emdia_bot", whatsapp="551140028922"),
        )

    async def comes(self, chat: str) -> PersonView:
        caller = Caller(Address(ChannelName.TELEGRAM, chat), f"P{chat}", "pt_BR")
        return await self.people.calling(caller, self.clock.now())

    async def says(self, chat: str, words: str) -> Entry | None:
        said = Incoming(ChannelName.TELEGRAM, chat, "u1", self.clock.now(), text=words)
        return await self.team.enter(await self.comes(chat), said)


async def test_the_business_keeps_what_it_was_first_told(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        store = Business(connection)
        assert await store.get() is None
        assert await store.create(FIRST, NOW) == FIRST
        again = await store.create(replace(FIRST, name="Other"), NOW)
        assert again.name == "Academia"


async def test_the_owner_code_works_once(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        house = House(connection, FrozenClock(NOW))
        await house.business.create(FIRST, NOW)
        await house.team.open_house("abc-def")
        assert await house.says("1", "wrong") is None
        assert await house.says("1", "/start ABC-def") is Entry.OWNER
        assert await house.says("2", "/start abc-def") is None
        assert [one.role for one in await house.team.members()] == [Role.OWNER]


async def test_a_second_owner_code_takes_no_owned_house(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        house = House(connection, FrozenClock(NOW))
        await house.business.create(FIRST, NOW)
        await house.team.open_house("first-code")
        assert await house.says("1", "first-code") is Entry.OWNER
        await house.team.open_house("second-code")
        assert await house.says("2", "second-code") is None


async def test_only_the_newest_owner_code_stands(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        house = House(connection, FrozenClock(NOW))
        await house.business.create(FIRST, NOW)
        await house.team.open_house("old-code")
        await house.team.open_house("new-code")
        assert await house.says("1", "old-code") is None
        assert await house.says("1", "new-code") is Entry.OWNER


async def test_an_invitation_lets_one_manager_in_for_three_days(engines: Engines) -> None:
    clock = FrozenClock(NOW)
    async with engines.writer.begin() as connection:
        house = House(connection, clock)
        await house.business.create(FIRST, NOW)
        owner = await house.comes("1")
        door = await house.team.invite(owner)
        assert door.telegram == f"https://t.me/emdia_bot?start={door.code}"
        assert door.whatsapp == f"https://wa.me/551140028922?text={door.code}"
        assert await house.says("2", f"/start {door.code}") is Entry.MEMBER
        assert await house.says("3", f"/start {door.code}") is None
        late = await house.team.invite(owner)
        clock.advance(days=4)
        assert await house.says("3", late.code) is None


async def test_ones_other_chat_becomes_the_same_person(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        house = House(connection, FrozenClock(NOW))
        await house.business.create(FIRST, NOW)
        await house.team.open_house("take-it")
        await house.says("1", "take-it")
        owner = await house.comes("1")
        door = await house.team.another_chat(owner)
        assert await house.says("2", door.code) is Entry.CHAT
        assert (await house.comes("2")).id == owner.id


async def test_who_may_be_removed_and_by_whom(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        house = House(connection, FrozenClock(NOW))
        await house.business.create(FIRST, NOW)
        await house.team.open_house("take-it")
        await house.says("1", "take-it")
        owner = await house.comes("1")
        await house.says("2", (await house.team.invite(owner)).code)
        manager = await house.comes("2")
        with pytest.raises(NotAllowed):
            await house.team.remove(manager.id, by=manager)
        with pytest.raises(Refusal):
            await house.team.remove(owner.id, by=owner)
        await house.team.remove(manager.id, by=owner)
        with pytest.raises(NotFound):
            await house.team.remove(manager.id, by=owner)
        assert (await house.comes("2")).role is Role.STRANGER


async def test_tickets_are_found_until_they_are_forgotten(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        house = House(connection, FrozenClock(NOW))
        person = await house.comes("1")
        drawer = Tickets(connection)
        tokens = await drawer.issue(person.id, [("a", {}), ("b", {"claim": 7})], NOW)
        found = await drawer.find(tokens[1])
        assert found is not None
        assert (found.deed, found.about, found.person_id) == ("b", {"claim": 7}, person.id)
        assert await drawer.find("nothing") is None
        assert await drawer.forget(NOW + timedelta(days=59)) == 0
        assert await drawer.forget(NOW + timedelta(days=61)) == 2
        assert await drawer.find(tokens[0]) is None


async def test_files_come_back_as_they_were(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        shelf = Files(connection, FrozenClock(NOW))
        file_id = await shelf.put("a.png", "image/png", b"\x89PNG")
        assert (await shelf.get(file_id)).content == b"\x89PNG"
        with pytest.raises(NotFound):
            await shelf.get(type(file_id)(99))


async def test_the_same_bytes_are_kept_once_whatever_they_are_called(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        shelf = Files(connection, FrozenClock(NOW))
        first = await shelf.put("recibo.pdf", "application/pdf", b"%PDF")
        assert await shelf.put("recibo (1).pdf", "application/pdf", b"%PDF") == first
        assert await shelf.put("recibo.pdf", "application/pdf", b"%PDF-") != first
        assert await shelf.put("recibo.pdf", "text/plain", b"%PDF") != first  # shown otherwise


async def test_two_people_who_change_different_limits_at_once_lose_none(engines: Engines) -> None:
    books = Books(engines)
    await books.begin()
    me = (await books.add(a_client())).person_id
    for limit in ({"gap_hours": 48}, {"per_week": 1}):
        async with books.open() as shop:  # which knows nothing of what the other has changed
            await shop.business.change_rules(me, **limit)
    async with books.open() as shop:
        house = await shop.unit.business.get()
    assert house
    assert house.rules == ContactRules(gap_hours=48, per_week=1)
