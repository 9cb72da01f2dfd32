"""The story that the product is for, played on its demo as a person would."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.composition.demo.cast import PIX_KEY
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
    admin, client = visitor.admin, visitor.client
    due_on, reminded_on = visitor.a_due_date()
    await visitor.adds_a_client(due_on)
    await visitor.waits_until(reminded_on)

    await visitor.looks_at("Livia")
    await expect(client.locator("h2")).to_contain_text(NEW)
    reminder = visitor.said(client)
    await expect(reminder).to_contain_text(f"R$ 99,90 vence em {due_on:%d/%m/%Y}")
    labels = await reminder.locator("[data-button]").all_text_contents()
    assert labels == ["Já paguei", "Ver Pix", "Parar avisos"]

    await visitor.taps(client, "Ver Pix")
    code = client.locator(".message.theirs", has_text="br.gov.bcb.pix")
    paying = read_pix(await code.locator(".text").inner_text())
    assert (paying["key"], paying["amount"]) == (PIX_KEY, "99.90")
    await expect(client.locator(".message.theirs img")).to_be_visible()

    # The template's own button: the one under the QR code is called otherwise.
    await visitor.taps(client, "Já paguei")
    await expect(visitor.said(client)).to_contain_text("Obrigado")
    await expect(client.locator(".message.mine").last).to_have_attribute("data-ticks", ARRIVED)
    claim = admin.locator(".message.theirs", has_text=f"{NEW} avisou que pagou")
    await claim.locator('[data-button="✅ Confirmar"]').click()
    await expect(visitor.said(admin)).to_contain_text(f"Pagamento de {NEW} confirmado: R$ 99,90")
    await expect(visitor.said(client)).to_contain_text("recebeu o seu pagamento de R$ 99,90")
    row = visitor.page.locator("[data-client]", has_text=NEW)
    await expect(row.locator(".ticks")).to_have_class("ticks read")

    await visitor.writes(admin, "/numeros")
    numbers = visitor.said(admin)
    await expect(numbers).to_contain_text("Recebido no mês")
    await expect(numbers.locator("img")).to_be_visible()
    assert await numbers.locator("img").evaluate("image => image.naturalWidth") > 600
