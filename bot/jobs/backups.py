"""Make the backup that is due, try one out every week, and let the old ones go."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeAlias

import structlog

from bot.domain.errors import Refusal
from bot.services.backups import Backups, fits_a_chat
from bot.services.ports.backups import BackupView, Depot, Made, Safe

log = structlog.get_logger(__name__)

# One transaction's backups; none until there is a business.
Desks: TypeAlias = Callable[[], AbstractAsyncContextManager[Backups | None]]

_WHY = {
    "program.no_database": "database",
    "program.file.unwritable": "disk",
    "program.file.unreadable": "disk",
    "program.file.missing": "disk",
    "errors.backup.recipient": "key",
    "errors.backup.no_key": "key",
    "errors.backup.key": "key",
    "errors.backup.damaged": "damaged",
    "errors.backup.differs": "damaged",
    **{
        f"errors.github.{why}": f"github_{why}"
        for why in ("away", "denied", "limited", "missing", "public", "too_large", "not_installed")
    },
}


@dataclass(frozen=True, slots=True)
class BackupRound:
    """No transaction is open while a file is made: that may take minutes."""

    desks: Desks
    safe: Safe
    depot: Depot | None = None

    async def run(self) -> bool:
        """Make one, if one is due, and bring it away; whether anything was done."""
        made = await self._make_due()
        return await self._bring_away() or made

    async def _make_due(self) -> bool:
        async with self.desks() as backups:
            wanted = await backups.next() if backups else None
        if wanted is None:
            return False
        made = await self._make(wanted)
        if made is not None:
            await self._try_out(wanted, made)
            self.safe.tidy()
        return True

    async def _make(self, wanted: BackupView) -> Made | None:
        try:
            made = await self.safe.make()
        except Refusal as refusal:
            why = why_of(refusal)
            log.warning("backup.failed", why=why)
            async with self.desks() as backups:
                if backups:
                    await backups.failed(wanted, why)
            return None
        asked = wanted.asked_by is not None and fits_a_chat(made)
        content = self.safe.read(made.name) if asked else None
        async with self.desks() as backups:
            if backups:
                await backups.made(wanted, made, content)
        log.info("backup.made", rows=made.rows, bytes=made.bytes, seconds=round(made.seconds, 3))
        return made

    async def _try_out(self, wanted: BackupView, made: Made) -> None:
        async with self.desks() as backups:
            if backups is None or not await backups.drill_due():
                return
        try:
            restored = await self.safe.drill(made.name)
        except Refusal as refusal:
            await self._tell_drill(wanted, why_of(refusal))
            return
        if restored.sha256 != made.sha256:
            await self._tell_drill(wanted, "damaged")
            return
        async with self.desks() as backups:
            if backups:
                await backups.drilled(wanted, restored)
        log.info("backup.drilled", rows=restored.rows, seconds=round(restored.seconds, 3))

    async def _bring_away(self) -> bool:
        if self.depot is None:
            return False
        async with self.desks() as backups:
            unsent = await backups.unsent() if backups else None
        path = self.safe.find(unsent.name) if unsent else None
        if unsent is None or path is None:  # another process made it, where only that one finds it
            return False
        try:
            await self.depot.put(path, self.safe.staying)
        except Refusal as refusal:
            why = why_of(refusal)
            log.warning("backup.not_sent", why=why)
            async with self.desks() as backups:
                if backups:
                    await backups.not_sent(unsent, why)
            return True
        async with self.desks() as backups:
            if backups:
                await backups.sent(unsent)
        log.info("backup.sent", name=unsent.name)
        return True

    async def _tell_drill(self, wanted: BackupView, why: str) -> None:
        log.warning("backup.drill_failed", why=why)
        async with self.desks() as backups:
            if backups:
                await backups.drill_failed(wanted, why)


def why_of(refusal: Refusal) -> str:
    """What the house is told: ``backup.why.*``."""
    return _WHY.get(refusal.key, "other")
