"""What stays the same from message to message."""

from collections.abc import Collection
from dataclasses import dataclass, field

from bot.composition.chats import Chat
from bot.config import Settings
from bot.domain.clock import Clock
from bot.domain.message import ChannelName
from bot.domain.message_cost import Prices, read_prices
from bot.resilience.limiter import Limiter, OwnLimiter
from bot.services.team import Doors
from bot.words import Catalogues


@dataclass(slots=True)
class Premises:
    """The house around every transaction. ``channels`` are those that are on.

    ``doors`` are known once the chats have told their names; ``backups`` is whether any are made.
    ``limiter`` counts how often each may ask, for the chats and for programs.
    ``plain`` are the chats without buttons, in which a choice is made by its number; ``linked``
    is whether WhatsApp is a linked device. ``prices`` are the operator's, until the owner says
    others.
    """

    clock: Clock
    words: Catalogues
    doors: Doors
    channels: Collection[ChannelName]
    backups: bool = False
    limiter: Limiter = field(default_factory=OwnLimiter)
    plain: Collection[ChannelName] = ()
    linked: bool = False
    prices: Prices = field(default_factory=Prices)

    @property
    def careful(self) -> bool:
        """Whether our number on WhatsApp is one that is banned for writing as programs do."""
        return ChannelName.WHATSAPP in self.plain


def new_premises(
    settings: Settings,
    clock: Clock,
    words: Catalogues,
    chats: Collection[Chat],
    limiter: Limiter,
) -> Premises:
    """As the operator has set the house up; nobody has told their names yet."""
    return Premises(
        clock,
        words,
        Doors(),
        frozenset(chat.name for chat in chats),
        limiter=limiter,
        plain=frozenset(chat.name for chat in chats if chat.plain),
        linked=settings.whatsapp_gateway == "evolution",
        prices=read_prices(settings.whatsapp_prices, settings.currency),
    )
