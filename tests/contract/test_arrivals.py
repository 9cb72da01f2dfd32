"""What nobody heard of: found once, sent over another chat where there is one, and told once."""

from typing import Any

import sqlalchemy as sa

from bot.domain.contact import ContactRules
from bot.domain.delivery import Accepted, GiveUp, Report, State
from bot.domain.reasons import Reason
from bot.services.arrivals import Arrivals
from bot.services.post import Postman
from bot.storage.channel_states import ChannelStates
from bot.storage.detours import Detours
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.silence import Silences
from bot.storage.tables import outbox, people
from bot.storage.tickets import Tickets
from bot.storage.wire import pack
from tests.support.engine_room import CALENDAR, TELEGRAM, WHATSAPP, EngineRoom

AS_FIRST = ContactRules()


def arrivals(room: EngineRoom, connection: Any, rules: ContactRules) -> Arrivals:
    out = Outbox(connection, room.clock)
    post = Postman(
        people=People(connection),
        outbox=out,
        tickets=Tickets(connection),
        clock=room.clock,
        pack=pack,
    )
    return Arrivals(
        silence=Silences(connection),
        detours=Detours(connection),
        post=post,
        lately=out,
        rules=rules,
        calendar=CALENDAR,
        channels=room.channels,
        clock=room.clock,
    )


async def look(room: EngineRoom, rules: ContactRules = AS_FIRST) -> int:
    async with room.connect() as connection:
        return await arrivals(room, connection, rules).look()


async def tell(room: EngineRoom) -> int:
    async with room.connect() as connection:
        return await arrivals(room, connection, AS_FIRST).tell()


async def news(room: EngineRoom) -> None:
    async with room.connect() as connection:
        await ChannelStates(connection).heard(WHATSAPP, room.now)


async def taken(room: EngineRoom, **about: Any) -> Any:
    """A notice that WhatsApp took, and a day in which other news came."""
    person = await room.person(channel=WHATSAPP, **about)
    await room.queue(person, channel=WHATSAPP, kind="notice", purpose="receipt", priority=3)
    (row,) = await room.leave(channel=WHATSAPP)
    await room.record(row, Accepted(f"wamid.{row.id}"))
    room.clock.advance(hours=25)
    await news(room)
    return row


async def test_what_nobody_heard_of_for_a_day_is_on_the_list_once(room: EngineRoom) -> None:
    row = await taken(room)
    assert await look(room) == 1
    found = await room.row(row.id)
    assert (found.state, found.reason) == (State.UNHEARD, Reason.UNHEARD)
    assert await room.steps_of(row.id) == ["accepted", "unheard"]
    assert await look(room) == 0
    assert len(await room.rows()) == 1  # nothing is sent twice over the same chat


async def test_a_word_that_comes_late_takes_it_off_the_list(room: EngineRoom) -> None:
    row = await taken(room)
    await look(room)
    await room.report(Report(f"wamid.{row.id}", State.SENT, room.now))
    assert await room.state(row.id) is State.UNHEARD
    await room.report(Report(f"wamid.{row.id}", State.DELIVERED, room.now))
    found = await room.row(row.id)
    assert (found.state, found.reason, found.ended_at) == (State.DELIVERED, "", None)
    await room.person("Rita", role="owner")
    assert await tell(room) == 0


async def test_what_arrived_in_time_is_left_alone(room: EngineRoom) -> None:
    person = await room.person(channel=WHATSAPP)
    await room.queue(person, channel=WHATSAPP, kind="notice", purpose="receipt", priority=3)
    (row,) = await room.leave(channel=WHATSAPP)
    await room.record(row, Accepted("wamid.1"))
    await room.report(Report("wamid.1", State.DELIVERED, room.now))
    room.clock.advance(hours=48)
    await news(room)
    assert await look(room) == 0


async def test_where_no_news_come_at_all_silence_means_nothing(room: EngineRoom) -> None:
    person = await room.person(channel=WHATSAPP)
    await room.queue(person, channel=WHATSAPP, kind="notice", purpose="receipt", priority=3)
    (row,) = await room.leave(channel=WHATSAPP)
    await news(room)
    room.clock.advance(minutes=1)
    await room.record(row, Accepted("wamid.1"))
    room.clock.advance(hours=48)
    assert await look(room) == 0


async def test_the_house_may_wait_longer_or_not_look_at_all(room: EngineRoom) -> None:
    await taken(room)
    assert await look(room, ContactRules(unheard_hours=0)) == 0
    assert await look(room, ContactRules(unheard_hours=48)) == 0
    assert await look(room, ContactRules(unheard_hours=12)) == 1


async def test_an_answer_and_a_message_to_the_house_are_not_looked_for(room: EngineRoom) -> None:
    await taken(room, role="owner")
    answer = await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    (row,) = await room.leave(channel=WHATSAPP)
    assert row.id == answer
    await room.record(row, Accepted("wamid.answer"))
    room.clock.advance(hours=25)
    await news(room)
    assert await look(room) == 0


async def test_it_goes_once_over_the_clients_other_chat(room: EngineRoom) -> None:
    row = await taken(room)
    await room.address(row.person_id, TELEGRAM)
    assert await look(room) == 1
    (_, again) = await room.rows()
    assert (again.channel, again.state, again.follows_id) == ("telegram", "waiting", row.id)
    await room.person("Rita", role="owner")
    assert await tell(room) == 0  # it is on its way: nothing to decide


async def test_the_house_may_say_that_no_other_chat_is_used(room: EngineRoom) -> None:
    row = await taken(room)
    await room.address(row.person_id, TELEGRAM)
    await look(room, ContactRules(other_chat=False))
    assert len(await room.rows()) == 1


async def test_the_house_is_told_of_each_once_and_once_a_day(room: EngineRoom) -> None:
    await room.person("Rita", role="owner")
    await taken(room)
    await look(room)
    lost = await room.queue(await room.person(), kind="notice", purpose="receipt", priority=3)
    (row,) = await room.leave()
    assert row.id == lost
    await room.record(row, GiveUp("telegram.blocked"))
    assert await tell(room) == 1
    told = [one for one in await room.rows() if one.purpose == "not_arrived"]
    assert '"count":2' in told[0].payload.replace(" ", "")
    assert await tell(room) == 0
    room.clock.advance(hours=24)
    assert await tell(room) == 0
    await taken(room)
    await look(room)
    assert await tell(room) == (1 if CALENDAR.allows(room.now) else 0)


async def test_nobody_is_told_at_night_nor_of_what_is_still_in_doubt(room: EngineRoom) -> None:
    await room.person("Rita", role="owner")
    await taken(room)
    await look(room)
    await room.change(sa.update(outbox).values(state="uncertain"))
    assert await tell(room) == 0
    await room.change(sa.update(outbox).values(state="unheard"))
    room.clock.advance(hours=11)
    assert not CALENDAR.allows(room.now)
    assert await tell(room) == 0


async def test_where_nobody_of_the_house_is_there_yet_it_stays_untold(room: EngineRoom) -> None:
    await taken(room)
    await look(room)
    assert await tell(room) == 0
    await room.change(sa.update(people).values(name="?"))
    await room.person("Rita", role="owner")
    assert await tell(room) == 1
