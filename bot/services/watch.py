"""Watch over the house: remember each minute, and tell of trouble once, and when it is over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.message import ChannelName
from bot.domain.service_level import ServiceLevel
from bot.domain.text import Text, plain, t
from bot.domain.watch import (
    AWAY,
    LOOKED_BACK,
    MINUTE,
    Condition,
    Sample,
    Trouble,
    is_gap,
    is_over,
    minute_of,
    troubles,
)
from bot.forms.alerts import Alerts
from bot.services.ports.post import Notice, Post, Press
from bot.services.ports.watch import ALERTMANAGER, HOUSE, Incident, Vitals, Watching

KEPT = timedelta(days=40)
_LATELY = 3 * MINUTE
_CHATS = frozenset(ChannelName)
_PARTS = frozenset({*ChannelName, "redis", "github", "database"})


class Watch:
    """One transaction's look. It is quiet while the house is closed, unless it is urgent."""

    def __init__(self, *, watching: Watching, post: Post, calendar: Calendar, clock: Clock) -> None:
        self._watching = watching
        self._post = post
        self._calendar = calendar
        self._clock = clock

    async def keep(self, sample: Sample) -> None:
        """Remember what a process saw in the last minute."""
        await self._watching.keep(sample)

    async def look(self) -> None:
        """Notice what has begun and what is over. Whatever process looks, it is noticed once."""
        await self._watching.alone()
        now = self._clock.now()
        samples = await self._watching.since(now - LOOKED_BACK)
        known = await self._watching.open()
        there = {(one.trouble.condition.name, one.trouble.about) for one in known}
        for trouble in troubles(samples, now):
            if (trouble.condition.name, trouble.about) not in there:
                began = minute_of(now) - MINUTE * trouble.condition.minutes
                await self._watching.begin(trouble, began)
        for incident in known:
            if incident.source == HOUSE and is_over(incident.trouble, samples, now):
                await self._watching.end(incident, now)

    async def heard(self, alerts: Alerts) -> int:
        """Take down what an Alertmanager says, and tell what has not been told; how many notices.

        What the house noticed by itself is not told a second time.
        """
        await self._watching.alone()
        now = self._clock.now()
        for trouble, since in alerts.firing():
            await self._watching.begin(trouble, min(since, now), ALERTMANAGER)
        known = {one.trouble: one for one in await self._watching.open()}
        for trouble, ended in alerts.over():
            incident = known.get(trouble)
            if incident is not None and incident.source == ALERTMANAGER:
                await self._watching.end(incident, max(min(ended, now), incident.began_at))
        return await self.tell()

    async def was_away(self) -> None:
        """Notice that nobody was there until now: asked before the first sample is kept."""
        await self._watching.alone()
        newest, now = await self._watching.newest(), minute_of(self._clock.now())
        if newest and is_gap(newest, now):
            await self._watching.was(Trouble(AWAY), newest, now)

    async def tell(self) -> int:
        """Tell everybody who decides, in one message, of what they have not heard; how many."""
        await self._watching.alone()
        now = self._clock.now()
        untold = [one for one in await self._watching.untold() if self._may_be_told(one, now)]
        if not untold:
            return 0
        staff = await self._post.staff()
        notice = _notice(untold)
        made = 0
        for member in staff:
            told = await self._post.tell(member, notice)
            if told is None and _still_sends(untold, notice.not_over):
                told = await self._post.tell(member, replace(notice, not_over=None))
            made += told is not None
        if made or not staff:  # whom nothing reaches now hears of it later
            await self._watching.told(untold, now)
        return made

    async def forget(self) -> None:
        """Drop what is too old to be asked for."""
        await self._watching.forget(self._clock.now() - KEPT)

    async def vitals(self) -> Vitals:
        """How the house is, as far as its processes have said."""
        newest = await self._watching.newest()
        if newest is None:
            return Vitals(None)
        figures: dict[str, float] = {}
        for sample in await self._watching.since(newest - _LATELY):
            for name, value in sample.figures.items():
                figures[name] = _worse(name, figures.get(name, value), value)
        return Vitals(newest, figures, await self._watching.open())

    async def month(self) -> ServiceLevel:
        """How well the house served this month."""
        now = self._clock.now()
        first = self._calendar.today(now).replace(day=1)
        return await self._watching.level(self._calendar.at(first, now.min.time()), now)

    def _may_be_told(self, incident: Incident, now: datetime) -> bool:
        waited_for = incident.trouble.condition.urgent and (incident.told or not incident.ended_at)
        return waited_for or self._calendar.allows(now)


def _worse(name: str, one: float, other: float) -> float:
    return min(one, other) if name in {"disk.free_bytes", "memory.left_share"} else max(one, other)


def _notice(incidents: Sequence[Incident]) -> Notice:
    body: list[Text] = [t("watch.title", count=len(incidents))]
    for incident in incidents:
        body += _lines(incident)
    return Notice(
        "watch",
        body,
        (Press(t("watch.go.health"), "health"),),
        not_over=_chat_in_trouble(incidents),
    )


def _lines(incident: Incident) -> list[Text]:
    what = what_of(incident.trouble)
    if incident.ended_at is None:
        return [t("watch.began", what=what, at=incident.began_at), todo_of(incident.trouble)]
    lasted = max(round((incident.ended_at - incident.began_at) / MINUTE), 1)
    how = "watch.over" if incident.told else "watch.was"
    return [t(how, what=what, at=incident.began_at, count=lasted)]


def what_of(trouble: Trouble) -> Text:
    """A trouble in words."""
    key = f"watch.{_word(trouble)}"
    return t(key, part=part_of(trouble.about)) if _has_parts(trouble) else t(key)


def todo_of(trouble: Trouble) -> Text:
    """What to do about it."""
    return t(f"watch.{_word(trouble)}.todo")


def _word(trouble: Trouble) -> str:
    return trouble.condition.name.removesuffix("_urgent")


def part_of(name: str) -> Text:
    """Something that we lean on, as people call it."""
    return t(f"watch.part.{name}") if name in _PARTS else plain(name)


def _has_parts(trouble: Trouble) -> bool:
    condition: Condition = trouble.condition
    return condition.figure.endswith(".")


def _still_sends(incidents: Sequence[Incident], chat: ChannelName | None) -> bool:
    """Whether the chat in trouble takes what we send, so that it is better than none."""
    return chat is not None and all(
        one.trouble.condition.sends
        for one in incidents
        if one.ended_at is None and one.trouble.about == chat
    )


def _chat_in_trouble(incidents: Sequence[Incident]) -> ChannelName | None:
    """The chat that a message about it should not take, if there is only one."""
    named = {one.trouble.about for one in incidents if one.ended_at is None} & _CHATS
    return ChannelName(named.pop()) if len(named) == 1 else None
