"""Our own end of the link: how it stands, the code that makes it, where its news go."""

import base64
import binascii
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.evolution.client import EvolutionClient, Json
from bot.channels.evolution.errors import Refused, log_refusal, outcome_of
from bot.channels.evolution.proof import HEADER
from bot.channels.evolution.reasons import Reason
from bot.channels.evolution.standing import OPEN, code_of, stop_of
from bot.channels.whatsapp.errors import NothingLeft, Unanswered
from bot.channels.whatsapp.letters import clean
from bot.domain.clock import Clock
from bot.domain.delivery import GiveUp, Snooze
from bot.domain.errors import Refusal
from bot.services.ports.linking import LinkCode

# What we want to hear of, and nothing else: every event is a request.
EVENTS = (
    "QRCODE_UPDATED",
    "CONNECTION_UPDATE",
    "STATUS_INSTANCE",
    "MESSAGES_UPSERT",
    "MESSAGES_UPDATE",
    "MESSAGES_DELETE",
    "SEND_MESSAGE",
)
_PNG = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")
_IN_USE = 403


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """How it stands. ``stop``: why nothing goes; empty when it does. ``phone``: digits only."""

    state: str
    stop: str
    phone: str
    name: str
    made_at: datetime | None


class Link:
    """What is asked of the server. ``ConnectionError`` means not now, a refusal what to mend."""

    def __init__(self, client: EvolutionClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def facts(self) -> LinkFacts:
        """How it stands; a refusal if there is no instance of ours."""
        async with self._asking():
            listed = await self._client.listed()
            if not listed:
                raise Refusal(f"reason.{Reason.NO_INSTANCE}")
            told = await self._client.get("instance/connectionState")
        about = listed[0]
        state = _text((told.get("instance") or {}).get("state")) or _text(
            about.get("connectionStatus")
        )
        owner = _text(about.get("ownerJid"))
        stop = stop_of(state, code_of(about.get("disconnectionReasonCode")))
        if state != OPEN and not owner and stop == Reason.DISCONNECTED:
            stop = Reason.NOT_LINKED  # it never was, or has been let go
        return LinkFacts(
            state=state,
            stop=stop,
            phone=owner.partition("@")[0].partition(":")[0],
            name=_text(about.get("profileName")),
            made_at=_moment(about.get("createdAt")),
        )

    async def code(self, phone: str = "") -> LinkCode | None:
        """A code to scan, with letters to type if a phone is named; none if it is linked already.

        The server may need a moment for the first one: then ``ConnectionError``.
        """
        query = {"number": phone} if phone else {}
        async with self._asking():
            told = await self._client.get("instance/connect", **query)
            if phone and told.get("code") and not told.get("pairingCode"):
                # A code to scan was under way, and leaves no room for letters: begin anew.
                await self._client.delete("instance/logout")
                told = await self._client.get("instance/connect", **query)
        return None if "instance" in told else _code(told)

    async def restart(self) -> None:
        """Connect anew, with the same link."""
        async with self._asking():
            await self._client.post("instance/restart")

    async def end(self) -> None:
        """Give the link up: only a code makes it anew."""
        async with self._asking():
            await self._client.delete("instance/logout")

    async def make(self, url: str, secret: str) -> None:
        """Make our instance, and have it tell us; if there is one already, only the latter."""
        body = {
            "instanceName": self._client.instance,
            "integration": "WHATSAPP-BAILEYS",
            "qrcode": False,
            "rejectCall": False,
            "groupsIgnore": True,
            "alwaysOnline": False,
            "readMessages": False,
            "readStatus": False,
            "syncFullHistory": False,
        }
        async with self._asking():
            try:
                await self._client.make(body)
            except Refused as refused:
                if refused.status != _IN_USE:
                    raise
        await self.listen(url, secret)

    async def listens_at(self) -> tuple[str, bool]:
        """Where its news go, and whether they go so that we understand them."""
        async with self._asking():
            told = await self._client.get("webhook/find")
        plain = not (told.get("webhookByEvents") or told.get("byEvents"))
        events = set(told.get("events") or EVENTS)
        fine = bool(told.get("enabled")) and plain and set(EVENTS) <= events
        return _text(told.get("url")), fine

    async def listen(self, url: str, secret: str) -> None:
        """Have what happens told to us, with the word that proves it."""
        webhook = {
            "enabled": True,
            "url": url,
            "byEvents": False,
            "base64": False,
            "headers": {HEADER: secret},
            "events": list(EVENTS),
        }
        async with self._asking():
            await self._client.post("webhook/set", {"webhook": webhook})

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        try:
            yield
        except (NothingLeft, Unanswered) as trouble:
            raise ConnectionError("evolution: no answer") from trouble
        except Refused as refused:
            log_refusal(refused)
            outcome = outcome_of(refused, self._clock.now())
            if refused.said is None or not isinstance(outcome, GiveUp | Snooze):
                raise ConnectionError("evolution: not now") from refused
            raise Refusal(f"reason.{outcome.reason}") from refused


def _code(told: Json) -> LinkCode:
    if isinstance(told.get("qrcode"), dict):
        told = told["qrcode"]
    drawn = _PNG.fullmatch(_text(told.get("base64")))
    letters = _text(told.get("pairingCode"))
    if not drawn and not letters:
        raise ConnectionError("evolution: no code yet")
    try:
        picture = base64.b64decode(drawn[1]) if drawn else b""
    except binascii.Error:
        picture = b""
    return LinkCode(_text(told.get("code")), picture, letters)


def _text(told: Any) -> str:
    return clean(told) if isinstance(told, str) else ""


def _moment(told: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(_text(told))
    except ValueError:
        return None
