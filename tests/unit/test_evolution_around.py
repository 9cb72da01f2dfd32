"""Around a linked device: what the check-up finds of it, and when a lost line is for a person."""

from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest

from bot.channels.evolution.standing import ENDED_BY_A_LINK
from bot.composition.checkup import chats
from bot.composition.evolution import EvolutionChat
from bot.composition.telling import Telling
from bot.config import Settings
from bot.domain.message import ChannelName
from bot.sandbox import Sandbox
from bot.words import Catalogues
from tests.support.boxes import INSTANCE
from tests.support.town import evolution_settings, the_settings

WORDS = Catalogues()


class Told(Telling):
    """Who listens to a chat, instead of the store."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def stopped(self, channel: ChannelName, reason: str) -> None:
        self.heard.append(reason)

    async def mended(self, channel: ChannelName, reasons: Collection[str]) -> None:
        assert set(reasons) == set(ENDED_BY_A_LINK)
        self.heard.append("")


@pytest.fixture
def settings(box: Sandbox, sqlite_url: str, tmp_path: Path) -> Settings:
    return the_settings(box, sqlite_url, data_dir=tmp_path, **evolution_settings(box))


@pytest.fixture
async def chat(box: Sandbox, settings: Settings) -> AsyncIterator[EvolutionChat]:
    chat = EvolutionChat(settings, WORDS, box.clock)
    yield chat
    await chat.client.close()


async def findings(settings: Settings) -> list[str]:
    return [finding.said.key for finding in await chats.whatsapp(settings, WORDS)]


async def test_a_link_that_stands_and_tells_us_is_fine(
    box: Sandbox, settings: Settings, chat: EvolutionChat
) -> None:
    assert await findings(settings) == ["doctor.evolution.ok", "doctor.evolution.deaf"]
    opened = chat.chat(Told())
    assert await opened.opened()
    assert await findings(settings) == ["doctor.evolution.ok"]
    assert [finding.said.key for finding in await chats.address(settings)] == ["doctor.address.off"]
    assert chat.phone == box.evolution.display_phone
    assert opened.well
    assert await opened.well()
    assert (await chat.number.facts()).is_well


async def test_what_is_wrong_is_named(box: Sandbox, settings: Settings) -> None:
    box.evolution.link.closes(403)
    assert (await findings(settings))[0] == "reason.evolution.banned"
    away = settings.model_copy(update={"evolution_url": "http://127.0.0.1:1"})
    assert await findings(away) == ["reason.evolution.no_connection"]


async def test_a_line_that_stays_down_becomes_a_persons_matter(
    box: Sandbox, chat: EvolutionChat
) -> None:
    told = Told()
    opened = chat.chat(told)
    await opened.opened()
    box.evolution.link.drops(428)
    for _ in range(12):
        assert await opened.opened()
    box.evolution.link.scans()
    await opened.opened()
    assert told.heard == ["", "evolution.disconnected", "evolution.offline", ""]
    assert opened.well
    box.evolution.instance = None
    await opened.opened()
    assert told.heard[-1] == "evolution.no_instance"
    assert not await opened.well()


async def test_a_server_that_does_not_answer_is_asked_again(
    box: Sandbox, chat: EvolutionChat
) -> None:
    told = Told()
    box.faults.next("evolution.instance", "html", 3, status=502)
    opened = chat.chat(told)
    assert not await opened.opened()
    assert told.heard == []
    box.faults.clear()
    box.faults.next("evolution.instance", "own_error", status=401, text="Unauthorized")
    assert await opened.opened()
    assert told.heard == ["evolution.key_wrong"]
    assert box.evolution.instance
    assert box.evolution.instance.name == INSTANCE
