"""A client comes to Telegram by a link that the owner passes on, and hears of us there."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.storage.tables import outbox
from tests.support.town import Town

ANAS_PHONE = "5527998765432"


@pytest.fixture
async def ana(town: Town, owner: TelegramPerson) -> WhatsAppPerson:
    """A client who has a phone with WhatsApp and owes something in four days."""
    due = town.today.date() + timedelta(days=4)
    await town.tells(owner, f"/novo Ana Souza; 27 99876-5432; Mensal; 49,90; {due:%d/%m/%Y}")
    await town.taps(owner, "✅ Salvar")
    return town.phone(ANAS_PHONE, "Ana Souza")


async def an_invitation(town: Town, owner: TelegramPerson) -> str:
    """The link in the message that is to be passed on, and nothing but that message."""
    await town.tells(owner, "/cliente Ana")
    to_pass_on = await town.taps(owner, "Convidar para o Telegram")
    assert to_pass_on.labels == ()
    (link,) = re.findall(r"https://t\.me/\S+", to_pass_on.text)
    return str(link)


def is_told(who: TelegramPerson, words: str) -> bool:
    """Whether it stands in what was answered last, which is above the link."""
    return any(words in seen.text for seen in who.visible()[-2:])


def code_of(link: str) -> str:
    return link.partition("?start=")[2]


async def test_the_link_brings_reminders_to_telegram(
    town: Town, owner: TelegramPerson, ana: WhatsAppPerson
) -> None:
    link = await an_invitation(town, owner)
    assert link.startswith(f"https://t.me/{town.box.telegram.bot['username']}?start=")
    on_telegram = town.admin(70, "Ana")
    welcome = await town.tells(on_telegram, f"/start {code_of(link)}")
    assert "Pronto, Ana Souza!" in welcome.text
    assert "parar" in welcome.text
    assert welcome.labels
    before = len(ana.visible())
    await town.until_morning()
    assert "Ana" in on_telegram.last().text
    assert len(ana.visible()) == before
    reminders = sa.select(outbox.c.channel).where(outbox.c.kind == "reminder")
    assert {row.channel for row in await town.rows(reminders)} == {"telegram"}
    assert "não receber" not in (await town.tells(on_telegram, "parar")).text
    card = await town.tells(owner, "/cliente Ana")
    assert not any("Convidar" in label for label in card.labels)


async def test_it_is_sent_over_whatsapp_once_the_client_has_written(
    town: Town, owner: TelegramPerson, ana: WhatsAppPerson
) -> None:
    await an_invitation(town, owner)
    assert not any("WhatsApp" in label for seen in owner.visible() for label in seen.labels)
    await town.tells(ana, "oi")
    await an_invitation(town, owner)
    await town.taps(owner, "Enviar pelo WhatsApp")
    assert is_told(owner, "enviado para Ana Souza")
    (link,) = re.findall(r"https://t\.me/\S+", ana.last().text)
    assert "Academia Boa Forma" in ana.last().text
    on_telegram = town.admin(70, "Ana")
    assert "Pronto" in (await town.tells(on_telegram, f"/start {code_of(link)}")).text


async def test_who_opens_it_for_them_is_told_and_loses_nothing(
    town: Town, owner: TelegramPerson, ana: WhatsAppPerson
) -> None:
    code = code_of(await an_invitation(town, owner))
    told = await town.tells(owner, f"/start {code}")
    assert "Este link é de Ana Souza" in told.text
    assert "🏠" in (await town.tells(owner, "/start")).text
    assert "para o Telegram" in (await town.tells(ana, code)).text
    on_telegram = town.admin(70, "Ana")
    assert "Pronto" in (await town.tells(on_telegram, f"/start {code}")).text
    late = town.admin(71, "Zé")
    assert "já foi usado" in (await town.tells(late, f"/start {code}")).text
    assert "não encontrei" in (await town.tells(late, "oi")).text


async def test_who_asked_for_no_messages_meanwhile_is_sent_none(
    town: Town, owner: TelegramPerson, ana: WhatsAppPerson
) -> None:
    await town.tells(ana, "oi")
    await an_invitation(town, owner)
    await town.tells(ana, "pare")
    before = len(ana.visible())
    await town.taps(owner, "Enviar pelo WhatsApp")
    assert is_told(owner, "pediu para não receber")
    assert len(ana.visible()) == before
