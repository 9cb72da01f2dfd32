"""The demo with somebody in front of it: the product as it is shown, and a page on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from bot.composition.demo.gateways import Gateway
from bot.composition.demo.show import Show
from bot.domain.calendar import DEFAULT_HOURS, Calendar
from bot.domain.ids import StepId
from bot.domain.ladder import DEFAULT_STEPS, Step, openings
from bot.domain.money import Money
from bot.domain.text import Param, t
from bot.services.holidays import national_holidays

NEW, NEW_PHONE = "Lívia Ramos", "27 99900-7711"
_CALENDAR = Calendar(ZoneInfo("America/Sao_Paulo"), DEFAULT_HOURS, national_holidays("BR"))
_STEPS = [Step(StepId(n), *step) for n, step in enumerate(DEFAULT_STEPS, 1)]


@asynccontextmanager
async def a_show(
    folder: Path, at: datetime | None = None, gateway: Gateway = "cloud"
) -> AsyncIterator[Show]:
    """The demo as ``emdia demo`` opens it; somebody hears of every message that goes out."""
    show = Show(folder, at=at, gateway=gateway)

    async def hear() -> None:
        async for _entry in show.messages():
            pass

    try:
        await show.open()
        hearing = asyncio.create_task(hear())
        yield show
        hearing.cancel()
    finally:
        await show.close()


class Visitor:
    """Somebody who plays with both phones."""

    def __init__(self, page: Page, show: Show) -> None:
        self.page = page
        self.show = show
        self.admin = page.locator('[data-phone="admin"]')
        self.client = page.locator('[data-phone="client"]')

    async def arrives(self) -> None:
        """The page is open, and the bot has greeted."""
        await self.page.goto(f"{self.show.box.url}/?lang=pt")
        greeting = self.admin.locator(".message.theirs", has_text="Academia Boa Forma")
        await expect(greeting.last).to_be_visible()

    def said(self, phone: Locator) -> Locator:
        """The newest message of the business on a phone."""
        return phone.locator(".message.theirs").last

    async def writes(self, phone: Locator, words: str) -> None:
        """Type it and send it."""
        await phone.get_by_role("textbox").fill(words)
        await phone.get_by_role("textbox").press("Enter")

    async def taps(self, phone: Locator, label: str) -> None:
        """The newest button with these words."""
        await phone.locator(f'[data-button="{label}"]').last.click()

    def words(self, key: str, **params: Param) -> str:
        """What the bot says, by the catalogue: its words may be polished at any time."""
        return self.show.house.words.say(t(key, **params), "pt_BR")

    async def asked(self, answer: str, question: str, *, tap: bool = False) -> None:
        """The owner answers the bot, and reads what it asks next."""
        await (self.taps if tap else self.writes)(self.admin, answer)
        await expect(self.said(self.admin)).to_contain_text(self.words(question))

    async def looks_at(self, name: str) -> None:
        """Find a client in the list, and take their phone."""
        await self.page.get_by_role("searchbox").fill(name)
        row = self.page.locator("[data-client]")
        await expect(row).to_have_count(1)
        await row.click()
        await self.page.get_by_role("searchbox").fill("")

    async def adds_a_client(self, due_on: date) -> None:
        """Step by step, with a phone that cannot be right at first."""
        ask = "form.add_client."
        await self.asked("/novo", f"{ask}name")
        await self.asked(NEW, f"{ask}phone")
        await self.asked("9 9812", "errors.phone.unreadable")
        await self.asked(NEW_PHONE, f"{ask}plan")
        await self.asked("Mensal", f"{ask}price", tap=True)
        await self.asked("R$ 99,90", f"{ask}first_due", tap=True)
        await self.asked(f"{due_on:%d/%m/%Y}", f"{ask}note")
        await self.asked(self.words("form.skip"), f"{ask}check", tap=True)
        await self.taps(self.admin, self.words("form.save"))
        price = Money(9_990, "BRL")
        added = self.words("client.added", name=NEW, price=price)
        await expect(self.said(self.admin)).to_contain_text(added)

    async def waits_until(self, day: date) -> None:
        """Move the clock with the page's own buttons, to nine in the morning of a day."""
        clock = self.page.locator("[data-clock]")
        for _ in range((day - self.today).days - 1):
            tomorrow = self.today + timedelta(days=1)
            await clock.locator('[data-advance="day"]').click()
            await self.show.box.until(partial(self._is, tomorrow))
        await clock.locator('[data-advance="morning"]').click()
        await expect(clock.locator("time strong")).to_have_text("09:00")

    def _is(self, day: date) -> bool:
        return self.today == day

    @property
    def today(self) -> date:
        """The demo's day."""
        return _CALENDAR.today(self.show.box.clock.now())

    def a_due_date(self) -> tuple[date, date]:
        """A day on which something may fall due, and the day of its first reminder."""
        for ahead in range(5, 20):
            due_on = self.today + timedelta(days=ahead)
            first = openings(due_on, _STEPS, _CALENDAR)[0]
            # A holiday may leave the first reminder no day on which it could go.
            if first.opens_at < first.closes_at:
                return due_on, _CALENDAR.today(first.opens_at)
        raise AssertionError("no reminder for weeks")
