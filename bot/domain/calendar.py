"""When the business may be heard of: its zone, its hours, its holidays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

_SEARCHED = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Hours:
    """Open from ``opens`` until just before ``closes``; closing at 00:00 means the day's end."""

    opens: time
    closes: time

    def allow(self, at: time) -> bool:
        """Whether a local time lies within."""
        return self.opens <= at and (self.closes == time.min or at < self.closes)


# What every law on collection that we know of allows, and a little less; none on Sundays.
DEFAULT_HOURS: Mapping[int, Hours] = MappingProxyType(
    {weekday: Hours(time(9), time(19)) for weekday in range(5)} | {5: Hours(time(9), time(13))}
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Local days and the hours in which people may be written to.

    ``hours`` by weekday, Monday is 0; a weekday that is missing is closed. ``closed`` tells
    holidays.
    """

    zone: ZoneInfo
    hours: Mapping[int, Hours]
    closed: Callable[[date], bool]

    @property
    def never_shut(self) -> "Calendar":
        """The same zone without hours and holidays, to see what they move."""
        whole = Hours(time.min, time.min)
        return Calendar(self.zone, dict.fromkeys(range(7), whole), lambda _day: False)

    def today(self, now: datetime) -> date:
        """The date that people in the zone write at this instant."""
        return now.astimezone(self.zone).date()

    def at(self, day: date, at: time) -> datetime:
        """The instant of a local day and time, in UTC.

        Where clocks are put forward over it, as much later; where it comes twice, the first.
        """
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def allows(self, moment: datetime) -> bool:
        """Whether people may be written to at this instant."""
        local = moment.astimezone(self.zone)
        hours = self.hours.get(local.weekday())
        return hours is not None and hours.allow(local.time()) and not self.closed(local.date())

    def closes(self, moment: datetime) -> datetime:
        """When the hours end in which this instant lies; itself, if it is not allowed."""
        if not self.allows(moment):
            return moment.astimezone(UTC)
        day = self.today(moment)
        closes = self.hours[day.weekday()].closes
        return self.at(day + timedelta(days=closes == time.min), closes)

    def next_allowed(self, moment: datetime) -> datetime:
        """This instant if it is allowed, else the next opening, in UTC.

        Where nothing opens for sixty days, the instant sixty days on: to be asked again then.
        """
        if self.allows(moment):
            return moment.astimezone(UTC)
        first = self.today(moment)
        for ahead in range(_SEARCHED.days + 1):
            day = first + timedelta(days=ahead)
            hours = self.hours.get(day.weekday())
            opening = self.at(day, hours.opens) if hours else None
            if opening and opening > moment and self.allows(opening):
                return opening
        return moment.astimezone(UTC) + _SEARCHED
