"""How much of one person's writing is answered in a minute, and what is heard in spite of that."""

import math
from dataclasses import dataclass
from datetime import timedelta

from bot.dialog.screen import Screen, say
from bot.domain.intent import Intent, intent_of
from bot.domain.role import Role
from bot.handlers.desk import Desk
from bot.resilience.limiter import Limiter, Rate
from bot.services.codes import code_in, looks_made

STRANGER = Rate("stranger", 10)
CLIENT = Rate("client", 20)
HOUSE = Rate("house", 60)
_TOLD = Rate("told to wait", 1)
_INSISTED = Rate("insisted", 5)  # how often what is heard in any case is answered, too

_MINUTE = timedelta(minutes=1)
_NEVER_LOST = frozenset({Intent.STOP, Intent.PAID})
_NEVER_LOST_TAPS = frozenset({"client_stop", "client_paid"})


@dataclass(frozen=True, slots=True)
class Heard:
    """What becomes of a message. ``instead`` is what they are told when it is not done."""

    done: bool = True
    answered: bool = True
    instead: Screen | None = None


class Patience:
    """Counts what people write. One sentence tells them to wait, and then there is silence."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter

    async def hears(self, desk: Desk) -> Heard:
        """Count this message, and say what is to become of it."""
        who = f"person {desk.me}"
        wait = await self._limiter.hit(_rate(desk.role), who)
        if not wait:
            return Heard()
        if desk.role is Role.CLIENT and await _must_not_be_lost(desk):
            return Heard(answered=not await self._limiter.hit(_INSISTED, who))
        if await self._limiter.hit(_TOLD, who):
            return Heard(done=False)
        return Heard(done=False, instead=say("limit.wait", count=math.ceil(wait)))


def kept_waiting(desk: Desk, wait: timedelta) -> Screen | None:
    """What somebody is told whose code is not looked at; none if a client's word is no code.

    "PARE" may be a code while the house has no owner: what a client wants is never lost.
    """
    if desk.role is Role.CLIENT and not looks_made(code_in(desk.incoming.text)):
        return None
    return say("door.wait", count=math.ceil(wait / _MINUTE))


def _rate(role: Role) -> Rate:
    return {Role.STRANGER: STRANGER, Role.CLIENT: CLIENT}.get(role, HOUSE)


async def _must_not_be_lost(desk: Desk) -> bool:
    """Whether a client wants to be left alone, or says that they paid, be it by a receipt.

    So many files are fetched a minute, and no more.
    """
    incoming = desk.incoming
    if incoming.file or incoming.file_id is not None:
        return True
    if incoming.token and (ticket := await desk.ticket(incoming.token)):
        return ticket.deed in _NEVER_LOST_TAPS
    return intent_of(incoming.text) in _NEVER_LOST
