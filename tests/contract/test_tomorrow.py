"""The evening's look at tomorrow: word for word, once, and one may still be kept back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.composition.work import new_rooms
from bot.domain.message import ChannelName, Outgoing
from bot.domain.role import Role
from bot.jobs.rounds import Rounds
from bot.storage.tables import clients, outbox
from bot.storage.unit_of_work import Units
from tests.support.books import TODAY, Books, a_client, premises_of
from tests.support.talk import Talk

DAY = timedelta(days=1)
TO_EVENING = {"hours": 6, "minutes": 5}  # from noon to five past six


@pytest.fixture
async def books(books: Books) -> Books:
    """Today is a Thursday. Tomorrow two are due, and one will have been late for a day."""
    async with books.open() as shop:
        await shop.unit.ladder.seed()
    await books.add(a_client("Ana Souza", "11 98765-4321", due=TODAY + DAY))
    await books.add(a_client("Bia Lima", "11 98765-4322", due=TODAY + DAY))
    await books.add(a_client("Caio Reis", "11 98765-4323", due=TODAY + 4 * DAY))
    await plan(books)
    return books


def rounds(books: Books) -> Rounds:
    return Rounds(new_rooms(Units(books.engines, books.clock), premises_of(books)))


async def plan(books: Books) -> int:
    planned = await rounds(books).plan()
    gone = sa.update(outbox).where(outbox.c.kind == "reminder").values(state="read")
    async with books.open() as shop:
        await shop.unit.connection.execute(gone)
    return planned


async def tell(books: Books) -> int:
    return await rounds(books).show_tomorrow()


async def composed(books: Books) -> Sequence[tuple[str, str]]:
    """Who would read what, were it to leave this moment."""
    async with books.open() as shop:
        assert await shop.reminders.plan()
        rows = await shop.unit.leases.claim("w", ChannelName.WHATSAPP, 10, books.clock.now())
        told = await shop.reminders.compose(rows)
        names: dict[Any, str] = {}
        for row in rows:
            query = sa.select(clients.c.name).where(clients.c.person_id == row.person_id)
            names[row.id] = (await shop.unit.connection.execute(query)).scalar_one()
        say = shop.premises.words.say
        return sorted(
            (names[row], "\n".join(say(line, "pt_BR") for line in said.body))
            for row, said in told.items()
            if isinstance(said, Outgoing)
        )


async def test_before_the_evening_nobody_is_told(books: Books, owner: Talk) -> None:
    del owner
    assert await tell(books) == 0


async def test_in_the_evening_everybody_who_decides_is_told_once(books: Books, owner: Talk) -> None:
    helper = Talk(books, sender="7008")
    await helper.join(Role.MANAGER)
    viewer = Talk(books, sender="7009")
    await viewer.join(Role.VIEWER)
    books.clock.advance(**TO_EVENING)
    assert await tell(books) == 2
    assert await tell(books) == 0
    await owner.sees_notice(f"tomorrow:{TODAY + DAY}")
    assert "saem 3 lembretes" in owner.reads
    assert "Lembrete do dia: 2" in owner.reads
    assert "Lembrete antes do vencimento: 1" in owner.reads
    assert "Olá, Ana Souza!" in owner.reads
    assert owner.offered == ["tomorrow.go.list", "tomorrow.fine", "tomorrow.go.ladder"]
    await owner.taps("tomorrow.fine")
    assert owner.sees == ["tomorrow.is_fine"]
    books.clock.advance(days=1)
    await plan(books)
    # On the Saturday Ana and Bia are a day late.
    assert await tell(books) == 2


async def test_what_was_shown_is_what_leaves(books: Books, owner: Talk) -> None:
    books.clock.advance(**TO_EVENING)
    shown = []
    for name in ("Ana Souza", "Bia Lima", "Caio Reis"):
        await owner.says("/regua")
        await owner.taps("ladder.go.tomorrow")
        await owner.taps("tomorrow.go.list")
        await owner.taps(name)
        shown.append((name, owner.reads.partition("vai ler:\n")[2]))
    books.clock.advance(hours=15)
    left = await composed(books)
    assert [name for name, _ in left] == [name for name, _ in shown]
    assert all(there.startswith(said) for (_, said), (_, there) in zip(left, shown, strict=True))


async def test_one_that_is_skipped_does_not_leave_and_may_be_let_go_again(
    books: Books, owner: Talk
) -> None:
    books.clock.advance(**TO_EVENING)
    await tell(books)
    await owner.sees_notice(f"tomorrow:{TODAY + DAY}")
    await owner.taps("tomorrow.go.list")
    await owner.taps("Ana Souza")
    assert "Meta" in owner.reads
    await owner.taps("tomorrow.skip")
    await owner.taps("tomorrow.back_to_list")
    assert "Não sai" in owner.hints
    await owner.taps("Bia Lima")
    await owner.taps("tomorrow.skip")
    await owner.taps("tomorrow.look")
    await owner.taps("tomorrow.unskip")
    books.clock.advance(hours=15)
    assert [name for name, _ in await composed(books)] == ["Bia Lima", "Caio Reis"]


async def test_the_step_after_the_one_that_was_skipped_goes(books: Books, owner: Talk) -> None:
    books.clock.advance(**TO_EVENING)
    await owner.says("/regua")
    await owner.taps("ladder.go.tomorrow")
    await owner.taps("tomorrow.go.list")
    await owner.taps("Ana Souza")
    await owner.taps("tomorrow.skip")
    books.clock.advance(hours=15)
    await plan(books)
    books.clock.advance(days=1)
    left = await composed(books)
    assert "Ana Souza" in [name for name, _ in left]


async def test_once_the_day_has_come_there_is_nothing_to_skip(books: Books, owner: Talk) -> None:
    books.clock.advance(**TO_EVENING)
    await owner.says("/regua")
    await owner.taps("ladder.go.tomorrow")
    await owner.taps("tomorrow.go.list")
    await owner.taps("Ana Souza")
    books.clock.advance(hours=8)
    await owner.taps("tomorrow.skip")
    assert owner.sees == ["errors.tomorrow.over"]


async def test_who_paid_meanwhile_is_not_there_any_more(books: Books, owner: Talk) -> None:
    await owner.says("/regua")
    await owner.taps("ladder.go.tomorrow")
    await owner.taps("tomorrow.go.list")
    async with books.open() as shop:
        gone = sa.update(clients).where(clients.c.name == "Ana Souza")
        await shop.unit.connection.execute(gone.values(opted_out_at=books.clock.now()))
    await owner.taps("Ana Souza")
    assert owner.sees == ["errors.tomorrow.none"]


async def test_nothing_leaves_on_a_sunday(books: Books, owner: Talk) -> None:
    books.clock.advance(days=2)  # a Saturday
    await owner.says("/regua")
    await owner.taps("ladder.go.tomorrow")
    assert owner.sees == ["tomorrow.none"]


async def test_the_evenings_are_switched_off_and_on(books: Books, owner: Talk) -> None:
    books.clock.advance(**TO_EVENING)
    await owner.says("/regua")
    await owner.taps("ladder.go.tomorrow")
    await owner.taps("tomorrow.switch_off")
    assert await tell(books) == 0
    await owner.taps("tomorrow.switch_on")
    assert await tell(books) == 1


async def test_a_long_list_goes_on(books: Books, owner: Talk) -> None:
    for number in range(7):
        await books.add(a_client(f"Zeca {number}", f"11 98765-44{number:02}", due=TODAY + DAY))
    async with books.open() as shop:
        steps = await shop.unit.ladder.steps()
        await shop.unit.ladder.remove(steps[0].id, books.clock.now())
    await owner.says("/regua")
    await owner.taps("ladder.go.tomorrow")
    await owner.taps("tomorrow.go.list")
    assert "Zeca 6" not in owner.offered
    await owner.taps("list.more")
    assert "Zeca 6" in owner.offered
