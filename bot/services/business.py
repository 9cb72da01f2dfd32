"""What the business is called, where its money goes, how it speaks, when it may write."""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.calendar import DEFAULT_HOURS, Calendar, Hours
from bot.domain.clock import Clock
from bot.domain.contact import ContactRules
from bot.domain.errors import Refusal
from bot.domain.ids import PersonId
from bot.domain.pix import PixKey
from bot.domain.rule_book import HouseRules
from bot.domain.trail import changed, details
from bot.services.holidays import national_holidays
from bot.services.ports.house import Audit, BusinessStore, BusinessView


def calendar_of(house: BusinessView) -> Calendar:
    """When people may be written to: open hours, no Sundays, holidays or own closed days."""
    holiday = national_holidays(house.country)

    def closed(day: date) -> bool:
        return day in house.closed_days or holiday(day)

    hours = {
        day: Hours(time.fromisoformat(opens), time.fromisoformat(closes))
        for day, (opens, closes) in house.hours.items()
    }
    return Calendar(ZoneInfo(house.zone), hours, closed)


def first_hours() -> dict[int, tuple[str, str]]:
    """The hours a new business starts with, as they are stored."""
    return {
        day: (hours.opens.isoformat("minutes"), hours.closes.isoformat("minutes"))
        for day, hours in DEFAULT_HOURS.items()
    }


class Businesses:
    """The one business and what its owner says about it."""

    def __init__(
        self, *, store: BusinessStore, house: BusinessView, audit: Audit, clock: Clock
    ) -> None:
        self._store = store
        self._house = house
        self._audit = audit
        self._clock = clock

    async def profile(self) -> BusinessView:
        """How it stands, with what this very message has changed."""
        return self._house

    async def set_up(self, name: str, city: str, pix_key: PixKey | None, by: PersonId) -> None:
        """Write the owner's first answers down."""
        value = str(pix_key) if pix_key else None
        now = self._clock.now()
        await self._store.change(name=name, city=city, pix_key=value, set_up_at=now)
        self._house = replace(self._house, name=name, city=city, pix_key=value, set_up=True)
        about = details(name=name, city=city, pix_key=value)
        await self._audit.note("business.set_up", by, now, about)

    async def rename(self, name: str, by: PersonId) -> None:
        """Sign messages with another name."""
        await self._change(by, name=name)

    async def move(self, city: str, by: PersonId) -> None:
        """Name another city in Pix codes."""
        await self._change(by, city=city)

    async def take_money_at(self, pix_key: PixKey | None, by: PersonId) -> None:
        """Put another key, or none, into Pix codes from now on."""
        await self._change(by, pix_key=str(pix_key) if pix_key else None)

    async def keep_rules(self, rules: ContactRules, by: PersonId) -> None:
        """How often, how fast and to how many reminders go from now on."""
        await self._settle(by, rules=rules)

    async def change_rules(self, by: PersonId, **limits: Any) -> None:
        """Change these of the rules of contact; what somebody else changed meanwhile stays."""
        await self.keep_rules(replace((await self._held()).rules, **limits), by)

    async def keep_hours(self, days: Collection[int], hours: Hours | None, by: PersonId) -> None:
        """When people may be written to on these weekdays (Monday is 0); none: not at all.

        A week without a single open hour would hold everything for ever, and is refused.
        """
        house = await self._held()
        kept = {day: times for day, times in house.hours.items() if day not in days}
        if hours is not None:
            times = hours.opens.isoformat("minutes"), hours.closes.isoformat("minutes")
            kept |= dict.fromkeys(days, times)
        if not kept:
            raise Refusal("errors.hours.never", field="hours")
        await self._settle(by, hours=kept)

    async def close_on(self, day: date, by: PersonId) -> None:
        """Write to nobody on a day off of the business's own."""
        await self._settle(by, closed_days=(await self._held()).closed_days | {day})

    async def open_on(self, day: date, by: PersonId) -> None:
        """The day is like any other, after all."""
        await self._settle(by, closed_days=(await self._held()).closed_days - {day})

    async def tell_in_the_evening(self, *, by: PersonId, on: bool) -> None:
        """Show every evening what leaves the day after, or only when somebody asks."""
        await self._settle(by, evening_digest=on)

    async def _held(self) -> BusinessView:
        """How it stands now; what another changed meanwhile is not written over."""
        self._house = await self._store.hold() or self._house
        return self._house

    async def _settle(self, by: PersonId, **values: Any) -> None:
        was = await self._held()
        self._house = replace(was, **values)
        await self._store.settle(self._house)
        await self._changed(by, was)

    async def _change(self, by: PersonId, **values: Any) -> None:
        was = await self._held()
        self._house = replace(was, **values)
        await self._store.change(**values)
        await self._changed(by, was)

    async def _changed(self, by: PersonId, was: BusinessView) -> None:
        about = changed(told_of(was), told_of(self._house))
        await self._audit.note("business.changed", by, self._clock.now(), about)


def told_of(house: BusinessView | HouseRules) -> dict[str, object]:
    """What the record of deeds keeps of the house: a line for each thing that may change."""
    hours = {day: "-".join(house.hours[day]) if day in house.hours else None for day in range(7)}
    return {
        "name": house.name,
        "city": house.city,
        "pix_key": house.pix_key,
        "evening_digest": house.evening_digest,
        **{f"hours_{day}": times for day, times in hours.items()},
        **{f"closed_on {day.isoformat()}": True for day in sorted(house.closed_days)},
        **asdict(house.rules),
    }
