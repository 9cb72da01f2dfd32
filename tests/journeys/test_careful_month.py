"""A month of a new number on a linked device: never faster than the ramp, whatever happens."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.delivery import GiveUp, Outcome
from bot.domain.message import Parcel
from bot.domain.number_pace import DAYS, LEAST_GAP_S, RAMP
from bot.domain.reasons import Reason
from bot.storage.engine import make_engines
from tests.support.careful import OWNER_PHONE, ZONE, CarefulHouse, at, stopped
from tests.support.machine import WHATSAPP

FIRST = date(2026, 11, 3)
LENGTH = 30
CLIENTS = 45
BANNED_ON, DEAD_ON = 9, 21  # days of the month, counted from 0
ONE_DAY, LATELY = timedelta(days=1), timedelta(hours=3)
A_LOOK = timedelta(minutes=5)
WRONG = 0.02  # of all messages

Left = Sequence[tuple[datetime, str]]


class Month:
    """What happens on which day."""

    def __init__(self, house: CarefulHouse) -> None:
        self.house = house
        self.dice = random.Random(3)  # noqa: S311 - the same month every time
        self.banned_at: datetime | None = None

    async def begin(self) -> None:
        await self.house.begin()
        await self.house.writes(OWNER_PHONE)
        # Two thirds of them on the first day, as where a list was brought in; the rest later.
        for number in range(CLIENTS):
            late = 0 if number % 3 else number % 25
            await self.house.client(number, FIRST + late * ONE_DAY)
        self.house.gateway.answers = self._usual

    async def goes_by(self) -> None:
        for number in range(LENGTH):
            day = FIRST + number * ONE_DAY
            self.house.machine.clock.set(at(day, 8, 50))
            await self.house.writes(OWNER_PHONE)
            if number == BANNED_ON:
                await self._is_banned(day)
            elif number == DEAD_ON:
                await self._dies(day)
            await self.house.until(at(day, 19, 5), LATELY)

    def _usual(self, parcel: Parcel) -> Outcome | None:
        ours = parcel.address.to == OWNER_PHONE
        wrong = not ours and self.dice.random() < WRONG
        return GiveUp("evolution.not_sent") if wrong else None

    async def _is_banned(self, day: date) -> None:
        """In the middle of the morning; somebody sees to it at three."""
        gateway = self.house.gateway
        await self.house.until(at(day, 9, 4))
        before = len(gateway.left)
        gateway.answers = stopped("evolution.banned", at(day + 9 * ONE_DAY, 9))
        await self.house.until(at(day, 15), LATELY)
        await self.house.watch()  # as every few seconds
        assert len(gateway.left) == before + 1, "one message, and not another"
        gateway.answers = self._usual
        self.banned_at = self.house.now
        async with self.house.shop() as shop:
            await shop.unit.channel_states.resume(WHATSAPP, self.house.now)

    async def _dies(self, day: date) -> None:
        """From before the first message until eleven."""
        gateway = self.house.gateway
        gateway.silent = True
        before = len(gateway.starts())
        await self.house.until(at(day, 11), LATELY)
        assert len(gateway.starts()) <= before + 1
        assert (await self.house.pace()).held_why in {Reason.PACE_DEAD, ""}
        gateway.silent = False


@pytest.mark.timeout(300)
async def test_a_month_never_goes_faster_than_the_ramp(sqlite_url: str) -> None:
    engines = make_engines(sqlite_url)
    try:
        house = CarefulHouse(engines, at(FIRST, 8))
        month = Month(house)
        await month.begin()
        await month.goes_by()
        told = await house.told()
    finally:
        await engines.dispose()
    left = [(moment, to) for moment, to in house.gateway.left if to != OWNER_PHONE]
    assert len({to for _, to in left}) > CLIENTS * 0.9, "nearly everybody heard something"
    assert all(house.calendar.allows(moment) for moment, _ in left)
    _never_above_the_ramp(left)
    assert month.banned_at
    day_of_rest = [m for m, _ in left if month.banned_at <= m < month.banned_at + ONE_DAY - A_LOOK]
    assert day_of_rest == []
    assert "pace:slowed:3" in told, "the house heard of the ban"


def _never_above_the_ramp(left: Left) -> None:
    days = sorted({moment.astimezone(ZONE).date() for moment, _ in left})
    for moment, _ in left:
        within = {to for at, to in left if moment - ONE_DAY < at <= moment}
        day = days.index(moment.astimezone(ZONE).date())
        assert len(within) <= RAMP[min(day, DAYS - 1)]
    for (before, one), (after, other) in pairwise(left):
        assert one == other or (after - before).total_seconds() >= LEAST_GAP_S
