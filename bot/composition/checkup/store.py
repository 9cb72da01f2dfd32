"""What everything stands on: the database and, if it is used, Redis; and what lies in them."""

import time
from dataclasses import dataclass, field

from bot.composition.checkup.findings import Finding, State
from bot.composition.office import Office
from bot.config import Settings
from bot.domain.text import Text, plain, t
from bot.domain.watch import LATE_S
from bot.services.ports.delivery import ChannelView, QueueView
from bot.storage.soundness import AWAY, answers, file_of, schema_age, workers_on
from bot.words import Catalogues


@dataclass
class Store:
    """``office`` is there once the database has proved to be one that we can read."""

    settings: Settings
    words: Catalogues
    office: Office | None = field(default=None)

    async def database(self) -> list[Finding]:
        """Whether it answers, and whether its schema is ours."""
        url = self.settings.database_url
        try:
            file = file_of(url)
            office = Office(self.settings, self.words)
        except ImportError:
            return [_broken("driver")]
        except ValueError as error:
            why = plain(str(error))
            return [Finding("database", State.BROKEN, t("doctor.database.address", why=why))]
        if file is not None and not file.exists():
            todo = t("doctor.database.none.todo")
            return [Finding("database", State.ATTENTION, t("doctor.database.none"), todo)]
        try:
            begun = time.perf_counter()
            age = await schema_age(url)
        except AWAY as error:
            await office.close()
            return [_broken("away", why=plain(type(error).__name__))]
        took = round((time.perf_counter() - begun) * 1000)
        if age:
            await office.close()
            return [_broken("newer") if age > 0 else _attention("old")]
        self.office = office
        kind = plain("PostgreSQL" if file is None else "SQLite")
        return [Finding("database", State.OK, t("doctor.database.ok", kind=kind, count=took))]

    async def redis(self) -> list[Finding]:
        """Whether it answers, if there is to be one."""
        url = self.settings.redis_url
        if not url:
            return [Finding("redis", State.OFF, t("doctor.redis.off"))]
        if await answers(url):
            return [Finding("redis", State.OK, t("doctor.redis.ok"))]
        return [Finding("redis", State.BROKEN, t("doctor.redis.away"), t("doctor.redis.todo"))]

    async def crew(self) -> list[Finding]:
        """Whether several processes work that cannot share one pace."""
        assert self.office is not None  # asked by the caller
        several = await workers_on(self.office.engines)
        if self.settings.redis_url or several <= 1:
            return []
        todo = t("doctor.redis.missing.todo")
        return [Finding("redis", State.ATTENTION, t("doctor.redis.missing", count=several), todo)]

    async def owner(self) -> list[Finding]:
        """Whether somebody has the house."""
        assert self.office is not None  # asked by the caller
        async with self.office.units.read() as unit:
            house = await unit.business.get()
        if house is None or not house.owned:
            todo = t("doctor.owner.todo")
            return [Finding("owner", State.ATTENTION, t("doctor.owner.none"), todo)]
        return [Finding("owner", State.OK, t("doctor.owner.ok"))]

    async def queue(self) -> list[Finding]:
        """What waits to leave, what did not, and which chats are stopped."""
        assert self.office is not None  # asked by the caller
        async with self.office.units.read() as unit:
            if await unit.business.get() is None:
                return []
        async with self.office.looking() as shop:
            view = await shop.delivery.queue()
        return [
            *self._waiting(view),
            *(_stopped(channel, why) for channel in view.channels for why in channel.reasons),
        ]

    def _waiting(self, view: QueueView) -> list[Finding]:
        assert self.office is not None  # asked by the caller
        found = []
        now = self.office.clock.now()
        if view.oldest_at and (now - view.oldest_at).total_seconds() > LATE_S:
            late = t("doctor.queue.late", count=view.due, at=view.oldest_at)
            found.append(Finding("queue", State.ATTENTION, late, t("doctor.queue.late.todo")))
        if view.troubled:
            troubled = t("doctor.queue.troubled", count=view.troubled)
            todo = t("doctor.queue.troubled.todo")
            found.append(Finding("queue", State.ATTENTION, troubled, todo))
        return found or [Finding("queue", State.OK, t("doctor.queue.ok", count=view.due))]


def _stopped(channel: ChannelView, reason: str) -> Finding:
    name, why = t(f"channel.{channel.channel}"), t(f"reason.{reason}")
    said = t("doctor.queue.stopped", channel=name, why=why)
    return Finding("queue", State.ATTENTION, said, t("doctor.queue.stopped.todo"))


def _broken(how: str, **params: Text) -> Finding:
    said, todo = t(f"doctor.database.{how}", **params), t(f"doctor.database.{how}.todo")
    return Finding("database", State.BROKEN, said, todo)


def _attention(how: str) -> Finding:
    said, todo = t(f"doctor.database.{how}"), t(f"doctor.database.{how}.todo")
    return Finding("database", State.ATTENTION, said, todo)
