"""What listens: webhooks, monitors and programs, each with the part of the house it asks."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.composition.chats import Chat
from bot.composition.health import Health
from bot.composition.hooks import hooks_of
from bot.config import Settings
from bot.telemetry.metrics import WEBHOOKS
from bot.web.api.desk import Api
from bot.web.app import build
from bot.web.language import Spoken
from bot.web.parts import Parts
from bot.words import Catalogues


def new_front(
    settings: Settings,
    words: Catalogues,
    chats: Sequence[Chat],
    keep: Callable[[str, bytes], Awaitable[None]],
    health: Health,
    api: Api | None = None,
) -> web.Application:
    """The application, ready to listen."""
    parts = Parts(
        hooks=hooks_of(chats, settings, health),
        keep=keep,
        health=health.report,
        ready=health.ready,
        metrics=health.metrics,
        counted=lambda channel, result: WEBHOOKS.labels(channel, result).inc(),
        spoken=Spoken(words.say, words.languages, settings.locale),
    )
    return build(parts, api)
