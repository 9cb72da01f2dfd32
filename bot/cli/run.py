"""``emdia run``: the house at work, until it is told to stop."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.voice import Voice
from bot.composition.house import House
from bot.composition.monitors import open_to_monitors
from bot.composition.schema import update
from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.domain.text import t
from bot.telemetry import logs


class Part(StrEnum):
    """Half of the house, where several processes share the work."""

    WEB = "web"
    WORKER = "worker"


def run(
    only: Annotated[
        Part | None, typer.Option(help="Only take in, or only send; default: both.")
    ] = None,
) -> None:
    """Everything in one process; --only splits it over several."""
    settings = Settings.load()
    voice = Voice(settings)
    logs.set_up(settings.log_level, settings.log_format)
    with voice.telling(), asyncio.Runner(loop_factory=_faster_loop()) as runner:
        runner.run(_run(settings, only, voice))


async def _run(settings: Settings, only: Part | None, voice: Voice) -> None:
    await update(settings)
    house = House(settings, SystemClock())
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    try:
        await house.open(web=only is not Part.WORKER, worker=only is not Part.WEB)
        async with _monitored(house, only):
            _greet(house, voice)
            await stopped.wait()
    finally:
        await house.close()


def _monitored(house: House, only: Part | None) -> AbstractAsyncContextManager[None]:
    """A worker has no door but this one; the others answer at their own."""
    if only is Part.WORKER:
        return open_to_monitors(house.health, house.settings)
    return nullcontext()


def _greet(house: House, voice: Voice) -> None:
    """What the operator should know, on the terminal and nowhere else: a code is no log line."""
    settings = house.settings
    if house.port:
        voice.say(t("program.run.listens", url=f"http://{settings.host}:{house.port}"))
    if not settings.telegram_on:
        voice.say(t("program.run.off", channel="Telegram", missing="EMDIA_TELEGRAM_TOKEN"))
    if not settings.whatsapp_on:
        missing = settings.whatsapp_missing or ("EMDIA_WHATSAPP_GATEWAY",)
        voice.say(t("program.run.off", channel="WhatsApp", missing=", ".join(missing)))
    if house.code:
        voice.say(t("program.run.nobody_owns", code=house.code))


def _faster_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, where it is installed: a tenth less time for the same work."""
    try:
        import uvloop  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    return uvloop.new_event_loop
