"""The bot in a console: no account, no network, the same conversations.

A choice is taken by its words or its number, as in any chat; ``#2`` always means the second
button of the last message. ``@clientes.csv`` sends that file.
"""

import asyncio
import mimetypes
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TextIO

from bot.domain.clock import Clock
from bot.domain.delivery import Accepted, Outcome
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName, Incoming, IncomingFile, Parcel
from bot.services.ports.words import Words

Write = Callable[[str], None]
Hear = Callable[[Incoming], Awaitable[None]]


class TerminalSender:
    """Prints what we say, and remembers the last buttons shown."""

    def __init__(self, words: Words, write: Write = print) -> None:
        self._words = words
        self._write = write
        self._tokens: tuple[str, ...] = ()
        self._printed = count(1)

    async def send(self, parcel: Parcel) -> Outcome:
        """Print it; what is printed has arrived."""
        for line in self._lines(parcel):
            self._write(line)
        if parcel.outgoing.buttons:
            self._tokens = tuple(button.token for button in parcel.outgoing.buttons)
        return Accepted(f"{parcel.address.to}:{next(self._printed)}")

    def token(self, number: int) -> str | None:
        """What the button of that number carries."""
        return self._tokens[number - 1] if 1 <= number <= len(self._tokens) else None

    def _lines(self, parcel: Parcel) -> list[str]:
        outgoing = parcel.outgoing
        lines = ["", *(self._words.say(text, parcel.language) for text in outgoing.body)]
        if outgoing.attachment:
            lines.append(f"[{outgoing.attachment.name}]")
        for number, button in enumerate(outgoing.buttons, start=1):
            label = self._words.say(button.label, parcel.language)
            hint = self._words.say(button.hint, parcel.language) if button.hint else ""
            lines.append(f"  #{number} {label}" + (f" ({hint})" if hint else ""))
        return lines


class Terminal:
    """One person at the keyboard. ``hear`` is given what they do, one thing after another."""

    def __init__(
        self, sender: TerminalSender, hear: Hear, clock: Clock, person: str = "me"
    ) -> None:
        self._sender = sender
        self._hear = hear
        self._clock = clock
        self._person = person
        # Each run starts anew, and the inbox keeps the numbers of the last one.
        self._run = f"{clock.now().timestamp():.6f}"
        self._typed = count(1)

    async def run(self, lines: AsyncIterator[str]) -> None:
        """Until the lines end, or somebody types ``/quit``."""
        async for line in lines:
            said = line.strip()
            if said == "/quit":
                return
            if said:
                await self._hear(self.read(said))

    def read(self, said: str) -> Incoming:
        """What a typed line means."""
        incoming = Incoming(
            channel=ChannelName.TERMINAL,
            sender=self._person,
            message_id=f"{self._run}:{next(self._typed)}",
            at=self._clock.now(),
        )
        number = said.removeprefix("#")
        if said.startswith("#") and number.isdecimal():
            token = self._sender.token(int(number))
            return replace(incoming, token=token) if token else replace(incoming, text=number)
        if said.startswith("@") and len(said) > 1:
            return replace(incoming, file=_named(said[1:]))
        return replace(incoming, text=said)


async def fetch(file: IncomingFile) -> bytes:
    """The bytes of a file named with ``@``; a refusal if there is none."""
    try:
        return await asyncio.to_thread(Path(file.remote_id).read_bytes)
    except OSError:
        raise Refusal("terminal.no_such_file", name=file.name) from None


async def typed_lines(stream: TextIO) -> AsyncIterator[str]:
    """The lines of a stream as they are typed.

    Read in a thread that nobody waits for: one stuck in a read must not keep the program open.
    """
    loop = asyncio.get_running_loop()
    typed: asyncio.Queue[str] = asyncio.Queue()

    def listen() -> None:
        line = "start"
        with suppress(RuntimeError):  # the loop closed before the next line was typed
            while line:
                line = stream.readline()
                loop.call_soon_threadsafe(typed.put_nowait, line)

    threading.Thread(target=listen, name="typed_lines", daemon=True).start()
    while line := await typed.get():
        yield line


def _named(path: str) -> IncomingFile:
    mime = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return IncomingFile(str(Path(path).expanduser()), mime, Path(path).name)
