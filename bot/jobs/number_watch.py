"""Look again and again at how our number is received, and renew a session that is dead."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog

from bot.domain.errors import Refusal
from bot.jobs.rooms import Rooms

log = structlog.get_logger(__name__)

WATCH_EVERY = timedelta(seconds=5)  # a dead session is to be found within a minute


class Session(Protocol):
    """The link to the network. ``ConnectionError`` means not now, a refusal what to mend."""

    async def restart(self) -> None:
        """Connect anew, with the same link."""
        ...

    async def end(self) -> None:
        """Give the link up: a new code makes it again."""
        ...


@dataclass(frozen=True, slots=True)
class NumberWatch:
    """No transaction is open while the session is renewed."""

    rooms: Rooms
    session: Session

    async def run(self) -> bool:
        """One look; whether there was anything.

        A session that is dead is restarted; if that does not help, its link is given up, and
        with that the house is sent a new code.
        """
        async with self.rooms() as room:
            number = await room.careful()
            looked = await number.watch.look() if number else None
        if looked is None or not looked:
            return False
        try:
            if looked.died:
                log.warning("number.restarted")
                await self.session.restart()
            if looked.stays_dead:
                log.warning("number.link_ended")
                await self.session.end()
        except (Refusal, ConnectionError) as trouble:
            log.warning("number.not_renewed", why=type(trouble).__name__)
        return True
