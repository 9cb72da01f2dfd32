"""The story that the product is for, played on its demo as a person would."""

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from bot.composition.demo.cast import BUSINESS, PIX_KEY
from bot.domain.pix import read_pix
from tests.browser.story import NEW, Visitor, a_show

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

ARRIVED = re.compile("delivered|read")


@pytest.fixture
async def visitor(page: Page, tmp_path: Path) -> AsyncIterator[Visitor]:
    async with a_show(tmp_path) as show:
        visitor = Visitor(page, show)
        await visitor.arrives()
        yield visitor


async def test_from_a_new_client_to_a_confirmed_payment(visitor: Visitor) -> None:
    admin, client, words = visitor.admin, visitor.client, visitor.words
    due_on, reminded_on = visitor.a_due_date()
    await visitor.adds_a_client(due_on)
    await visitor.waits_until(reminded_on)

    await visitor.looks_at("Livia")
    await expect(client.locator("h2")).to_contain_text(NEW)
    reminder = visitor.said(client)
    await expect(reminder).to_contain_text("R$ 99,90")
    await expect(reminder).to_contain_text(f"{due_on:%d/%m/%Y}")
    paid, pix, stop = (words(f"template.reminder_before.button.{n}") for n in (1, 2, 3))
    assert await reminder.locator("[data-button]").all_text_contents() == [paid, pix, stop]

    await visitor.taps(client, pix)
    code = client.locator(".message.theirs", has_text="br.gov.bcb.pix")
    paying = read_pix(await code.locator(".text").inner_text())
    assert (paying["key"], paying["amount"]) == (PIX_KEY, "99.90")
    await expect(client.locator(".message.theirs img")).to_be_visible()

    await reminder_of(client, due_on).locator(f'[data-button="{paid}"]').click()
    await expect(visitor.said(client)).to_contain_text(
        words("client.paid.thanks", business=BUSINESS)
    )
    await expect(client.locator(".message.mine").last).to_have_attribute("data-ticks", ARRIVED)
    claim = admin.locator(".message.theirs", has_text=NEW).last
    await claim.locator(f'[data-button="{words("claim.confirm")}"]').click()
    await expect(claim.locator(f'[data-button="{words("payment.undo")}"]')).to_be_visible()
    await expect(claim).to_contain_text("R$ 99,90")
    await expect(visitor.said(client)).to_contain_text(BUSINESS)
    await expect(visitor.said(client)).to_contain_text("R$ 99,90")
    row = visitor.page.locator("[data-client]", has_text=NEW)
    await expect(row.locator(".ticks")).to_have_class("ticks read")

    await visitor.writes(admin, "/numeros")
    numbers = visitor.said(admin)
    await expect(numbers).to_contain_text(f"{visitor.today:%d/%m/%Y}")
    await expect(numbers.locator("img")).to_be_visible()
    assert await numbers.locator("img").evaluate("image => image.naturalWidth") > 600


def reminder_of(phone: Locator, due_on: date) -> Locator:
    """The message that told of a due date first."""
    return phone.locator(".message.theirs", has_text=f"{due_on:%d/%m/%Y}").first
