"""Bring each version of the rules to where it can be read, in order; see what changed there."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.jobs.backups import why_of
from bot.services.ports.rule_pushes import Decision, Edit, RuleShelf, Seen
from bot.services.ports.versions import VersionView
from bot.services.rule_pushes import Due, RulePushes

log = structlog.get_logger(__name__)

# One transaction's; none until the house has its owner.
Desks: TypeAlias = Callable[[], AbstractAsyncContextManager[RulePushes | None]]

# Versions; the rest waits. GitHub asks for fewer than 500 writes an hour, and each takes three.
_MOST_AT_ONCE = 12
_PAUSE, _LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=2)
_PATIENCE = 5  # failures in a row that may go by themselves
_NEEDS_SOMEBODY = frozenset({"github_denied", "github_public", "github_missing"})


class PushRound:
    """No transaction is open while somebody else is asked: that may take a minute."""

    def __init__(self, desks: Desks, shelf: RuleShelf, clock: Clock) -> None:
        self._desks = desks
        self._shelf = shelf
        self._clock = clock
        self._failures = 0
        self._not_before: datetime | None = None

    async def run(self) -> bool:
        """Push what waits; whether anything was done."""
        if self._not_before and self._clock.now() < self._not_before:
            return False
        done = 0
        try:
            while done < _MOST_AT_ONCE and await self._step():
                done += 1
        except Refusal as refusal:
            await self._failed(refusal)
            return True
        finally:
            await self._shelf.close()
        self._failures, self._not_before = 0, None
        return bool(done)

    async def _step(self) -> bool:
        """One thing; whether there may be more."""
        due = await self._due()
        if due is None:
            return False
        seen = await self._shelf.look()
        if due.next and self._shelf.holds(seen, due.next.files):
            # Pushed already, by whoever stopped before it was written down; or by hand.
            await self._pushed(due, due.next, seen.head)
            return True
        if self._is_ours(due, seen):
            return await self._go_on(due, seen)
        if due.edit is None or not self._is_known(due.edit, seen):
            return await self._found(due, seen)
        if due.edit.state is Decision.OPEN:
            return False  # it waits for somebody's word
        return await self._over(due, seen)

    async def _go_on(self, due: Due, seen: Seen) -> bool:
        """It stands there as we left it."""
        if due.edit is not None:  # it went by itself, or was put back
            async with self._desks() as pushes:
                if pushes:
                    await pushes.settle(due.edit)
            return True
        return due.next is not None and await self._push(due, due.next, seen)

    async def _over(self, due: Due, seen: Seen) -> bool:
        """Somebody decided about what was changed there: ours goes on top of it."""
        version = due.next or due.last
        return version is not None and await self._push(due, version, seen)

    async def _push(self, due: Due, version: VersionView, seen: Seen) -> bool:
        async with self._desks() as pushes:
            if pushes is None:
                return False
            parcel = await pushes.parcel(version, again=version is due.last)
        name = await self._shelf.put(seen, parcel)
        if name is not None:
            await self._pushed(due, version, name)
        return True  # if somebody was faster, look again

    async def _pushed(self, due: Due, version: VersionView, name: str) -> None:
        async with self._desks() as pushes:
            if pushes:
                await pushes.pushed(version, name)
                if due.edit is not None:
                    await pushes.settle(due.edit)
        log.info("rules.pushed", number=version.number)

    async def _found(self, due: Due, seen: Seen) -> bool:
        """It is neither ours nor what was found before."""
        files = await self._shelf.read(seen)
        async with self._desks() as pushes:
            if pushes is None:
                return False
            now = await pushes.due()
            if (now.last, now.next) != (due.last, due.next):
                return True  # another process pushed meanwhile: look again
            await pushes.found(seen, files)
        log.warning("rules.edited_elsewhere")
        return False

    def _is_ours(self, due: Due, seen: Seen) -> bool:
        if due.last is None:
            return not seen.files
        return self._shelf.holds(seen, due.last.files)

    def _is_known(self, edit: Edit, seen: Seen) -> bool:
        """Whether it is what was found before; what is no text does not come back the same."""
        return edit.head == seen.head or self._shelf.holds(seen, edit.files)

    async def _due(self) -> Due | None:
        async with self._desks() as pushes:
            due = await pushes.due() if pushes else None
        return due if due and (due.last or due.next) else None

    async def _failed(self, refusal: Refusal) -> None:
        why = why_of(refusal)
        self._failures += 1
        asked = timedelta(seconds=int(str(refusal.params.get("seconds", 0))))
        pause = min(max(_PAUSE * self._failures, asked), _LONGEST_PAUSE)
        self._not_before = self._clock.now() + pause
        log.warning("rules.not_pushed", why=why, failures=self._failures)
        if why in _NEEDS_SOMEBODY or self._failures >= _PATIENCE:
            async with self._desks() as pushes:
                if pushes:
                    await pushes.failed(why)
