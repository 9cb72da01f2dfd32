"""The door: codes cannot be guessed, the right person gets in, a flood of strangers fills nothing.

Every reception is a new one, as of another process: what is remembered lies in the database.
"""

import asyncio

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.composition.door import doorkeeper_of
from bot.composition.entrance import new_reception
from bot.composition.first_day import first_day
from bot.config import Settings
from bot.domain.ids import PersonId
from bot.domain.knocks import (
    ANSWERED_A_DAY,
    ANSWERED_AN_HOUR,
    FREE,
    MANY,
    REMEMBERED_FOR,
    Knock,
)
from bot.domain.message import Address, ChannelName, Incoming
from bot.domain.role import Role
from bot.services.codes import code_from, looks_made
from bot.services.ports.inbox import SEEN_FOR
from bot.services.ports.people import Caller
from bot.services.team import Door
from bot.storage.engine import Engines
from bot.storage.tables import audit, knocks, outbox
from bot.storage.taking_in import TakingIn
from bot.storage.unit_of_work import Units
from tests.support.books import Books, a_client, premises_of
from tests.support.talk import Talk

CODE = "let-me-in"
WRONG = "qqqqqqqq22"  # of the shape of a real one
GREETED, WAIT, HELLO = "welcome.member", "door.wait", "stranger.hello"


@pytest.fixture
async def owner(books: Books) -> Talk:
    """The house has its owner."""
    owner = Talk(books, "7000")
    await owner.join(Role.OWNER)
    async with books.open() as shop:
        await shop.unit.business.own(books.clock.now())
    return owner


async def an_invitation(books: Books) -> str:
    async with books.open() as shop:
        owner, *_ = await shop.team.members()
        return (await shop.team.invite(owner)).code


async def tries(talk: Talk, times: int, code: str = WRONG) -> None:
    for _ in range(times):
        await talk.says(code)


async def count(books: Books, query: sa.Select[int]) -> int:
    async with books.engines.reader.connect() as connection:
        return int((await connection.execute(query)).scalar_one())


def told(purpose: str) -> sa.Select[int]:
    return sa.select(sa.func.count()).where(outbox.c.purpose == purpose)


def noted(deed: str) -> sa.Select[int]:
    return sa.select(sa.func.count()).where(audit.c.deed == deed)


async def test_a_thousand_guesses_in_a_quarter_of_an_hour_get_nowhere(
    books: Books, owner: Talk
) -> None:
    code = await an_invitation(books)
    looked_at = 0
    async with books.open() as shop:
        who = Caller(Address(ChannelName.TELEGRAM, "66"), "", "pt_BR")
        thief = await shop.unit.people.calling(who, books.clock.now())
        door = doorkeeper_of(shop)
        for number in range(1000):
            books.clock.advance(seconds=1)
            if await door.wait(thief):
                continue
            looked_at += 1
            # They hit upon the right one when they have long been waiting.
            words = code if number == 500 else WRONG
            said = Incoming(ChannelName.TELEGRAM, "66", "m", books.clock.now(), text=words)
            assert await shop.team.enter(thief, said) is None
            await door.wrong(thief, ChannelName.TELEGRAM)
    assert FREE < looked_at < FREE + 6
    guest = Talk(books, "55")
    await guest.says(code)
    assert GREETED in guest.sees, "whom it was made for"


async def test_whoever_mistyped_gets_in_when_the_wait_is_over(books: Books, owner: Talk) -> None:
    guest, code = Talk(books, "55"), await an_invitation(books)
    await tries(guest, FREE)
    assert guest.sees == [HELLO]
    await guest.says(f"/start {code}")
    assert guest.sees == [WAIT]
    books.clock.advance(minutes=1)
    await guest.says(f"/start {code}")
    assert GREETED in guest.sees


async def test_asking_while_waiting_does_not_make_the_wait_longer(
    books: Books, owner: Talk
) -> None:
    guest, code = Talk(books, "55"), await an_invitation(books)
    await tries(guest, FREE)
    for _ in range(6):
        books.clock.advance(seconds=10)
        await guest.says(code)
    assert GREETED in guest.sees


