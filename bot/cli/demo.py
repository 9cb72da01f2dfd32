"""``emdia demo``: the whole product in a sandbox, with a believable business and two phones."""

import asyncio
import os
import signal
import sys
import tempfile
import webbrowser
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.composition.demo.show import LANGUAGES, Show
from bot.sandbox.ledger import Accepted
from bot.telemetry import logs

_PORT = 8765
_SHOWN = 64


class Gateway(StrEnum):
    """How the clients' WhatsApp is reached."""

    CLOUD = "cloud"
    EVOLUTION = "evolution"


class Lang(StrEnum):
    """What the page and the bot speak."""

    PT = "pt"
    EN = "en"
    ES = "es"


def demo(
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where the page is; 0: wherever there is room.")
    ] = _PORT,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    lang: Annotated[Lang, typer.Option(help="What the page and the bot speak.")] = Lang.PT,
    gateway: Annotated[
        Gateway,
        typer.Option(
            help="WhatsApp by Meta's Cloud API, or by a phone that is linked with a code."
        ),
    ] = Gateway.CLOUD,
) -> None:
    """The whole product with two simulated phones: no account, no token, nothing leaves here."""
    logs.set_up("WARNING", "console")
    with tempfile.TemporaryDirectory(prefix="emdia-demo-") as folder:
        show = Show(Path(folder), LANGUAGES[lang], gateway=gateway.value)
        asyncio.run(_demo(show, port, lang, browser=browser))


async def _demo(show: Show, port: int, lang: Lang, *, browser: bool) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    waiting = asyncio.create_task(stopped.wait())
    playing = asyncio.create_task(_play(show, port, lang, browser=browser))
    await asyncio.wait({waiting, playing}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if playing.done():
            await playing  # it ends by itself only if something went wrong
    finally:
        for task in (waiting, playing):
            task.cancel()
        await asyncio.gather(waiting, playing, return_exceptions=True)
        await show.close()
        _say("The demo is over; nothing of it is left.")


async def _play(show: Show, port: int, lang: Lang, *, browser: bool) -> None:
    _say("Setting up a gym with a year of history; this takes a few seconds.")
    await show.open(port)
    if show.wanted_port_taken:
        _say(f"Port {port} is taken by something else; another one is used.")
    address = f"{show.box.url}/?lang={lang}"
    _say(f"Simulated Telegram and WhatsApp on {show.box.url}, EmDia on {show.house_url}")
    if show.moved:
        _say("It is no hour to write to clients, so the demo's clock was moved to the next one.")
    if show.box.by_evolution:
        _say("No phone is linked yet, so nothing leaves: scan the code on the page.")
    _say(f"Open {address}")
    _say("Ctrl-C ends it. From here on, every message that goes out:")
    if browser and _has_display():
        await asyncio.to_thread(webbrowser.open, address)
    async for entry in show.messages():
        _say(_line(show, entry))


def _line(show: Show, entry: Accepted) -> str:
    at = entry.at.astimezone(ZoneInfo(show.box.zone))
    words = " ".join(entry.text.split()) or f"({entry.kind})"
    short = words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
    return f"{at:%d/%m %H:%M}  {entry.channel:<8}  {show.name_of(entry)}: {short}"


def _has_display() -> bool:
    """Whether a browser would be seen: not over ssh, not in a container."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _say(words: str) -> None:
    typer.echo(words)
