"""What was offered is found again: by whom it went to, by what they quote, and for a while."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.delivery import Accepted
from bot.domain.ids import PersonId
from bot.domain.message import Button, ChannelName, Outgoing
from bot.domain.text import plain
from bot.domain.ticket import LIFE
from bot.jobs.worker import Worker
from bot.services.ports.linking import CODE, Asking, Wanted
from bot.storage.engine import Engines
from bot.storage.linking import Linkings
from bot.storage.offers import Offers
from tests.support.engine_room import EngineRoom, Provider

WHATSAPP = ChannelName.WHATSAPP


@pytest.fixture
async def room(engines: Engines) -> EngineRoom:
    made = EngineRoom(engines, channels=(WHATSAPP,))
    await made.begin()
    return made


def asking(*labels: str) -> Outgoing:
    return Outgoing((plain("?"),), tuple(Button(plain(label), f"t-{label}") for label in labels))


def worker(room: EngineRoom, provider: Provider, *plain_chats: ChannelName) -> Worker:
    return Worker(
        rooms=room.rooms,
        senders={WHATSAPP: provider},
        clock=room.clock,
        gates=room.gates(),
        plain=plain_chats,
    )


async def offered(room: EngineRoom, person: int, quotes: str = "") -> list[list[str]]:
    async with room.connect() as connection:
        found = await Offers(connection).to(person, WHATSAPP, quotes)  # type: ignore[arg-type]
        return [[button.token for button in offer.buttons] for offer in found]


async def test_what_leaves_in_a_plain_chat_is_kept_the_newest_first(room: EngineRoom) -> None:
    ana, bia = (
        await room.person("Ana", channel=WHATSAPP),
        await room.person("Bia", channel=WHATSAPP),
    )
    provider = Provider()
    provider.answers = [Accepted("one"), Accepted("two"), Accepted("three")]
    for person, labels in ((ana, ("a", "b")), (ana, ("c",)), (bia, ("d",)), (ana, ())):
        await room.queue(person, channel=WHATSAPP, outgoing=asking(*labels))
        await worker(room, provider, WHATSAPP).once()
        room.clock.advance(seconds=1)
    assert await offered(room, ana) == [["t-c"], ["t-a", "t-b"]]
    assert await offered(room, ana, "one") == [["t-a", "t-b"]]
    assert await offered(room, ana, "three") == []  # somebody else's
    assert await offered(room, bia) == [["t-d"]]
    async with room.connect() as connection:
        await Offers(connection).forget(room.now + LIFE + timedelta(minutes=1))
    assert await offered(room, ana) == []


async def test_that_a_number_is_the_answer_is_kept_too(room: EngineRoom) -> None:
    ana = await room.person("Ana", channel=WHATSAPP)
    for question in (asking("a"), replace(asking("b"), takes_number=True)):
        await room.queue(ana, channel=WHATSAPP, outgoing=question)
        await worker(room, Provider(), WHATSAPP).once()
        room.clock.advance(seconds=1)
    async with room.connect() as connection:
        found = await Offers(connection).to(ana, WHATSAPP, "")
    assert [offer.takes_number for offer in found] == [True, False]


async def test_where_buttons_show_nothing_is_kept(room: EngineRoom) -> None:
    ana = await room.person("Ana", channel=WHATSAPP)
    await room.queue(ana, channel=WHATSAPP, outgoing=asking("a"))
    await worker(room, Provider()).once()
    assert await offered(room, ana) == []


async def test_the_last_code_is_the_newest_that_has_arrived(room: EngineRoom) -> None:
    bia, eva = await room.person("Bia", role="owner"), await room.person("Eva", role="manager")
    provider = Provider()

    async def last() -> str | None:
        async with room.connect() as connection:
            return await Linkings(connection).last_code(bia, began)

    async def gets(person: PersonId, purpose: str, provider_id: str) -> None:
        await room.queue(person, channel=WHATSAPP, kind="notice", purpose=purpose)
        provider.answers.append(Accepted(provider_id))
        await worker(room, provider, WHATSAPP).once()

    await gets(bia, CODE, "of an asking before")
    room.clock.advance(minutes=5)
    began = room.now
    assert await last() is None
    await gets(bia, CODE, "first")
    await gets(eva, CODE, "hers")
    await gets(bia, "link.end", "words")
    assert await last() == "first"
    await room.queue(bia, channel=WHATSAPP, kind="notice", purpose=CODE)
    assert await last() == "first", "what has not left has no place"
    provider.answers.append(Accepted("second"))
    await worker(room, provider, WHATSAPP).once()
    assert await last() == "second"


async def test_a_linking_is_kept_as_it_stands(room: EngineRoom) -> None:
    bia = await room.person("Bia", role="owner")
    begun = Asking(Wanted.CODE, "", bia, room.now, 1, "hash", "evolution.banned")
    async with room.connect() as connection:
        linkings = Linkings(connection)
        assert await linkings.get(WHATSAPP) == Asking()
        await linkings.put(WHATSAPP, begun)
        await linkings.put(WHATSAPP, begun)
        assert await linkings.get(WHATSAPP) == begun
