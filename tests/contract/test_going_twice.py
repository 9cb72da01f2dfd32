"""Nobody reads the same twice because word of it came late, over another chat, or after a day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.channels.whatsapp.reasons import Reason as OnWhatsApp
from bot.domain.delivery import Accepted, Report, State, Uncertain
from bot.domain.message import ChannelName
from bot.jobs.packing import Packer
from bot.storage.detours import Detours
from bot.storage.engine import make_engines
from bot.storage.people import People
from bot.storage.tables import addresses, clients, ladder_steps
from tests.contract.test_arrivals import AS_FIRST, arrivals
from tests.support.engine_room import TELEGRAM, TODAY, WHATSAPP, EngineRoom


async def look(room: EngineRoom) -> int:
    async with room.connect() as connection:
        return await arrivals(room, connection, AS_FIRST).look()


async def detour(room: EngineRoom) -> int:
    async with room.connect() as connection:
        return await arrivals(room, connection, AS_FIRST).detour()


async def packed(room: EngineRoom, channel: ChannelName) -> list[int]:
    """Which rows leave now over a chat."""
    rows = await room.claim(channel=channel)
    async with room.rooms() as inside:
        going = await Packer(room.clock).pack(inside, rows)
    return [each.row.id for each in going]


async def unheard(room: EngineRoom) -> Any:
    """A reminder that WhatsApp took, of which nothing came for a day; a copy waits on Telegram."""
    client = await room.client(channel=WHATSAPP)
    await client.owes(TODAY)
    assert await room.plan() == 1
    await room.address(client.person, TELEGRAM)
    (row,) = await room.leave(channel=WHATSAPP)
    await room.record(row, Accepted("wamid.1"))
    room.clock.advance(hours=25)
    await room.heard()
    assert await look(room) == 1
    return row


async def test_what_arrived_after_all_goes_over_no_other_chat(room: EngineRoom) -> None:
    row = await unheard(room)
    # The phone was off: their reminder arrives just before the copy would have left.
    await room.report(Report("wamid.1", State.DELIVERED, room.now))
    assert await packed(room, TELEGRAM) == []
    first, copy = await room.rows()
    assert (first.id, first.state) == (row.id, "delivered")
    assert (copy.state, copy.reason) == ("cancelled", "outbox.arrived")


async def test_what_nobody_heard_of_still_goes_over_the_other_chat(room: EngineRoom) -> None:
    await unheard(room)
    assert len(await packed(room, TELEGRAM)) == 1


async def kept_back(room: EngineRoom, *, only_step: bool = False) -> Any:
    """A reminder that WhatsApp took and kept back for a day: it goes once more tomorrow."""
    if only_step:
        await room.change(sa.delete(ladder_steps).where(ladder_steps.c.offset_days != 0))
    client = await room.client(channel=WHATSAPP)
    await client.owes(TODAY)
    assert await room.plan() == 1
    (row,) = await room.leave(channel=WHATSAPP)
    await room.record(row, Accepted("wamid.1"))
    why, day = OnWhatsApp.KEPT_BACK, timedelta(days=1)
    await room.report(Report("wamid.1", State.FAILED, room.now, reason=why, again_after=day))
    room.clock.advance(days=1, minutes=1)
    await room.change(sa.update(addresses).values(last_inbound_at=room.now))  # a window is open
    return row


async def test_a_second_try_gives_way_to_the_next_step_of_the_ladder(room: EngineRoom) -> None:
    await kept_back(room)
    assert await room.plan() == 1
    await packed(room, WHATSAPP)  # one after another to the same person
    room.clock.advance(minutes=1)
    await packed(room, WHATSAPP)
    _, again, newer = await room.rows()
    assert (again.state, again.reason) == ("cancelled", "reminder.overtaken")
    assert newer.state == "claimed"


async def test_a_second_try_goes_where_the_ladder_has_said_nothing_since(room: EngineRoom) -> None:
    row = await kept_back(room, only_step=True)
    assert await room.plan() == 0
    (gone,) = await packed(room, WHATSAPP)
    assert (await room.row(gone)).follows_id == row.id


async def test_looking_for_detours_reads_no_more_than_what_wants_a_decision(
    sqlite_url: str,
) -> None:
    engines = make_engines(sqlite_url)
    asked: list[tuple[str, Any]] = []

    def listen(*told: Any) -> None:
        asked.append((told[2], told[3]))

    sa.event.listen(engines.writer.sync_engine, "before_cursor_execute", listen)
    async with engines.writer.begin() as connection:
        detours = Detours(connection)
        now = datetime(2026, 11, 25, tzinfo=UTC)
        await detours.over_another([TELEGRAM, WHATSAPP], now, now, 200)
        await detours.in_another_form(now, now, 200)
        looks = [each for each in asked if each[0].startswith("SELECT outbox.id")]
        steps = [
            str(row[-1])
            for words, values in looks
            for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)
        ]
    await engines.dispose()
    assert len(looks) > 1
    reads = [step for step in steps if " outbox" in step]
    assert reads
    assert not [step for step in reads if "USING INDEX ix_outbox_troubled" not in step]


async def test_a_new_name_that_is_somebody_elses_gets_nothing_of_theirs(room: EngineRoom) -> None:
    ana, bia = [await room.client(name, channel=WHATSAPP) for name in ("Ana", "Bia")]
    async with room.connect() as connection:
        for client, name in ((ana, "BR.ana"), (bia, "BR.new")):
            await connection.execute(
                sa.update(addresses)
                .where(addresses.c.person_id == client.person)
                .values(key=name, send_to=name)
            )
    await ana.owes(TODAY)
    assert await room.plan() == 1
    async with room.connect() as connection:
        await People(connection).renamed(WHATSAPP, "BR.ana", "BR.new")
    (row,) = await room.rows()
    assert row.send_to == "BR.ana"
    found = {each.key: each.person_id for each in await room.rows(sa.select(addresses))}
    assert found == {"BR.ana": ana.person, "BR.new": bia.person}


async def test_what_may_have_arrived_is_not_planned_anew_when_its_copy_is_moot(
    room: EngineRoom,
) -> None:
    await unheard(room)
    await room.change(sa.update(clients).values(promised_on=TODAY + timedelta(days=9)))
    assert await packed(room, TELEGRAM) == []
    _, copy = await room.rows()
    assert (copy.state, copy.reason) == ("cancelled", "reminder.moot")
    assert [(step, state) for _, step, state in await room.lines()][-1] == (0, "planned")


async def resent(room: EngineRoom) -> Any:
    """A message whose first try ended in doubt; its second is in the air."""
    client = await room.client(channel=WHATSAPP)
    await client.owes(TODAY)
    assert await room.plan() == 1
    await room.address(client.person, TELEGRAM, timedelta(minutes=1))
    (row,) = await room.leave(channel=WHATSAPP)
    await room.record(row, Uncertain("whatsapp.unanswered"))
    room.clock.advance(minutes=11)
    await room.heard()
    await room.sweep()
    (row,) = await room.leave(channel=WHATSAPP)
    return row


def ended(room: EngineRoom, row: Any, name: str) -> Report:
    why = OnWhatsApp.UNREACHABLE
    return Report(name, State.FAILED, room.now, opaque=row.opaque, reason=why, unreachable=True)


async def test_a_first_try_that_failed_ends_no_second_one_in_the_air(room: EngineRoom) -> None:
    row = await resent(room)
    await room.report(ended(room, row, "wamid.first"))
    assert (await room.state(row.id), await detour(room)) == (State.SENDING, 0)
    await room.record(row, Accepted("wamid.second"))
    await room.sweep()
    assert (await room.state(row.id), await detour(room)) == (State.ACCEPTED, 0)


async def test_a_first_try_that_fails_later_ends_no_second_one(room: EngineRoom) -> None:
    row = await resent(room)
    await room.record(row, Accepted("wamid.second"))
    sent = Report("wamid.first", State.SENT, room.now, opaque=row.opaque)
    await room.report(sent, ended(room, row, "wamid.first"))
    assert (await room.state(row.id), await detour(room)) == (State.SENT, 0)
    await room.report(ended(room, row, "wamid.second"))
    assert (await room.state(row.id), await detour(room)) == (State.FAILED, 1)


async def test_a_second_try_that_fails_before_we_know_its_name_ends_it(room: EngineRoom) -> None:
    row = await resent(room)
    await room.report(ended(room, row, "wamid.second"))
    await room.record(row, Accepted("wamid.second"))
    assert (await room.state(row.id), await detour(room)) == (State.FAILED, 1)


async def test_a_first_try_that_arrived_ends_the_doubt_whatever_the_second_does(
    room: EngineRoom,
) -> None:
    row = await resent(room)
    await room.record(row, Accepted("wamid.second"))
    await room.report(Report("wamid.first", State.DELIVERED, room.now, opaque=row.opaque))
    await room.report(ended(room, row, "wamid.second"))
    assert (await room.state(row.id), await detour(room)) == (State.DELIVERED, 0)
