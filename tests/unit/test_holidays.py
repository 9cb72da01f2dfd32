"""The days on which nobody is reminded of anything."""

from datetime import date

import pytest

from bot.services.holidays import national_holidays


@pytest.mark.parametrize("day", ["2026-04-03", "2026-11-20", "2026-12-25", "2027-01-01"])
def test_brazil_rests_on_its_holidays(day: str) -> None:
    assert national_holidays("BR")(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-02-16", "2026-06-04", "2026-11-25", "2026-12-24"])
def test_brazil_may_be_asked_on_carnival_and_on_other_days(day: str) -> None:
    assert not national_holidays("br")(date.fromisoformat(day))


def test_every_country_has_its_own() -> None:
    assert national_holidays("MX")(date(2026, 9, 16))
    assert not national_holidays("BR")(date(2026, 9, 16))


def test_an_unknown_country_has_none() -> None:
    assert not national_holidays("XX")(date(2026, 12, 25))
