"""What the web needs from the rest of the house, given by composition."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.web.language import Spoken


class NotUnderstood(ValueError):
    """What came in with the right proof means nothing: sending it again would not help."""


@dataclass(frozen=True, slots=True)
class Hook:
    """One gateway's webhook: how its proof is checked, and where its bytes are kept.

    ``proven`` looks at the raw bytes and the headers; ``challenge`` answers a verification GET.
    ``keep`` takes the bytes itself, where they are not for the inbox.
    """

    channel: str
    proven: Callable[[bytes, Mapping[str, str]], bool]
    challenge: Callable[[Mapping[str, str]], str | None] | None = None
    keep: Callable[[bytes], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the routes call."""

    hooks: Mapping[str, Hook]
    keep: Callable[[str, bytes], Awaitable[None]]
    health: Callable[[], Awaitable[dict[str, Any]]]
    ready: Callable[[], Awaitable[bool]]
    metrics: Callable[[], Awaitable[bytes]]
    counted: Callable[[str, str], None]
    spoken: Spoken


PARTS = web.AppKey("parts", Parts)
CALLER = web.RequestKey("caller", str)  # what the token is called by which somebody asks
