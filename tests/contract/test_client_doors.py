"""A client's link to Telegram: it ties one stranger's chat to one client, once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from bot.composition.premises import Premises
from bot.composition.shop import Shop
from bot.domain.errors import Conflict, NotAllowed, NotFound, Refusal
from bot.domain.ids import ClientId, PersonId
from bot.domain.message import Address, ChannelName, Incoming
from bot.domain.role import Role
from bot.services.client_doors import OPEN_FOR
from bot.services.ports.billing import LEAD_DAYS
from bot.services.ports.people import Caller, PersonView
from bot.services.team import Doors
from bot.storage.engine import Engines
from bot.storage.tables import addresses, outbox
from bot.storage.unit_of_work import Units
from tests.support.books import HOUSE, Books, a_client, words

BOTH = frozenset({ChannelName.WHATSAPP, ChannelName.TELEGRAM})
ON_TELEGRAM, ON_WHATSAPP = ChannelName.TELEGRAM, ChannelName.WHATSAPP
ANAS_PHONE = "+5511987654321"


class Counter(Books):
    """Books of a house that is on both chats."""

    telegram = "emdia_bot"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Shop]:
        premises = Premises(self.clock, words(), Doors(self.telegram), BOTH)
        async with Units(self.engines, self.clock).write() as unit:
            yield Shop(unit, HOUSE, LEAD_DAYS, premises)

    async def person(
        self, sender: str, channel: ChannelName = ON_TELEGRAM, role: Role | None = None
    ) -> PersonView:
        """Whoever writes from there, perhaps let into the house first."""
        async with self.open() as shop:
            caller = Caller(Address(channel, sender), "Rita", "pt_BR")
            person = await shop.unit.people.calling(caller, self.clock.now())
            if role is not None:
                await shop.unit.people.set_role(person.id, role)
            return await shop.unit.people.get(person.id)

    async def link(self, client: ClientId) -> str:
        """The code of a new link."""
        async with self.open() as shop:
            door = await shop.client_doors.invite(client, by=PersonId(1))
        assert door.link.startswith("https://t.me/emdia_bot?start=")
        return door.link.partition("=")[2]

    async def opens(
        self, code: str, sender: str, channel: ChannelName = ON_TELEGRAM
    ) -> PersonView | None:
        """Somebody opens a link with this code."""
        person = await self.person(sender, channel)
        words_ = Incoming(channel, sender, "m1", self.clock.now(), text=f"/start {code}")
        async with self.open() as shop:
            return await shop.client_doors.enter(person, words_)

    async def chats(self, person: PersonId) -> set[tuple[str, str]]:
        query = sa.select(addresses.c.channel, addresses.c.send_to)
        async with self.engines.reader.connect() as connection:
            rows = await connection.execute(query.where(addresses.c.person_id == person))
            return {(row.channel, row.send_to) for row in rows}

    async def sent(self) -> list[str]:
        query = sa.select(outbox.c.send_to).where(outbox.c.purpose == "invitation")
        async with self.engines.reader.connect() as connection:
            return list((await connection.execute(query)).scalars())


@pytest.fixture
async def counter(engines: Engines) -> Counter:
    counter = Counter(engines)
    await counter.begin()
    return counter


@pytest.fixture
async def ana(counter: Counter) -> ClientId:
    return (await counter.add(a_client())).id


async def whose(counter: Counter, client: ClientId) -> PersonId:
    return (await counter.card(client)).person_id


async def test_whoever_opens_the_link_is_the_client_from_then_on(
    counter: Counter, ana: ClientId
) -> None:
    entered = await counter.opens(await counter.link(ana), "77")
    assert entered is not None
    assert (entered.name, entered.role, entered.client_id) == ("Ana Souza", Role.CLIENT, ana)
    assert await counter.chats(entered.id) == {("whatsapp", ANAS_PHONE), ("telegram", "77")}
    assert (await counter.person("77")).client_id == ana


async def test_the_link_works_once(counter: Counter, ana: ClientId) -> None:
    code = await counter.link(ana)
    await counter.opens(code, "77")
    with pytest.raises(NotFound, match=r"errors.invite.over"):
        await counter.opens(code, "78")
    assert (await counter.person("78")).role is Role.STRANGER
    # They themselves are simply here.
    assert await counter.opens(code, "77") is None


async def test_using_one_link_ends_the_others_of_the_client(
    counter: Counter, ana: ClientId
) -> None:
    first, second = await counter.link(ana), await counter.link(ana)
    await counter.opens(first, "77")
    with pytest.raises(NotFound, match=r"errors.invite.over"):
        await counter.opens(second, "78")


async def test_the_link_ends_after_a_week(counter: Counter, ana: ClientId) -> None:
    code = await counter.link(ana)
    counter.clock.advance(days=OPEN_FOR.days)
    with pytest.raises(NotFound, match=r"errors.invite.over"):
        await counter.opens(code, "77")


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER, Role.VIEWER])
async def test_nobody_of_the_house_loses_their_chat_by_opening_it(
    counter: Counter, ana: ClientId, role: Role
) -> None:
    code = await counter.link(ana)
    member = await counter.person("7", role=role)
    with pytest.raises(NotAllowed) as refused:
        await counter.opens(code, "7")
    assert refused.value.key == "errors.invite.for_the_client"
    assert await counter.person("7") == member
    # And it still stands for whom it is.
    assert await counter.opens(code, "77") is not None


async def test_another_client_stays_who_they_are(counter: Counter, ana: ClientId) -> None:
    rui = (await counter.add(a_client("Rui Reis", "11 91111-2222"))).id
    await counter.opens(await counter.link(rui), "88")
    code = await counter.link(ana)
    with pytest.raises(NotAllowed, match=r"errors.invite.of_another"):
        await counter.opens(code, "88")
    with pytest.raises(NotAllowed, match=r"errors.invite.of_another"):
        await counter.opens(code, "5511911112222", ON_WHATSAPP)
    assert (await counter.person("88")).client_id == rui
    assert await counter.opens(code, "77") is not None


@pytest.mark.parametrize("phone", ["5511987654321", "5511955554444"])
async def test_over_whatsapp_they_are_told_to_open_it_on_telegram(
    counter: Counter, ana: ClientId, phone: str
) -> None:
    code = await counter.link(ana)
    with pytest.raises(Refusal, match=r"errors.invite.open_on_telegram"):
        await counter.opens(code, phone, ON_WHATSAPP)
    assert await counter.opens(code, "77") is not None


async def test_a_link_lets_nobody_into_the_house_when_its_client_belongs_there_meanwhile(
    counter: Counter, ana: ClientId
) -> None:
    code = await counter.link(ana)
    await counter.person("5511987654321", ON_WHATSAPP, Role.MANAGER)
    with pytest.raises(NotFound, match=r"errors.invite.over"):
        await counter.opens(code, "77")
    assert (await counter.person("77")).role is Role.STRANGER


async def test_the_code_is_no_way_into_the_house(counter: Counter, ana: ClientId) -> None:
    code = await counter.link(ana)
    stranger = await counter.person("77")
    said = Incoming(ON_TELEGRAM, "77", "m1", counter.clock.now(), text=code)
    async with counter.open() as shop:
        assert await shop.team.enter(stranger, said) is None


async def test_only_the_chat_it_was_opened_in_is_tied(counter: Counter, ana: ClientId) -> None:
    # Somebody who left the house is a stranger with two chats.
    gone = await counter.person("77")
    await counter.person("5511955554444", ON_WHATSAPP)
    async with counter.open() as shop:
        await shop.unit.people.join(gone.id, ON_WHATSAPP, "5511955554444")
    await counter.opens(await counter.link(ana), "77")
    assert await counter.chats(gone.id) == {("whatsapp", "5511955554444")}
    assert ("telegram", "77") in await counter.chats(await whose(counter, ana))


async def test_who_is_on_telegram_needs_no_link(counter: Counter, ana: ClientId) -> None:
    assert (await counter.card(ana)).invitable
    await counter.opens(await counter.link(ana), "77")
    assert not (await counter.card(ana)).invitable
    with pytest.raises(Conflict, match=r"errors.invite.has_telegram"):
        await counter.link(ana)


async def test_without_telegram_nobody_is_invited(counter: Counter, ana: ClientId) -> None:
    counter.telegram = ""
    assert not (await counter.card(ana)).invitable
    async with counter.open() as shop:
        with pytest.raises(Refusal, match=r"errors.invite.no_telegram"):
            await shop.client_doors.invite(ana, by=PersonId(1))


async def test_whoever_wants_no_messages_is_not_to_be_invited(
    counter: Counter, ana: ClientId
) -> None:
    async with counter.open() as shop:
        assert not (await shop.clients.opt_out(ana)).invitable
        assert (await shop.clients.opt_in(ana)).invitable
        assert not (await shop.clients.cancel(ana)).invitable


async def test_one_of_the_house_who_is_also_billed_is_not_invited(
    counter: Counter, ana: ClientId
) -> None:
    await counter.person("5511987654321", ON_WHATSAPP, Role.MANAGER)
    assert not (await counter.card(ana)).invitable
    async with counter.open() as shop:
        with pytest.raises(NotAllowed, match=r"errors.invite.of_the_house"):
            await shop.client_doors.invite(ana, by=PersonId(1))


async def test_it_is_sent_while_they_wrote_within_a_day_and_not_twice_in_an_hour(
    counter: Counter, ana: ClientId
) -> None:
    async with counter.open() as shop:
        assert not (await shop.client_doors.invite(ana, by=PersonId(1))).may_send
        with pytest.raises(Refusal, match=r"errors.invite.window_closed"):
            await shop.client_doors.send(ana, by=PersonId(1))
    await counter.person("5511987654321", ON_WHATSAPP)
    async with counter.open() as shop:
        assert (await shop.client_doors.invite(ana, by=PersonId(1))).may_send
        assert await shop.client_doors.send(ana, by=PersonId(1)) == "Ana Souza"
        with pytest.raises(Conflict, match=r"errors.invite.sent_already"):
            await shop.client_doors.send(ana, by=PersonId(1))
    assert await counter.sent() == [ANAS_PHONE]
    counter.clock.advance(hours=24)
    async with counter.open() as shop:
        assert not (await shop.client_doors.invite(ana, by=PersonId(1))).may_send


async def test_sent_by_several_at_once_it_goes_once(counter: Counter, ana: ClientId) -> None:
    await counter.person("5511987654321", ON_WHATSAPP)

    async def send() -> str:
        async with counter.open() as shop:
            return await shop.client_doors.send(ana, by=PersonId(1))

    said = await asyncio.gather(*(send() for _ in range(4)), return_exceptions=True)
    assert [type(each) for each in said].count(Conflict) == 3
    assert len(await counter.sent()) == 1


async def test_nothing_is_sent_to_a_chat_that_is_closed_to_us(
    counter: Counter, ana: ClientId
) -> None:
    await counter.person("5511987654321", ON_WHATSAPP)
    async with counter.open() as shop:
        closed = [Address(ON_WHATSAPP, ANAS_PHONE)]
        await shop.unit.people.unreachable(closed, "whatsapp.blocked", counter.clock.now())
        assert not (await shop.client_doors.invite(ana, by=PersonId(1))).may_send


@pytest.mark.parametrize("said", ["oi", "/start", "abcdefghjk", "/start abcdefghjk", "a b", ""])
async def test_other_words_are_no_link(counter: Counter, said: str) -> None:
    stranger = await counter.person("77")
    incoming = Incoming(ON_TELEGRAM, "77", "m1", counter.clock.now(), text=said)
    async with counter.open() as shop:
        assert await shop.client_doors.enter(stranger, incoming) is None
