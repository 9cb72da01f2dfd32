"""What stays the same from message to message."""

from collections.abc import Collection
from dataclasses import dataclass, field

from bot.domain.clock import Clock
from bot.domain.message import ChannelName
from bot.resilience.limiter import Limiter, OwnLimiter
from bot.services.team import Doors
from bot.words import Catalogues


@dataclass(slots=True)
class Premises:
    """The house around every transaction. ``channels`` are those that are on.

    ``doors`` are known once the chats have told their names; ``backups`` is whether any are made.
    ``limiter`` counts how often each may ask, for the chats and for programs.
    ``plain`` are the chats without buttons, in which a choice is made by its number.
    """

    clock: Clock
    words: Catalogues
    doors: Doors
    channels: Collection[ChannelName]
    backups: bool = False
    limiter: Limiter = field(default_factory=OwnLimiter)
    plain: Collection[ChannelName] = ()
