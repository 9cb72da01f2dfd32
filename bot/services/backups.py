"""When a backup is due, who hears of it, and whether the house could be brought back."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.ids import PersonId
from bot.domain.message import Attachment
from bot.domain.text import Text, plain, t
from bot.services.ports.backups import SEALED, BackupStore, BackupView, Made, Restored
from bot.services.ports.desk import Shelf
from bot.services.ports.outbox import Waiting
from bot.services.ports.post import Notice, Post, Press

NIGHTLY, ASKED = "nightly", "asked"
AT_NIGHT = time(3, 30)  # of the business's zone
DRILL_EVERY = timedelta(days=7)
_PAUSE = timedelta(minutes=15)  # after a failure, and so much more after each one more
_LONGEST_PAUSE = timedelta(hours=2)
_TELL_AGAIN = timedelta(hours=20)
_IN_CHAT = 45 * 1024 * 1024  # what every chat takes: Telegram's bots send up to 50 MB
_SHOWN = 5
_KEPT_FOR_CHAT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Overview:
    """How it stands. ``on`` is whether there is a key to encrypt for."""

    on: bool
    backups: tuple[BackupView, ...]
    newest: BackupView | None
    drill: BackupView | None
    waits: bool


class Backups:
    """One transaction's part in it; the files are made outside of any."""

    def __init__(
        self,
        *,
        store: BackupStore,
        post: Post,
        told: Waiting,
        files: Shelf,
        calendar: Calendar,
        clock: Clock,
        on: bool,
    ) -> None:
        self._store = store
        self._post = post
        self._told = told
        self._files = files
        self._calendar = calendar
        self._clock = clock
        self._on = on

    async def overview(self) -> Overview:
        """What there is, and how far it can be relied on."""
        latest = tuple(await self._store.newest(_SHOWN))
        return Overview(
            on=self._on,
            backups=latest,
            newest=next((one for one in latest if one.made_at), None),
            drill=await self._store.last_drill(),
            waits=await self._store.waits(ASKED),
        )

    async def ask(self, by: PersonId) -> None:
        """One is wanted now; a second tap before it is made changes nothing."""
        if not await self._store.waits(ASKED):
            await self._store.ask(ASKED, by, self._clock.now())

    async def next(self) -> BackupView | None:
        """The one to be made now, if any is: asked for, or the one of last night."""
        now = self._clock.now()
        if await self._is_night_due(now) and not await self._store.waits(NIGHTLY):
            await self._store.ask(NIGHTLY, None, now)
        return await self._store.wanted(now)

    async def made(self, wanted: BackupView, made: Made, content: bytes | None) -> None:
        """It is whole; whoever asked for it gets it, if it fits into a chat."""
        await self._store.made(wanted.id, made)
        await self._store.forget_sealed(self._clock.now() - _KEPT_FOR_CHAT)
        if wanted.asked_by is None:
            return
        told = t("backup.ready", at=made.made_at, count=made.rows)
        notice = Notice("backup", (told, t("backup.on_disk", name=plain(made.name))), _WAY)
        if content is not None:
            file = await self._files.put(made.name, SEALED, content)
            attached = Attachment(file, made.name, SEALED)
            notice = Notice("backup", (told, t("backup.needs_key")), _WAY, attached)
        await self._post.tell(wanted.asked_by, notice)

    async def failed(self, wanted: BackupView, why: str) -> None:
        """It could not be made: it is tried again, and the house hears of it."""
        await self._store.failed(wanted.id, why, self._clock.now() + _after(wanted.tries))
        await self._warn("backup_failed", t("backup.failed", why=t(f"backup.why.{why}")))

    async def drill_due(self) -> bool:
        """Whether it is time to bring one back for a try."""
        last = await self._store.last_drill()
        if last is None or last.drilled_at is None or last.drill_trouble:
            return True
        return last.drilled_at + DRILL_EVERY <= self._clock.now()

    async def drilled(self, wanted: BackupView, restored: Restored) -> None:
        """It came back equal."""
        now, took_ms = self._clock.now(), round(restored.seconds * 1000)
        await self._store.drilled(wanted.id, now, took_ms, "")

    async def drill_failed(self, wanted: BackupView, why: str) -> None:
        """It did not come back: nothing is more urgent than to know."""
        now = self._clock.now()
        await self._store.drilled(wanted.id, now, 0, why)
        told = t("backup.drill_failed", why=t(f"backup.why.{why}"))
        await self._warn("backup_drill_failed", told)

    async def unsent(self) -> BackupView | None:
        """The newest, if it is to be brought to the place away from this machine now."""
        return await self._store.unsent(self._clock.now())

    async def sent(self, backup: BackupView) -> None:
        """It is there."""
        await self._store.sent(backup.id, self._clock.now())

    async def not_sent(self, backup: BackupView, why: str) -> None:
        """It is not: it is tried again, and the house hears of it."""
        await self._store.not_sent(backup.id, why, self._clock.now() + _after(backup.remote_tries))
        await self._warn("backup_not_sent", t("backup.not_sent", why=t(f"backup.why.{why}")))

    async def _is_night_due(self, now: datetime) -> bool:
        night = self._night(self._calendar.today(now), now)
        last = await self._store.newest(1, NIGHTLY)
        return self._on and (not last or last[0].asked_at < night)

    def _night(self, today: date, now: datetime) -> datetime:
        """The last one that has been."""
        night = self._calendar.at(today, AT_NIGHT)
        return night if night <= now else self._calendar.at(today - timedelta(days=1), AT_NIGHT)

    async def _warn(self, purpose: str, told: Text) -> None:
        now = self._clock.now()
        for member in await self._post.staff():
            if not await self._told.told_lately(member, purpose, now, _TELL_AGAIN):
                await self._post.tell(member, Notice(purpose, (told,), _WAY))


_WAY = (Press(t("backup.go"), "backup"),)


def _after(tries: int) -> timedelta:
    return min(_PAUSE * (tries + 1), _LONGEST_PAUSE)


def fits_a_chat(made: Made) -> bool:
    """Whether every chat takes a file of this size."""
    return made.bytes <= _IN_CHAT