async def test_a_first_owner_s_code_that_somebody_chose_is_not_guessed_either(
    books: Books,
) -> None:
    async with books.open() as shop:
        await shop.team.open_house(CODE)
    thief, owner = Talk(books, "66"), Talk(books, "55")
    for number in range(FREE):
        await thief.says(f"word{number}")
    await thief.says(CODE)
    assert thief.sees == [WAIT]
    await owner.says(f"/start {CODE}")
    assert "welcome.owner" in owner.sees


async def test_an_attack_from_everywhere_shuts_out_nobody_who_comes_for_the_first_time(
    books: Books, owner: Talk
) -> None:
    code = await an_invitation(books)
    for number in range(MANY // 2):
        await tries(Talk(books, f"66{number}"), 2)
    again = Talk(books, "660")
    await again.says(WRONG)
    assert again.sees == [WAIT]
    guest = Talk(books, "55")
    await tries(guest, 1)
    await guest.says(code)
    assert GREETED in guest.sees
    assert await count(books, noted("team.under_attack")) == 1


async def test_the_owner_is_told_once_and_it_is_written_down(books: Books, owner: Talk) -> None:
    for thief in ("66", "67"):
        await tries(Talk(books, thief), FREE + 5)
    assert await count(books, told("door")) == 1
    assert await count(books, noted("team.codes_tried")) == 2
    await owner.sees_notice("door")
    assert owner.sees == ["door.codes_tried", "door.stays_shut"]
    assert "10 códigos errados (Telegram)" in owner.reads
    await owner.taps("door.go.team")
    assert "team.title" in owner.sees


async def test_that_many_try_is_told_although_one_who_tried_was_told_lately(
    books: Books, owner: Talk
) -> None:
    await tries(Talk(books, "66"), FREE)
    await owner.sees_notice("door")
    for number in range((MANY - FREE) // 2):
        await tries(Talk(books, f"77{number}"), 2)
    assert await count(books, told("door")) == 1
    assert await count(books, told("door.attack")) == 1
    await owner.sees_notice("door.attack")
    assert owner.sees == ["door.under_attack", "door.stays_shut"]


async def test_the_house_is_not_troubled_by_words_that_are_no_codes(
    books: Books, owner: Talk
) -> None:
    stranger = Talk(books, "66")
    for words in ("oi", "/start", "menu", "quanto custa?", "/start errado", "PARE"):
        await stranger.says(words)
    assert (
        await count(
            books,
            sa.select(sa.func.count()).select_from(knocks).where(knocks.c.what == Knock.WRONG_CODE),
        )
        == 0
    )


async def test_one_of_the_house_may_type_what_they_like(books: Books, owner: Talk) -> None:
    await tries(owner, FREE + 1)
    assert WAIT not in owner.sees


async def test_a_day_later_all_is_forgotten(books: Books, owner: Talk) -> None:
    await tries(Talk(books, "66"), FREE)
    books.clock.advance(seconds=int(REMEMBERED_FOR.total_seconds()) + 1)
    await TakingIn(Units(books.engines, books.clock), books.clock).forget()
    assert await count(books, sa.select(sa.func.count()).select_from(knocks)) == 0


async def test_a_stranger_is_answered_so_often_a_day_and_the_right_code_always(
    books: Books, owner: Talk
) -> None:
    stranger, code = Talk(books, "66"), await an_invitation(books)
    for _ in range(ANSWERED_A_DAY):
        books.clock.advance(seconds=10)
        await stranger.says("oi oi")
        assert stranger.sees == [HELLO]
    books.clock.advance(seconds=10)
    await stranger.says("oi oi")
    assert not stranger.sees
    await stranger.says(code)
    assert GREETED in stranger.sees
    await stranger.says("menu")
    assert stranger.sees


async def test_a_flood_of_strangers_fills_no_queue(books: Books, owner: Talk) -> None:
    async with books.open() as shop:
        for number in range(ANSWERED_AN_HOUR):
            who = Caller(Address(ChannelName.WHATSAPP, f"+551190000{number:04}"), "", "pt_BR")
            person = await shop.unit.people.calling(who, books.clock.now())
            now = books.clock.now()
            await shop.unit.knocks.note(Knock.STRANGER_ANSWERED, person.id, now)
    one_more = Talk(books, "66")
    await one_more.says("oi oi")
    assert not one_more.sees
    await owner.says("menu")
    assert owner.sees, "those of the house are answered"
    books.clock.advance(hours=1)
    await one_more.says("oi oi")
    assert one_more.sees == [HELLO]


async def another_chat(books: Books, person: PersonId) -> Door:
    async with books.open() as shop:
        return await shop.team.another_chat(await shop.team.member(person))


async def test_a_client_s_chat_stays_the_client_s(books: Books, owner: Talk) -> None:
    manager = Talk(books, "71")
    door = await another_chat(books, await manager.join(Role.MANAGER))
    await books.add(a_client())
    ana = Talk(books, "+5511987654321", ChannelName.WHATSAPP)
    await ana.says(door.code)
    assert ana.sees == ["errors.team.chat_of_a_client"]
    assert "Ana Souza" in ana.reads
    await ana.says("oi, tudo bem?")
    assert "client.forwarded" in ana.sees
    mine = Talk(books, "+5511955554444", ChannelName.WHATSAPP)
    await mine.says(door.code)
    assert mine.sees == ["welcome.chat_added"], "the code was not used up"


@pytest.mark.parametrize("into_the_house", [False, True])
async def test_a_chat_that_may_be_a_client_s_is_let_in_by_no_link(
    books: Books,
    owner: Talk,
    into_the_house: bool,  # noqa: FBT001 - a case
) -> None:
    manager = Talk(books, "71")
    door = await another_chat(books, await manager.join(Role.MANAGER))
    code = await an_invitation(books) if into_the_house else door.code
    anas, bias, account = "+5511987654321", "+5511987654322", "BR.111"
    ana = (await books.add(a_client())).person_id
    await books.add(a_client("Bia Lima", "11 98765-4322"))
    async with books.open() as shop:  # the account was Bia's once: who writes now, nobody knows
        was = Caller(Address(ChannelName.WHATSAPP, bias), "", "pt_BR", (account,))
        await shop.unit.people.calling(was, books.clock.now())
    one_of_them = Talk(books, anas, ChannelName.WHATSAPP, aliases=(account,))
    await one_of_them.says(code)
    assert one_of_them.sees == ["errors.team.chat_in_doubt"]
    assert "Ana Souza" in one_of_them.reads
    async with books.open() as shop:
        still = await shop.unit.people.known(Address(ChannelName.WHATSAPP, anas))
        assert still is not None
        assert still.id == ana
        assert len(await shop.team.members()) == 2
    mine = Talk(books, "+5511955554444", ChannelName.WHATSAPP)
    await mine.says(code)
    assert mine.sees[0] in {"welcome.chat_added", GREETED}, "the code was not used up"


async def test_an_old_message_that_somebody_kept_and_sends_again_is_not_answered(
    books: Books,
) -> None:
    reception = new_reception(Units(books.engines, books.clock), premises_of(books))
    said = Incoming(ChannelName.WHATSAPP, "+5511987654321", "wamid.1", books.clock.now(), "PARE")
    assert await reception.answer(said)
    assert not await reception.answer(said)
    books.clock.advance(seconds=int(SEEN_FOR.total_seconds()) + 1)
    await TakingIn(Units(books.engines, books.clock), books.clock).forget()
    assert not await reception.answer(said), "though nobody remembers it"


async def test_codes_are_used_once(books: Books, owner: Talk) -> None:
    code = await an_invitation(books)
    first, second = Talk(books, "55"), Talk(books, "56")
    await first.says(code)
    await second.says(code)
    assert GREETED in first.sees
    assert second.sees == [HELLO]


async def test_processes_that_start_together_show_one_and_the_same_code(
    engines: Engines,
) -> None:
    books = Books(engines)
    settings = Settings(_env_file=None, telegram_token=SecretStr("123456:a-token-of-ours"))

    async def start() -> str | None:
        units = Units(books.engines, books.clock)
        return await first_day(units, premises_of(books), settings, with_code=True)

    codes = {code for code in await asyncio.gather(*(start() for _ in range(3))) if code}
    (code,) = codes
    assert looks_made(code)
    assert await start() == code, "and after a restart"
    assert code_from("123456:a-token-of-others") != code
    owner = Talk(books, "55")
    await owner.says(code)
    assert "welcome.owner" in owner.sees
    assert await start() is None
