"""The demo page alone: a few lines of script are the business behind it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Locator, Page, expect

from bot.sandbox import Sandbox
from tests.support.boxes import PHONE_ID, TELEGRAM_TOKEN, CloudClient, new_sandbox
from tests.support.pictures import png

pytestmark = pytest.mark.browser

OWNER = 700_100
ANA, BIA = "+5511987650001", "+5511987650002"


@dataclass
class Business:
    """What talks to both networks, as the product would."""

    box: Sandbox
    cloud: CloudClient

    async def telegram(self, method: str, **fields: Any) -> None:
        """One call of the Bot API."""
        url = f"{self.box.telegram_api_url}/bot{TELEGRAM_TOKEN}/{method}"
        async with self.cloud.session.post(url, json={"chat_id": OWNER} | fields) as answer:
            assert answer.status == 200, await answer.text()

    async def reminds(self, phone: str = ANA, name: str = "Ana") -> None:
        """Send the template of the tests."""
        values = [
            {"type": "text", "parameter_name": "nome", "text": name},
            {"type": "text", "parameter_name": "valor", "text": "R$ 120,00"},
        ]
        template = {
            "name": "lembrete",
            "language": {"code": "pt_BR"},
            "components": [{"type": "body", "parameters": values}],
        }
        await self.cloud.send(to=phone, type="template", template=template)


@pytest.fixture
async def business() -> AsyncIterator[Business]:
    box = new_sandbox()
    await box.start()
    box.whatsapp.reads_at_once = False
    box.seed_admin(OWNER, "Marina Alves").says("/start")
    box.seed_client(ANA, "Ana Souza")
    box.seed_client(BIA, "Bia Lima")
    async with aiohttp.ClientSession() as session:
        cloud = CloudClient(box, session)
        await cloud.template()
        yield Business(box, cloud)
    await box.stop()


@pytest.fixture
async def shown(page: Page, business: Business) -> Page:
    """The page, with Marina's Telegram and Ana's WhatsApp."""
    await page.goto(f"{business.box.url}/?admin={OWNER}&client={ANA.removeprefix('+')}")
    await expect(page.locator("body[data-version]")).to_be_visible()
    return page


def admin(page: Page) -> Locator:
    return page.locator('[data-phone="admin"]')


def client(page: Page) -> Locator:
    return page.locator('[data-phone="client"]')


async def test_a_tap_on_telegram_reaches_the_bot_and_the_message_changes(
    shown: Page, business: Business
) -> None:
    markup = {"inline_keyboard": [[{"text": "Confirmar", "callback_data": "v1"}]]}
    words = {"text": "<b>Ana</b> pagou?", "parse_mode": "HTML"}
    await business.telegram("sendMessage", reply_markup=markup, **words)
    await expect(admin(shown).locator(".bold")).to_have_text("Ana")
    await admin(shown).locator('[data-button="Confirmar"]').click()
    marina = business.box.telegram.people[OWNER]
    await business.box.until(lambda: bool(business.box.telegram.taps))
    tap = next(iter(business.box.telegram.taps))
    await business.telegram("answerCallbackQuery", callback_query_id=tap, text="Anotado")
    await expect(admin(shown).get_by_text("Anotado")).to_be_visible()
    await business.telegram("editMessageText", message_id=marina.last().id, text="Pago ✓")
    await expect(admin(shown).get_by_text("Pago ✓")).to_be_visible()
    await expect(admin(shown).locator("[data-button]")).to_have_count(0)


async def test_a_reply_to_a_reminder_reaches_the_business(shown: Page, business: Business) -> None:
    await business.reminds()
    button = client(shown).locator('[data-button="Já paguei"]')
    await button.click()
    mine = client(shown).locator(".message.mine")
    await expect(mine).to_contain_text("Já paguei")
    await expect(mine).to_have_attribute("data-ticks", "sent")
    ana = business.box.whatsapp.person(ANA)
    assert ana.visible()[-1].text == "Já paguei"
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": ana.messages[-1].id}
    await business.cloud.call("POST", f"{PHONE_ID}/messages", json=read)
    await expect(mine).to_have_attribute("data-ticks", "read")


async def test_only_the_chat_that_is_looked_at_is_read(shown: Page, business: Business) -> None:
    await business.reminds(ANA)
    await business.reminds(BIA, "Bia")
    bia = shown.locator(f'[data-client="{BIA}"]')
    await expect(bia.locator(".badge")).to_have_text("1")
    statuses = business.box.whatsapp
    await business.box.until(lambda: statuses.person(ANA).last().ticks == "read")
    assert statuses.person(BIA).last().ticks == "delivered"
    await bia.click()
    await expect(client(shown)).to_contain_text("Olá Bia")
    await expect(bia.locator(".badge")).to_have_count(0)
    await business.box.until(lambda: statuses.person(BIA).last().ticks == "read")


async def test_clients_are_found_by_a_part_of_their_name_without_accents(
    shown: Page, business: Business
) -> None:
    business.box.seed_client("+5511987650003", "Fábio Melo")
    await expect(shown.locator("[data-client]")).to_have_count(3)
    await shown.get_by_role("searchbox").fill("fabio")
    await expect(shown.locator("[data-client]")).to_have_count(1)
    await expect(shown.locator("[data-client]")).to_contain_text("Fábio Melo")


async def test_a_list_opens_as_a_sheet_and_a_row_is_sent(shown: Page, business: Business) -> None:
    ana = business.box.whatsapp.person(ANA)
    ana.says("oi")
    rows = [{"id": f"r{n}", "title": f"Conta {n}", "description": "R$ 10"} for n in range(10)]
    content = {
        "type": "list",
        "body": {"text": "Escolha"},
        "action": {"button": "Ver contas", "sections": [{"rows": rows}]},
    }
    await business.cloud.send(to=ANA, type="interactive", interactive=content)
    await client(shown).locator('[data-button="Ver contas"]').click()
    await client(shown).get_by_role("dialog").locator('[data-button="Conta 7"]').click()
    await expect(client(shown).locator(".message.mine").last).to_contain_text("Conta 7")
    await expect(client(shown).get_by_role("dialog")).to_have_count(0)


async def test_a_picture_goes_up_with_its_caption_and_is_shown(
    shown: Page, business: Business
) -> None:
    await client(shown).get_by_role("textbox").fill("paguei")
    await (
        client(shown)
        .locator("input[type=file]")
        .set_input_files({"name": "recibo.png", "mimeType": "image/png", "buffer": png(30, 40)})
    )
    await expect(client(shown).get_by_role("img", name="paguei")).to_be_visible()
    newest = business.box.whatsapp.person(ANA).visible()[-1]
    assert (newest.content, newest.picture, newest.text) == (png(30, 40), True, "paguei")


async def test_a_spreadsheet_goes_to_the_bot_as_a_document(shown: Page, business: Business) -> None:
    await (
        admin(shown)
        .locator("input[type=file]")
        .set_input_files({"name": "clientes.csv", "mimeType": "text/csv", "buffer": b"nome;valor"})
    )
    await expect(admin(shown).locator("a.chip")).to_contain_text("clientes.csv")
    newest = business.box.telegram.people[OWNER].visible()[-1]
    assert (newest.content, newest.picture) == (b"nome;valor", False)


async def test_what_people_write_is_never_a_part_of_the_page(
    shown: Page, business: Business
) -> None:
    said = "<img src=x onerror=alert(1)> <b>oi</b>"
    await admin(shown).get_by_role("textbox").fill(said)
    await admin(shown).get_by_role("textbox").press("Enter")
    await expect(admin(shown).locator(".message.mine").last).to_contain_text(said)
    await expect(shown.locator(".log img, .log b")).to_have_count(0)


async def test_a_day_passes_at_a_tap_and_morning_comes(shown: Page, business: Business) -> None:
    clock = shown.locator("[data-clock]")
    before = business.box.clock.offset_seconds
    await clock.locator('[data-advance="day"]').click()
    await business.box.until(lambda: business.box.clock.offset_seconds == before + 86_400)
    await clock.locator('[data-advance="morning"]').click()
    await expect(clock.locator("time strong")).to_have_text("09:00")
    await expect(client(shown).locator(".status")).to_contain_text("09:00")


async def test_the_page_speaks_the_language_it_is_asked_for(page: Page, business: Business) -> None:
    await page.goto(f"{business.box.url}/?lang=en")
    await expect(page.locator('[data-advance="day"]')).to_have_text("+1 day")
    await page.get_by_role("button", name="ES").click()
    await expect(page.locator('[data-advance="day"]')).to_have_text("+1 día")
    assert "lang=es" in page.url


async def test_everything_fits_on_a_narrow_phone(shown: Page) -> None:
    await shown.set_viewport_size({"width": 360, "height": 740})
    width = await shown.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
