"""A client with two chats, one of which is closed: what we say arrives over the other, once."""

from datetime import timedelta

import pytest

from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from tests.journeys.test_client_invite import ANAS_PHONE, an_invitation, code_of
from tests.support.town import Town


@pytest.fixture
async def ana(town: Town, owner: TelegramPerson) -> tuple[WhatsAppPerson, TelegramPerson]:
    """A client on both chats, who is reminded tomorrow morning."""
    due = town.today.date() + timedelta(days=4)
    await town.tells(owner, f"/novo Ana Souza; 27 99876-5432; Mensal; 49,90; {due:%d/%m/%Y}")
    await town.taps(owner, "✅ Salvar")
    on_telegram = town.admin(70, "Ana")
    link = await an_invitation(town, owner)
    await town.tells(on_telegram, f"/start {code_of(link)}")
    return town.phone(ANAS_PHONE, "Ana Souza"), on_telegram


def heard(town: Town, words: str) -> dict[str, int]:
    """How many messages with these words each network took."""
    return {
        channel: sum(words in each.text for each in town.box.accepted(channel))
        for channel in ("telegram", "whatsapp")
    }


async def test_blocked_on_telegram_the_reminder_arrives_on_whatsapp(
    town: Town, owner: TelegramPerson, ana: tuple[WhatsAppPerson, TelegramPerson]
) -> None:
    on_whatsapp, on_telegram = ana
    on_telegram.blocking = True  # and nobody told us: the next message finds out
    before = len(on_whatsapp.visible())
    await town.until_morning()
    await town.later(seconds=30)
    assert len(on_whatsapp.visible()) == before + 1
    assert on_whatsapp.last().template
    await town.later(minutes=30)
    assert len(on_whatsapp.visible()) == before + 1


async def test_without_whatsapp_the_receipt_arrives_on_telegram(
    town: Town, owner: TelegramPerson, ana: tuple[WhatsAppPerson, TelegramPerson]
) -> None:
    on_whatsapp, on_telegram = ana
    await town.tells(on_whatsapp, "oi")  # what we start goes to the chat they wrote in last
    on_whatsapp.not_on_whatsapp = True
    await town.tells(owner, "/pagou Ana Souza; 49,90; hoje; pix")
    await town.taps(owner, "✅ Salvar")
    await town.later(seconds=30)
    assert "recebeu o seu pagamento" in on_telegram.last().text
    told = heard(town, "recebeu o seu pagamento")
    await town.later(minutes=30)
    assert heard(town, "recebeu o seu pagamento") == told
