"""What somebody means who answers with a number where no buttons are: one of the choices they see.

The number is that of the newest message with choices, unless they quote another one. Two that came
at the same moment are asked about, never guessed: one of them may be about money.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.dialog.session import Session, Shown
from bot.dialog.spoken import choice_among
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName, Incoming
from bot.domain.text import Text
from bot.handlers.desk import Desk
from bot.services.ports.offers import Offer, Offers

# Nobody has read a message and answered it within this.
AT_ONCE = timedelta(seconds=5)
_CLOCKS_APART = timedelta(seconds=2)  # theirs tells whole seconds
_LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Choosing:
    """``plain`` are the chats without buttons; in others a number is a number."""

    plain: Collection[ChannelName] = ()

    async def meant(self, desk: Desk, offers: Offers, session: Session) -> Incoming:
        """What they said, as a tap if it names a choice that they have before them."""
        incoming = desk.incoming
        said = incoming.text and incoming.token is None and not incoming.corrects
        if incoming.channel not in self.plain or not said:
            return incoming
        shown = await offers.to(desk.me, incoming.channel, incoming.quotes)
        return as_tap(incoming, session, shown, desk.say)


def as_tap(
    incoming: Incoming, session: Session, offers: Sequence[Offer], say: Callable[[Text], str]
) -> Incoming:
    """The same as a tap, if it is a choice; a refusal if it could be one of two."""
    seen = [offer for offer in offers if offer.at <= incoming.at + _CLOCKS_APART]
    if not seen:
        return incoming
    numbers = session.numbers_mean_choices or bool(incoming.quotes)
    newest, older = seen[0], seen[1:]
    token = _among(incoming.text, newest, say, numbers=numbers)
    if token is None:
        # Words may be those of an earlier message; its numbers are the newest one's by now.
        token = _first(incoming.text, older, say, numbers=False)
    elif incoming.at - newest.at < AT_ONCE:
        rivals = [offer for offer in older if newest.at - offer.at < _LATELY]
        if _first(incoming.text, rivals, say, numbers=numbers):
            raise Refusal("choice.which_one")
    return replace(incoming, token=token) if token else incoming


def _first(
    text: str, offers: Sequence[Offer], say: Callable[[Text], str], *, numbers: bool
) -> str | None:
    for offer in offers:
        if token := _among(text, offer, say, numbers=numbers):
            return token
    return None


def _among(text: str, offer: Offer, say: Callable[[Text], str], *, numbers: bool) -> str | None:
    return choice_among(text, _shown(offer, say), numbers=numbers and not offer.takes_number)


def _shown(offer: Offer, say: Callable[[Text], str]) -> list[Shown]:
    return [Shown(label=say(button.label), token=button.token) for button in offer.buttons]
