"""A day on which far more would go out than usual waits for somebody's word; nothing is lost."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.composition.work import new_rooms
from bot.domain.message import ChannelName
from bot.domain.role import Role
from bot.jobs.rounds import Rounds
from bot.storage.tables import big_days, charges, clients, outbox
from bot.storage.unit_of_work import Units
from tests.support.books import TODAY, Books, a_client, premises_of
from tests.support.talk import Talk

DAY = timedelta(days=1)


@pytest.fixture
async def books(books: Books) -> Books:
    async with books.open() as shop:
        await shop.unit.ladder.seed()
    return books


@pytest.fixture(autouse=True)
def a_few_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.big_days.FEW", 2)


async def owing(books: Books, count: int) -> None:
    """So many clients with a charge that is due today."""
    for number in range(count):
        await books.add(a_client(f"Cliente {number}", f"11 98765-43{number:02}", due=TODAY))


async def planned(books: Books) -> int:
    return await Rounds(new_rooms(Units(books.engines, books.clock), premises_of(books))).plan()


async def told(books: Books) -> int:
    """How many questions the owner got."""
    query = sa.select(sa.func.count()).where(outbox.c.purpose == "big_day")
    async with books.engines.reader.connect() as connection:
        return int((await connection.execute(query)).scalar_one())


async def answers(books: Books) -> Sequence[str]:
    async with books.engines.reader.connect() as connection:
        query = sa.select(big_days.c.answer).order_by(big_days.c.day)
        return list((await connection.execute(query)).scalars())


async def test_a_few_go_without_a_question(books: Books, owner: Talk) -> None:
    await owing(books, 2)
    assert await planned(books) == 2
    assert await told(books) == 0


async def test_far_more_than_usual_waits_for_a_second_tap(books: Books, owner: Talk) -> None:
    await owing(books, 4)
    assert await planned(books) == 0
    assert await planned(books) == 0
    assert await told(books) == 1
    await owner.sees_notice("big_day")
    assert "4 lembretes" in owner.reads
    assert "Cliente 0" in owner.reads
    await owner.taps("big_day.send")
    assert await planned(books) == 4
    assert await told(books) == 1


async def test_why_says_that_a_reminder_waits_for_a_word(books: Books, owner: Talk) -> None:
    await owing(books, 4)
    assert await planned(books) == 0
    assert await planned(books) == 0
    await owner.says("/porque Cliente 0")
    assert owner.reads.count("espera alguém escolher Enviar") == 1


async def test_why_says_that_the_house_holds_the_chat(books: Books, owner: Talk) -> None:
    await owing(books, 2)
    async with books.open() as shop:
        await shop.unit.channel_states.hold(ChannelName.WHATSAPP, books.clock.now())
    assert await planned(books) == 2
    await owner.says("/porque Cliente 0")
    assert "vocês pausaram WhatsApp" in owner.reads


async def test_why_says_that_the_account_is_stopped(books: Books, owner: Talk) -> None:
    await owing(books, 2)
    until = books.clock.now() + timedelta(hours=2)
    async with books.open() as shop:
        states = shop.unit.channel_states
        await states.pause(ChannelName.WHATSAPP, until, "whatsapp.billing")
    assert await planned(books) == 2
    await owner.says("/porque Cliente 0")
    assert "WhatsApp está parado até" in owner.reads
    books.clock.advance(hours=3)
    await owner.says("/porque Cliente 0")
    assert "está parado até" not in owner.reads


async def test_what_is_held_today_is_asked_anew_tomorrow(books: Books, owner: Talk) -> None:
    await owing(books, 4)
    await planned(books)
    await owner.sees_notice("big_day")
    await owner.taps("big_day.hold")
    assert await planned(books) == 0
    books.clock.advance(days=1)
    assert await planned(books) == 0
    assert await told(books) == 2
    await owner.sees_notice("big_day")
    await owner.taps("big_day.send")
    assert await planned(books) == 4


async def test_what_is_held_may_go_after_all(books: Books, owner: Talk) -> None:
    await owing(books, 4)
    await planned(books)
    await owner.sees_notice("big_day")
    await owner.taps("big_day.hold")
    await owner.taps("big_day.send_after_all")
    assert await planned(books) == 4


async def test_a_second_tap_of_another_only_says_that_it_is_decided(
    books: Books, owner: Talk
) -> None:
    await owing(books, 4)
    await planned(books)
    await owner.sees_notice("big_day")
    buttons = list(owner.buttons)
    await owner.taps("big_day.send")
    owner.buttons = buttons
    await owner.taps("big_day.send")
    assert owner.sees == ["errors.big_day.decided"]


async def test_what_was_let_go_cannot_be_held_any_more(books: Books, owner: Talk) -> None:
    await owing(books, 4)
    await planned(books)
    await owner.sees_notice("big_day")
    buttons = list(owner.buttons)
    await owner.taps("big_day.send")
    assert await planned(books) == 4
    owner.buttons = buttons
    await owner.taps("big_day.hold")
    assert owner.sees == ["errors.big_day.decided"]
    assert await answers(books) == ["send"]


async def test_who_says_nothing_for_a_day_is_asked_once_more(books: Books, owner: Talk) -> None:
    await owing(books, 4)
    for _ in range(3):
        await planned(books)
        books.clock.advance(days=1)
    assert await told(books) == 2
    await owner.sees_notice("big_day")
    await owner.taps("big_day.send")
    assert await answers(books) == ["send", "send"]


async def test_where_most_have_paid_meanwhile_there_is_no_question(
    books: Books, owner: Talk
) -> None:
    await owing(books, 4)
    await planned(books)
    some = sa.select(clients.c.id).where(clients.c.name.in_(["Cliente 0", "Cliente 1"]))
    async with books.open() as shop:
        await shop.unit.connection.execute(
            sa.update(charges)
            .where(charges.c.client_id.in_(some))
            .values(settled_at=books.clock.now(), paid=charges.c.amount)
        )
    assert await planned(books) == 2


async def test_what_is_usual_is_the_largest_day_of_the_last_month(
    books: Books, owner: Talk
) -> None:
    await owing(books, 6)
    person = await owner.join(Role.OWNER)
    async with books.open() as shop:
        for day, count in ((3, 2), (40, 9)):
            for number in range(count):
                at = books.clock.now() - day * DAY
                await shop.unit.connection.execute(
                    sa.insert(outbox).values(
                        opaque=f"{day}-{number}",
                        person_id=person,
                        channel="telegram",
                        send_to="1",
                        kind="reminder",
                        purpose="reminder",
                        payload="",
                        state="read",
                        due_at=at,
                        created_at=at,
                    )
                )
    assert await planned(books) == 6
    assert await answers(books) == ["usual"]
    await books.add(a_client("Mais um", "11 98765-4390", due=TODAY))
    # More than three times two by now, but it is only one more.
    assert await planned(books) == 1


async def test_with_nobody_to_ask_nothing_waits(books: Books) -> None:
    await owing(books, 4)
    assert await planned(books) == 4


async def test_an_old_question_is_over(books: Books, owner: Talk) -> None:
    await owing(books, 4)
    await planned(books)
    await owner.sees_notice("big_day")
    async with books.open() as shop:
        await shop.unit.connection.execute(sa.delete(big_days))
    await owner.taps("big_day.send")
    assert owner.sees == ["errors.big_day.gone"]


async def test_an_old_button_releases_nobody_who_was_not_asked_about(
    books: Books, owner: Talk
) -> None:
    await owing(books, 4)
    await planned(books)
    await owner.sees_notice("big_day")
    old = list(owner.buttons)
    await owner.taps("big_day.hold")
    books.clock.advance(days=14)
    for number in range(9):
        phone = f"11 98765-44{number:02}"
        await books.add(a_client(f"Novo {number}", phone, due=TODAY + 14 * DAY))
    owner.buttons = old
    await owner.taps("big_day.send")
    assert owner.sees == ["errors.big_day.gone"]
    assert await planned(books) == 0
    assert await told(books) == 2


async def test_the_queue_says_what_waits_and_takes_the_word(books: Books, owner: Talk) -> None:
    await owing(books, 4)
    await planned(books)
    await owner.says("/fila")
    assert "4 lembretes" in owner.reads
    await owner.taps("big_day.send")
    assert await planned(books) == 4
    await owner.says("/fila")
    assert "big_day.asks" not in owner.sees
