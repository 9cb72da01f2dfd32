"""The days on which a country rests, and nobody is reminded of anything."""

from collections.abc import Callable
from datetime import date
from functools import cache


def national_holidays(country: str) -> Callable[[date], bool]:
    """Whether a day is a national holiday of a country (``BR``); an unknown one has none.

    In Brazil that is without Carnival and Corpus Christi: most shops are open then, and may ask.
    """

    def closed(day: date) -> bool:
        return day in _of_year(country.upper(), day.year)

    return closed


@cache
def _of_year(country: str, year: int) -> frozenset[date]:
    # Only now, for it knows two hundred countries and takes its time to load.
    import holidays  # noqa: PLC0415 - see above

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
