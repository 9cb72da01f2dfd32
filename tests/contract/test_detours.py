"""What found its chat or its window closed goes on by itself: once, and over one chat only."""

from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.telegram.reasons import Reason as OnTelegram
from bot.channels.whatsapp.codes import RULINGS, Reaction
from bot.channels.whatsapp.reasons import Reason as OnWhatsApp
from bot.domain.contact import ContactRules
from bot.domain.delivery import Accepted, GiveUp, Report, State
from bot.domain.message import ChannelName, Outgoing, TemplateUse
from bot.domain.reasons import CLOSED_CHATS, Reason
from bot.domain.template import TemplateStatus
from bot.domain.text import plain
from bot.jobs.packing import Packer
from bot.storage.people import mark_unreachable
from bot.storage.tables import addresses
from bot.storage.templates import Templates
from tests.contract.test_arrivals import AS_FIRST, arrivals
from tests.support.engine_room import TELEGRAM, WHATSAPP, EngineRoom

OTHER = {TELEGRAM: WHATSAPP, WHATSAPP: TELEGRAM}


async def detour(room: EngineRoom, rules: ContactRules = AS_FIRST) -> int:
    async with room.connect() as connection:
        return await arrivals(room, connection, rules).detour()


async def a_receipt(room: EngineRoom, channel: ChannelName, **about: Any) -> Any:
    """A receipt on its way to a client who has both chats, unless told otherwise."""
    both = about.pop("both", True)
    person = await room.person(channel=channel, **about)
    if both:
        await room.address(person, OTHER[channel])
    use = TemplateUse("receipt", {"name": "Ana"})
    await room.queue(
        person,
        channel=channel,
        kind="notice",
        purpose="receipt",
        priority=3,
        outgoing=Outgoing((plain("Obrigado"),), template=use),
    )
    (row,) = await room.leave(channel=channel)
    return row


CLOSED = [
    (TELEGRAM, GiveUp(OnTelegram.BLOCKED, unreachable=True)),
    (TELEGRAM, GiveUp(OnTelegram.NOT_STARTED, unreachable=True)),
    (WHATSAPP, GiveUp(OnWhatsApp.UNREACHABLE, unreachable=True)),
    (WHATSAPP, GiveUp(Reason.UNREACHABLE)),
]


@pytest.mark.parametrize(("channel", "ending"), CLOSED)
async def test_a_closed_chat_sends_it_on_over_the_other_one_once(
    room: EngineRoom, channel: ChannelName, ending: GiveUp
) -> None:
    row = await a_receipt(room, channel)
    await room.record(row, ending)
    assert await detour(room) == 1
    assert await detour(room) == 0
    first, again = await room.rows()
    assert (again.channel, again.state, again.follows_id) == (OTHER[channel], "waiting", row.id)
    assert first.dismissed_at is not None  # nobody has to decide about it


async def test_whatsapp_that_says_so_later_sends_it_on_over_telegram(room: EngineRoom) -> None:
    row = await a_receipt(room, WHATSAPP)
    await room.record(row, Accepted("wamid.1"))
    why = OnWhatsApp.UNREACHABLE
    await room.report(Report("wamid.1", State.FAILED, room.now, reason=why, unreachable=True))
    assert await detour(room) == 1
    _, again = await room.rows()
    assert again.channel == TELEGRAM


async def test_there_and_back_again_is_not_gone(room: EngineRoom) -> None:
    await room.record(await a_receipt(room, TELEGRAM), GiveUp(OnTelegram.BLOCKED, unreachable=True))
    await detour(room)
    (again,) = await room.leave(channel=WHATSAPP)
    await room.record(again, GiveUp(OnWhatsApp.UNREACHABLE, unreachable=True))
    assert await detour(room) == 0
    assert len(await room.rows()) == 2


@pytest.mark.parametrize("channel", [TELEGRAM, WHATSAPP])
async def test_what_was_taken_stays_with_its_chat(room: EngineRoom, channel: ChannelName) -> None:
    row = await a_receipt(room, channel)
    await room.record(row, Accepted("1:1"))
    async with room.connect() as connection:
        await mark_unreachable(connection, row.address, "blocked", room.now)
    assert await detour(room) == 0


async def test_without_another_chat_it_stays_on_the_list(room: EngineRoom) -> None:
    row = await a_receipt(room, TELEGRAM, both=False)
    await room.record(row, GiveUp(OnTelegram.BLOCKED, unreachable=True))
    assert await detour(room) == 0
    assert (await room.row(row.id)).dismissed_at is None


async def test_the_house_may_keep_everything_in_its_chat(room: EngineRoom) -> None:
    row = await a_receipt(room, TELEGRAM)
    await room.record(row, GiveUp(OnTelegram.BLOCKED, unreachable=True))
    assert await detour(room, ContactRules(other_chat=False)) == 0


async def test_what_is_old_is_left_to_a_person(room: EngineRoom) -> None:
    row = await a_receipt(room, TELEGRAM)
    await room.record(row, GiveUp(OnTelegram.BLOCKED, unreachable=True))
    room.clock.advance(hours=25)
    assert await detour(room) == 0


async def test_a_refusal_that_says_nothing_of_the_chat_is_left_to_a_person(
    room: EngineRoom,
) -> None:
    await room.record(await a_receipt(room, WHATSAPP), GiveUp(OnWhatsApp.REFUSED))
    assert await detour(room) == 0


async def approve(room: EngineRoom) -> None:
    async with room.connect() as connection:
        await Templates(connection).keep([TemplateStatus("receipt", "pt_BR", "APPROVED")], room.now)


async def refused_as_words(room: EngineRoom) -> Any:
    """Free words that the network took and then refused: the window was closed after all."""
    row = await a_receipt(room, WHATSAPP, both=False)
    assert not row.window_closed
    await room.record(row, Accepted("wamid.1"))
    room.clock.advance(seconds=5)
    await room.report(Report("wamid.1", State.FAILED, room.now, reason=OnWhatsApp.WINDOW_CLOSED))
    assert await detour(room) == 1
    return row


async def packed(room: EngineRoom) -> list[bool]:
    """Whether each of what leaves now may go as free words."""
    rows = await room.claim(channel=WHATSAPP)
    async with room.rooms() as inside:
        going = await Packer(room.clock).pack(inside, rows)
    return [each.parcel.window_open for each in going]


async def test_words_refused_by_a_report_leave_at_once_as_the_approved_form(
    room: EngineRoom,
) -> None:
    await approve(room)
    await refused_as_words(room)
    assert await packed(room) == [False]
    assert await detour(room) == 0


async def test_once_they_write_it_goes_as_words_after_all(room: EngineRoom) -> None:
    row = await refused_as_words(room)
    assert await packed(room) == []  # no approved form: it waits for their words
    room.clock.advance(hours=2)
    async with room.connect() as connection:
        await connection.execute(wrote(row.person_id, room))
    assert await packed(room) == [True]


def wrote(person: int, room: EngineRoom) -> Any:
    return (
        sa.update(addresses).where(addresses.c.person_id == person).values(last_inbound_at=room.now)
    )


def test_every_reason_that_closes_a_chat_is_known() -> None:
    dead = {ruling.reason for ruling in RULINGS.values() if ruling.reaction is Reaction.DEAD}
    of_telegram = {OnTelegram.BLOCKED, OnTelegram.NOT_STARTED}
    assert {*dead, *of_telegram, Reason.UNREACHABLE} == CLOSED_CHATS
