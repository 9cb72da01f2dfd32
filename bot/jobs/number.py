"""Ask the network how our number stands; no transaction is open meanwhile."""

from dataclasses import dataclass

import structlog

from bot.domain.errors import Refusal
from bot.jobs.rooms import Rooms
from bot.services.ports.own_number import NumberAccount

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NumberRound:
    """One look every so often; most of them find that it was asked lately."""

    rooms: Rooms
    account: NumberAccount

    async def run(self) -> bool:
        """Whether it was asked, and told."""
        async with self.rooms() as room:
            if not await room.number.wants_asking():
                return False
        try:
            facts = await self.account.facts()
        except (ConnectionError, Refusal) as trouble:
            why = trouble.key if isinstance(trouble, Refusal) else type(trouble).__name__
            log.warning("number.not_told", why=why)
            async with self.rooms() as room:
                await room.number.unanswered()
            return False
        async with self.rooms() as room:
            await room.number.keep(facts)
        return True
