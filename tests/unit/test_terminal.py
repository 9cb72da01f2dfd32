"""The bot in a console."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.terminal import Terminal, TerminalSender, fetch, typed_lines
from bot.domain.clock import FrozenClock
from bot.domain.delivery import Accepted
from bot.domain.errors import Refusal
from bot.domain.ids import FileId
from bot.domain.message import (
    Address,
    Attachment,
    Button,
    ChannelName,
    Incoming,
    IncomingFile,
    Outgoing,
    Parcel,
)
from bot.domain.text import Text, plain
from bot.services.ports.words import Marks

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Quoted:
    """Words that only quote."""

    def say(self, text: Text, language: str, style: Marks = "plain") -> str:
        return str(text.params["words"])

    def raw(self, key: str, language: str) -> str:
        return key


class Console:
    """What is printed and what is heard."""

    def __init__(self) -> None:
        self.printed: list[str] = []
        self.heard: list[Incoming] = []
        self.sender = TerminalSender(Quoted(), self.printed.append)
        self.terminal = Terminal(self.sender, self._hear, FrozenClock(NOON))

    async def _hear(self, incoming: Incoming) -> None:
        self.heard.append(incoming)

    async def shows(self, outgoing: Outgoing) -> None:
        parcel = Parcel(Address(ChannelName.TERMINAL, "me"), outgoing, "en", "o-1")
        assert isinstance(await self.sender.send(parcel), Accepted)

    async def types(self, *lines: str) -> None:
        async def typed() -> AsyncIterator[str]:
            for line in lines:
                yield line

        await self.terminal.run(typed())


@pytest.fixture
def console() -> Console:
    return Console()


YES_OR_NO = Outgoing(
    (plain("Save?"),),
    (Button(plain("Yes"), "t1"), Button(plain("No"), "t2", plain("nothing kept"))),
)


async def test_a_message_shows_its_choices_by_number(console: Console) -> None:
    await console.shows(YES_OR_NO)
    assert console.printed == ["", "Save?", "  #1 Yes", "  #2 No (nothing kept)"]


async def test_a_file_that_goes_along_is_named(console: Console) -> None:
    sheet = Attachment(FileId(1), "clients.csv", "text/csv")
    await console.shows(Outgoing((plain("Here"),), attachment=sheet))
    assert console.printed == ["", "Here", "[clients.csv]"]


async def test_a_number_with_its_sign_taps_the_button(console: Console) -> None:
    await console.shows(YES_OR_NO)
    await console.types("#2")
    assert [(said.token, said.text) for said in console.heard] == [("t2", "")]


async def test_a_message_without_buttons_leaves_the_last_ones_in_reach(console: Console) -> None:
    await console.shows(YES_OR_NO)
    await console.shows(Outgoing((plain("By the way"),)))
    await console.types("#1")
    assert [said.token for said in console.heard] == ["t1"]


async def test_a_number_no_button_has_is_only_words(console: Console) -> None:
    await console.types("#9")
    assert (console.heard[0].token, console.heard[0].text) == (None, "9")


async def test_words_are_heard_in_order_each_under_its_own_id(console: Console) -> None:
    await console.types("/new", "", "Ana")
    assert [said.text for said in console.heard] == ["/new", "Ana"]
    assert len({said.message_id for said in console.heard}) == 2


async def test_nothing_is_heard_after_quitting(console: Console) -> None:
    await console.types("/quit", "hello?")
    assert console.heard == []


async def test_a_path_sends_the_file(console: Console, tmp_path: Path) -> None:
    sheet = tmp_path / "clients.csv"
    sheet.write_bytes(b"name;price")
    await console.types(f"@{sheet}")
    file = console.heard[0].file
    assert file == IncomingFile(str(sheet), "text/csv", "clients.csv")
    assert await fetch(file) == b"name;price"


async def test_a_path_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(Refusal, match=r"terminal\.no_such_file"):
        await fetch(IncomingFile("/no/such/file.csv", "text/csv", "file.csv"))


async def test_a_stream_is_read_line_by_line_to_its_end() -> None:
    assert [line async for line in typed_lines(io.StringIO("one\ntwo\n"))] == ["one\n", "two\n"]
