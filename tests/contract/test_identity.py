"""One account, many names: phone, WhatsApp's id for it and us, what it calls a number. And time."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.delivery import Accepted
from bot.domain.ids import PersonId
from bot.domain.message import Address, ChannelName
from bot.domain.phone import phone_key
from bot.domain.role import Role
from bot.services.ports.people import Caller, PersonView
from bot.storage.engine import Engines
from bot.storage.learning import learn_names
from bot.storage.people import People
from bot.storage.reached import best_address
from bot.storage.tables import addresses, outbox
from tests.support.books import Books, a_client
from tests.support.engine_room import WHATSAPP, EngineRoom

ANA, BIA = "5511987654321", "5511987654322"
ANAS_ID = "BR.111"


async def ana(books: Books, phone: str = "11 98765-4321", name: str = "Ana") -> PersonId:
    return (await books.add(a_client(name, phone))).person_id


async def hears(books: Books, sender: str, *aliases: str, at: datetime | None = None) -> PersonView:
    """Somebody writes on WhatsApp, under these names."""
    caller = Caller(Address(WHATSAPP, sender), "Whoever", "pt_BR", aliases, at)
    async with books.open() as shop:
        return await shop.unit.people.calling(caller, books.clock.now())


async def rows(books: Books) -> dict[str, Any]:
    """Every name that is known, by its key."""
    async with books.engines.reader.connect() as connection:
        return {row.key: row for row in await connection.execute(sa.select(addresses))}


async def test_the_window_opens_with_their_words_and_not_when_we_read_them(books: Books) -> None:
    await ana(books)
    wrote = books.clock.now() - timedelta(hours=3)
    await hears(books, ANA, at=wrote)
    assert (await rows(books))["551187654321"].last_inbound_at == wrote


async def test_what_comes_late_takes_nothing_back(books: Books) -> None:
    await ana(books)
    now = books.clock.now()
    await hears(books, ANA, at=now)
    await hears(books, ANA, at=now - timedelta(days=2))
    assert (await rows(books))["551187654321"].last_inbound_at == now


async def test_nobody_wrote_in_the_future(books: Books) -> None:
    await ana(books)
    await hears(books, ANA, at=books.clock.now() + timedelta(days=2))
    assert (await rows(books))["551187654321"].last_inbound_at == books.clock.now()


async def test_all_names_of_an_account_lead_to_its_client(books: Books) -> None:
    person = await ana(books)
    assert (await hears(books, ANA, ANAS_ID)).id == person
    assert (await hears(books, ANAS_ID)).id == person
    assert (await hears(books, "551187654321")).id == person


async def test_words_under_the_id_alone_open_the_window_to_the_phone(books: Books) -> None:
    person = await ana(books)
    await hears(books, ANA, ANAS_ID)
    books.clock.advance(hours=30)
    await hears(books, ANAS_ID)
    assert (await rows(books))["551187654321"].last_inbound_at == books.clock.now()
    async with books.engines.reader.connect() as connection:
        first, second = await People(connection).addresses(person)
        best = sa.select(addresses.c.send_to).where(
            addresses.c.id == best_address([WHATSAPP], sa.literal(person))
        )
        assert (await connection.execute(best)).scalar_one() == "+5511987654321"
    assert (first.address.to, second.address.to) == ("+5511987654321", ANAS_ID)


async def test_a_stranger_whose_phone_shows_is_the_client_of_that_phone(books: Books) -> None:
    stranger = await hears(books, ANAS_ID)
    assert stranger.role is Role.STRANGER
    person = await ana(books)
    assert (await hears(books, ANA, ANAS_ID)).id == person
    assert (await hears(books, ANAS_ID)).id == person


async def test_two_clients_for_one_account_are_a_doubt_and_no_guess(books: Books) -> None:
    first, second = await ana(books), await ana(books, "11 98765-4322", "Bia")
    await hears(books, ANA, ANAS_ID)
    doubtful = await hears(books, BIA, ANAS_ID)
    assert doubtful.role is Role.STRANGER
    assert set(doubtful.in_doubt) == {first, second}
    again = await hears(books, BIA, ANAS_ID)
    assert (again.id, again.in_doubt) == (doubtful.id, doubtful.in_doubt)
    assert (await hears(books, BIA)).id == second  # what is no doubt stays as it was
    assert (await hears(books, ANAS_ID)).id == first


async def test_what_the_network_calls_a_number_is_learned_and_what_was_typed_stays(
    books: Books,
) -> None:
    person = await ana(books)
    wrote_to = Address(WHATSAPP, "+5511987654321")
    async with books.open() as shop:
        connection = shop.unit.connection
        await learn_names(connection, [(wrote_to, "5511900000001"), (wrote_to, None)])
    assert (await hears(books, "5511900000001")).id == person
    found = await rows(books)
    assert (found["551187654321"].send_to, found["551187654321"].wa_id) == (
        "+5511987654321",
        "5511900000001",
    )
    async with books.engines.reader.connect() as connection:
        reached = await People(connection).addresses(person)
    assert [each.address.to for each in reached][-1] == "+5511987654321"


async def test_a_learned_name_takes_nobody_elses_chat(books: Books) -> None:
    await ana(books)
    second = await ana(books, "11 98765-4322", "Bia")
    async with books.open() as shop:
        await learn_names(shop.unit.connection, [(Address(WHATSAPP, "+5511987654321"), BIA)])
    assert (await hears(books, BIA)).id == second


async def test_the_answer_to_a_message_teaches_the_name(engines: Engines) -> None:
    room = EngineRoom(engines)
    await room.begin()
    person = await room.person(channel=WHATSAPP)
    (address,) = await room.rows(sa.select(addresses))
    await room.change(sa.update(addresses).values(key=phone_key(address.send_to)))
    await room.queue(person, channel=WHATSAPP)
    (row,) = await room.leave(channel=WHATSAPP)
    await room.record(row, Accepted("wamid.1", "5521933334444"))
    found = await room.rows(sa.select(addresses.c.wa_id).order_by(addresses.c.id))
    assert [row.wa_id for row in found] == ["5521933334444"] * 2
    assert (await room.rows(sa.select(outbox.c.state)))[0].state == "accepted"


async def test_other_chats_have_no_names_besides_the_one(books: Books) -> None:
    caller = Caller(Address(ChannelName.TELEGRAM, "700"), "Rui", "pt_BR")
    async with books.open() as shop:
        await shop.unit.people.calling(caller, books.clock.now())
    assert (await rows(books))["700"].wa_id is None
