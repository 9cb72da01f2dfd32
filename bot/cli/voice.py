"""How the program itself speaks: in the house's language, on any terminal, as JSON if asked."""

import asyncio
import io
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TextIO

import orjson
import typer

from bot.composition.office import house_words
from bot.config import Settings
from bot.domain.errors import Refusal
from bot.domain.text import Text
from bot.telemetry import logs

_PATIENCE_S = 2.0  # after that, whoever waits is told that something still happens


class Voice:
    """Says texts to whoever started the program. What is asked for goes to stdout."""

    def __init__(self, settings: Settings, *, as_json: bool = False) -> None:
        self.words = house_words(settings)
        self.language = settings.locale
        self.as_json = as_json
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            # A terminal without emoji gets a question mark instead of a crash.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")

    def words_of(self, text: Text) -> str:
        """A text as it reads."""
        return self.words.say(text, self.language)

    def say(self, *texts: Text) -> None:
        """Lines of an answer; none where a program reads it."""
        if not self.as_json:
            for text in texts:
                typer.echo(self.words_of(text))

    def aside(self, text: Text) -> None:
        """Something besides the answer."""
        typer.echo(self.words_of(text), err=True)

    def tell(self, answer: dict[str, Any]) -> None:
        """The whole answer, where a program reads it."""
        if self.as_json:
            typer.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())

    def ask(self, question: Text) -> bool:
        """Yes or no; Enter alone is no."""
        return typer.confirm(self.words_of(question))

    @contextmanager
    def telling(self) -> Iterator[None]:
        """A refusal inside is told, and ends the program with 1."""
        try:
            yield
        except Refusal as refusal:
            if self.as_json:
                message = self.words_of(refusal.text)
                self.tell({"error": {"code": refusal.key, "message": message}})
            else:
                self.aside(refusal.text)
            raise typer.Exit(1) from None

    @asynccontextmanager
    async def working(self, text: Text) -> AsyncIterator[None]:
        """Work that may take a while: what it is, and every few seconds that it goes on."""
        if not sys.stderr.isatty():
            yield
            return
        self.aside(text)
        clock = asyncio.create_task(_tick())
        try:
            yield
        finally:
            clock.cancel()


def run(settings: Settings, work: Coroutine[Any, Any, None]) -> None:
    """Run a command that answers on the terminal: only warnings are logged there."""
    level = "DEBUG" if settings.log_level == "DEBUG" else "ERROR"
    logs.set_up(level, settings.log_format)
    asyncio.run(work)


def is_watched(streams: Iterable[TextIO]) -> bool:
    """Whether a person sits at all of these."""
    return all(stream.isatty() for stream in streams)


async def _tick() -> None:
    begun = time.monotonic()
    while True:
        await asyncio.sleep(_PATIENCE_S)
        typer.echo(f"  … {time.monotonic() - begun:.0f} s", err=True)
