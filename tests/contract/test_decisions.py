"""A chat that is held back, and piles of messages that did not go, on both databases."""

import pytest
import sqlalchemy as sa

from bot.domain.delivery import GiveUp, State
from bot.services.ports.delivery import Pile
from bot.storage.channel_states import ChannelStates
from bot.storage.decisions import Decisions
from bot.storage.deliveries import Deliveries
from bot.storage.tables import addresses, notice_lines, outbox
from tests.support.engine_room import TELEGRAM, TODAY, WHATSAPP, EngineRoom


async def hold(room: EngineRoom) -> None:
    async with room.connect() as connection:
        await ChannelStates(connection).hold(TELEGRAM, room.now)


async def test_while_a_chat_is_held_back_only_answers_are_claimed(room: EngineRoom) -> None:
    await room.queue(await room.person(), kind="notice", priority=3)
    answer = await room.queue(await room.person())
    other = await room.queue(
        await room.person(channel=WHATSAPP), channel=WHATSAPP, kind="notice", priority=3
    )
    await hold(room)
    assert [row.id for row in await room.claim()] == [answer]
    assert [row.id for row in await room.claim(channel=WHATSAPP)] == [other]
    async with room.connect() as connection:
        await ChannelStates(connection).let_go(TELEGRAM)
    assert len(await room.claim()) == 1


async def test_what_was_claimed_before_it_was_held_back_does_not_leave(room: EngineRoom) -> None:
    await room.queue(await room.person(), kind="notice", priority=3)
    answer = await room.queue(await room.person())
    claimed = await room.claim()
    await hold(room)
    assert await room.mark(claimed) == {answer}


async def test_what_the_account_suffers_from_is_not_what_the_house_said(room: EngineRoom) -> None:
    await hold(room)
    async with room.connect() as connection:
        states = ChannelStates(connection)
        await states.resume(TELEGRAM, room.now)
        assert (await states.all())[TELEGRAM].held_at == room.now


async def failed(room: EngineRoom, reason: str, count: int) -> list[int]:
    """So many reminders that were given up."""
    for _ in range(count):
        await (await room.client()).owes(TODAY)
    await room.plan()
    rows = await room.leave()
    assert len(rows) == count
    for row in rows:
        await room.record(row, GiveUp(reason))
    return [row.id for row in rows]


async def test_a_pile_is_sent_again_line_by_line_and_only_once(room: EngineRoom) -> None:
    rows = await failed(room, "telegram.refused", 3)
    async with room.connect() as connection:
        decisions = Decisions(connection)
        (pile,) = await decisions.by_reason()
        assert pile == Pile(State.GIVEN_UP, "telegram.refused", rows[-1], 3)  # type: ignore[arg-type]
        taken = await decisions.dismiss_all(pile, room.now, 2, reachable=True)
        assert list(taken) == rows[:2]
        await decisions.all_again(taken, room.now)
        assert await decisions.left_of(pile) == 1
        assert len(await decisions.dismiss_all(pile, room.now, 9)) == 1
        assert await decisions.dismiss_all(pile, room.now, 9) == []
        assert await decisions.by_reason() == []
    query = sa.select(notice_lines.c.outbox_id).where(notice_lines.c.state == "planned")
    lines = await room.rows(query)
    sent = {row.id for row in await room.rows(sa.select(outbox.c.id)) if row.id > rows[-1]}
    assert sorted(line.outbox_id for line in lines) == sorted([*sent, rows[2]])
    assert len(await room.claim()) == 2


async def test_what_failed_after_it_was_counted_is_another_pile(room: EngineRoom) -> None:
    first = await failed(room, "telegram.refused", 1)
    async with room.connect() as connection:
        (pile,) = await Decisions(connection).by_reason()
    await failed(room, "telegram.refused", 1)
    async with room.connect() as connection:
        assert list(await Decisions(connection).dismiss_all(pile, room.now, 9)) == first


async def test_whoever_is_closed_to_us_is_not_sent_to_again(room: EngineRoom) -> None:
    await failed(room, "telegram.refused", 1)
    await room.change(sa.update(addresses).values(unreachable_at=room.now))
    async with room.connect() as connection:
        decisions = Decisions(connection)
        (pile,) = await decisions.by_reason()
        assert await decisions.dismiss_all(pile, room.now, 9, reachable=True) == []
        assert await decisions.left_of(pile) == 1
        assert (await Deliveries(connection).troubled(None, pile)).items


async def test_how_fast_it_goes_is_counted_off_what_has_left(room: EngineRoom) -> None:
    for _ in range(6):
        await room.queue(await room.person(), kind="notice", priority=3)
    await room.queue(await room.person())
    await room.leave()
    room.clock.advance(minutes=2)
    async with room.connect() as connection:
        view = await Deliveries(connection).overview(room.now, room.now)
    assert view.a_minute == pytest.approx(3)
