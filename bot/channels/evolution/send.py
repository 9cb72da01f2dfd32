"""Send a message through a linked device and say, in one of five words, what became of it."""

import re
from datetime import timedelta

import structlog

from bot.channels.evolution.client import EvolutionClient, Json
from bot.channels.evolution.errors import TROUBLE, Refused, log_refusal, outcome_of
from bot.channels.evolution.reasons import Reason
from bot.channels.evolution.render import draw
from bot.channels.evolution.traces import left_already
from bot.channels.whatsapp.errors import NothingLeft, Unanswered
from bot.channels.whatsapp.letters import clean
from bot.domain.clock import Clock
from bot.domain.delivery import Accepted, GiveUp, Outcome, Uncertain
from bot.domain.message import Parcel
from bot.services.ports.words import Words

log = structlog.get_logger(__name__)

_PHONE = re.compile(r"\+?([1-9][0-9]{7,14})", re.ASCII)
# The network's privacy id for somebody whose number it keeps to itself.
_LID = re.compile(r"[0-9]{5,20}@lid", re.ASCII)
_CLOCKS_APART = timedelta(minutes=2)
_LOOKED_AT = 100  # of our newest messages
_TYPING_MS = 1200  # shown before what we start; whoever has just written is answered at once


class EvolutionSender:
    """The way out. Paces nothing and repeats nothing: that is the outbox's."""

    def __init__(self, client: EvolutionClient, words: Words, clock: Clock) -> None:
        self._client = client
        self._words = words
        self._clock = clock

    async def send(self, parcel: Parcel) -> Outcome:
        """Every message goes in free words here; there are no windows and no approved forms."""
        number = addressed(parcel.address.to)
        if number is None:
            return GiveUp(Reason.UNREACHABLE, unreachable=True)
        what, content = draw(parcel.outgoing, parcel.language, self._words, parcel.blob)
        manners = {} if parcel.window_open else {"delay": _TYPING_MS}
        try:
            if parcel.doubted_since and (left := await self._left(number, content, parcel)):
                return Accepted(left)
            answer = await self._client.send(what, {"number": number, **content, **manners})
        except TROUBLE as trouble:
            if isinstance(trouble, Refused):
                log_refusal(trouble, parcel.opaque)
            return outcome_of(trouble, self._clock.now())
        return accepted(answer)

    async def _left(self, number: str, content: Json, parcel: Parcel) -> str:
        """The name of a message that says this to them and left after all; empty if none did.

        That nobody can be asked is as much in doubt as before, and raised.
        """
        assert parcel.doubted_since is not None  # asked for by whoever doubts
        told = {
            "key": {"fromMe": True},
            "messageTimestamp": {
                "gte": (parcel.doubted_since - _CLOCKS_APART).isoformat(),
                "lte": (self._clock.now() + _CLOCKS_APART).isoformat(),
            },
        }
        try:
            found = await self._client.chat("findMessages", {"where": told, "offset": _LOOKED_AT})
        except NothingLeft as trouble:
            raise Unanswered("whether it left cannot be asked") from trouble
        return left_already(found, number, str(content.get("text") or content.get("caption") or ""))


def addressed(address: str) -> str | None:
    """What the server is told of whom it is for; none if it is the address of nobody."""
    if phone := _PHONE.fullmatch(address):
        return phone[1]
    # Its digits look like a phone, and would be somebody else's.
    return address if _LID.fullmatch(address) else None


def accepted(answer: Json) -> Outcome:
    """The message's name, by which its fate is told; without one it may have gone all the same."""
    try:
        message_id = clean(answer["key"]["id"])
    except (KeyError, TypeError, AttributeError):
        return Uncertain(Reason.UNANSWERED)
    return Accepted(message_id) if message_id else Uncertain(Reason.UNANSWERED)
