"""The demo on a linked device: a code on the page, a phone that scans it, and the story after."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, expect

from bot.composition.demo.cast import BUSINESS, OWNER_ID
from tests.browser.story import Visitor, a_show
from tests.support.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

# A morning on which reminders go, with the whole day before it.
AT = datetime(2027, 5, 20, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))
SLOWLY = 60_000  # the house asks for codes, and lets messages go, at its own pace


@pytest.fixture
async def visitor(page: Page, tmp_path: Path) -> AsyncIterator[Visitor]:
    async with a_show(tmp_path, AT, "evolution") as show:
        visitor = Visitor(page, show)
        await visitor.arrives()
        yield visitor


def codes_on_telegram(visitor: Visitor) -> list[bytes]:
    """The pictures that the owner got there after the greeting."""
    seen = visitor.show.box.telegram.people[OWNER_ID].visible()
    return [one.content for one in seen if one.file and one.file.name == "whatsapp.png"]


async def sees_a_code(card: Locator, count: int) -> None:
    """This one, drawn large enough to be scanned."""
    code = card.get_by_role("img", name="QR code")
    await expect(code).to_have_attribute("data-count", str(count), timeout=SLOWLY)
    assert await code.evaluate("image => image.naturalWidth") > 100


async def test_a_phone_is_linked_by_the_code_on_the_page_and_logged_out_again(
    visitor: Visitor,
) -> None:
    admin, client, words = visitor.admin, visitor.client, visitor.words
    box = visitor.show.box
    card = visitor.page.locator("[data-link]")
    sent = len(box.accepted("whatsapp"))
    await sees_a_code(card, 1)
    await until(lambda: len(codes_on_telegram(visitor)) == 1, within=60)
    await expect(visitor.page.locator("[data-hints]")).to_contain_text("Leia o código")

    await visitor.page.locator('[data-advance="hour"]').click()
    await sees_a_code(card, 2)
    assert len(box.accepted("whatsapp")) == sent

    await card.get_by_role("button", name="Ler com o celular").click()
    await expect(card).to_have_attribute("data-link", "open")
    await until(lambda: len(box.accepted("whatsapp")) > sent, within=60)
    name = visitor.show.name_of(box.accepted("whatsapp")[sent])
    await visitor.looks_at(name)
    await expect(client.locator("h2")).to_contain_text(name)
    reminder = visitor.said(client)
    paid = words("template.reminder_before.button.1")
    await expect(reminder).to_contain_text(f"1. {paid}")
    await expect(reminder.locator("[data-button]")).to_have_count(0)
    await expect(reminder).to_have_attribute("data-ticks", re.compile("delivered|read"))

    await visitor.writes(client, "1")
    await expect(visitor.said(client)).to_contain_text(
        words("client.paid.thanks", business=BUSINESS)
    )
    claim = admin.locator(".message.theirs", has_text=name).last
    await claim.locator(f'[data-button="{words("claim.confirm")}"]').click()
    await expect(claim.locator(f'[data-button="{words("payment.undo")}"]')).to_be_visible()
    await expect(visitor.said(client)).to_contain_text("R$")

    await card.get_by_role("button", name="Desconectar o celular").click()
    await sees_a_code(card, 1)
    await until(lambda: len(codes_on_telegram(visitor)) == 2, within=60)
    await expect(visitor.said(admin).locator("img")).to_be_visible()
    await visitor.page.get_by_role("button", name="EN", exact=True).click()
    await expect(card.get_by_role("button", name="Scan it with the phone")).to_be_visible()
    await visitor.page.get_by_role("button", name="ES", exact=True).click()
    await expect(card).to_contain_text("Sin teléfono, nada sale")
    await expect(visitor.said(client)).to_be_in_viewport()
    await visitor.page.set_viewport_size({"width": 360, "height": 740})
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= 360
