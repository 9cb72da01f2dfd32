"""Send a message through a linked device and say, in one of five words, what became of it."""

import re

import structlog

from bot.channels.evolution.client import EvolutionClient, Json
from bot.channels.evolution.errors import TROUBLE, Refused, log_refusal, outcome_of
from bot.channels.evolution.reasons import Reason
from bot.channels.evolution.render import draw
from bot.channels.whatsapp.letters import clean
from bot.domain.clock import Clock
from bot.domain.delivery import Accepted, GiveUp, Outcome, Uncertain
from bot.domain.message import Parcel
from bot.services.ports.words import Words

log = structlog.get_logger(__name__)

_PHONE = re.compile(r"\+?([1-9][0-9]{7,14})", re.ASCII)
# The network's privacy id for somebody whose number it keeps to itself.
_LID = re.compile(r"[0-9]{5,20}@lid", re.ASCII)
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
            answer = await self._client.send(what, {"number": number, **content, **manners})
        except TROUBLE as trouble:
            if isinstance(trouble, Refused):
                log_refusal(trouble, parcel.opaque)
            return outcome_of(trouble, self._clock.now())
        return accepted(answer)


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
