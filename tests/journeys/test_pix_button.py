"""Reminders with the button that copies the Pix code, where the account has it; else without."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.domain.pix import read_pix
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.storage.tables import charges
from tests.support.town import Town

COPY = "Copy Pix code"
WITH = (COPY, "Já paguei", "Parar avisos")
WITHOUT = ("Já paguei", "Ver Pix", "Parar avisos")
OWN = "Oi, {nome}! Aqui é da {empresa}. O seu pagamento de {valor} vence hoje, combinado assim?"


async def a_client(town: Town, owner: TelegramPerson, days: int, price: str) -> WhatsAppPerson:
    """Somebody whose payment falls due in so many days."""
    due, phone = town.today + timedelta(days=days), f"99811-30{days:02}"
    await town.tells(owner, f"/novo Ana Souza; 27 {phone}; Mensal; {price}; {due:%d/%m/%Y}")
    await town.taps(owner, "Salvar")
    return town.phone(f"+5527{phone.replace('-', '')}", "Ana Souza")


def reminders(ana: WhatsAppPerson) -> list[tuple[str, ...]]:
    """The buttons of each reminder she has."""
    return [seen.labels for seen in ana.visible() if seen.template.startswith("emdia_reminder")]


def named(town: Town) -> set[str]:
    return {one.name for one in town.box.whatsapp.templates.all()}


async def screen(town: Town, owner: TelegramPerson) -> str:
    await town.tells(owner, "/whatsapp")
    return (await town.taps(owner, "copia o Pix")).text


@pytest.fixture
def account(town: Town) -> None:
    town.box.whatsapp.templates.payment_request = True


@pytest.mark.usefixtures("account")
async def test_where_the_account_has_it_a_tap_copies_the_code_of_this_charge(
    town: Town, owner: TelegramPerson
) -> None:
    ana = await a_client(town, owner, 1, "49,90")
    await town.later(minutes=10)
    assert "Modelos aprovados com o botão: 5" in await screen(town, owner)
    await town.until_morning()
    assert reminders(ana)[-1] == WITH
    assert "copie o código Pix no botão abaixo" in ana.last().text
    told = read_pix(ana.copies(COPY))
    (charge, *_) = await town.rows(charges.select())
    assert (told["amount"], told["txid"]) == ("49.90", charge.txid)
    # The copying is between the client and the phone; the other buttons do what they say.
    with pytest.raises(LookupError):
        ana.taps(COPY)
    await town.taps(ana, "Já paguei")
    assert any("Ana Souza" in seen.text and "pagou" in seen.text for seen in owner.visible())


@pytest.mark.usefixtures("account")
async def test_own_words_have_it_too_unless_they_speak_of_the_other_button(
    town: Town, owner: TelegramPerson
) -> None:
    ana = await a_client(town, owner, 1, "49,90")
    await town.later(minutes=10)
    seen = await town.tells(owner, "/modelos dia")
    assert "Com o botão que copia o código Pix" in seen.text
    assert f"[ {COPY} ]  [ Já paguei ]  [ Parar avisos ]" in seen.text
    await town.taps(owner, "Mudar o texto")
    seen = await town.tells(owner, OWN + " Toque em Ver Pix para pagar.")
    assert "[ Ver Pix ]" in seen.text
    await town.taps(owner, "Escrever de novo")
    seen = await town.tells(owner, OWN)
    assert f"[ {COPY} ]" in seen.text
    town.box.whatsapp.templates.review.hold = True
    await town.taps(owner, "Enviar para aprovação")
    await town.later(minutes=5)
    assert "emdia_reminder_today_v1_pix" in named(town)
    seen = await town.tells(owner, "/modelos dia")
    assert "Com o botão que copia o Pix: a Meta está lendo" in seen.text
    assert "[ Ver Pix ]" in seen.text
    town.box.whatsapp.templates.decide("emdia_reminder_today_v1_pix", "APPROVED")
    await town.quiet()
    await town.until_morning()
    assert ana.last().text.startswith("Oi, Ana Souza!")
    assert ana.last().labels == WITH


async def test_where_it_has_not_all_goes_as_before_and_meta_is_asked_once(
    town: Town, owner: TelegramPerson
) -> None:
    asked: list[str] = []
    before = town.box.whatsapp.on_asked

    def heard(method: str, path: str, query: Mapping[str, str], body: object) -> None:
        if before:
            before(method, path, query, body)
        if isinstance(body, dict) and str(body.get("name", "")).endswith("_pix"):
            asked.append(body["name"])

    town.box.whatsapp.on_asked = heard
    ana = await a_client(town, owner, 1, "49,90")
    await town.later(minutes=10)
    await town.later(hours=7)
    assert len(asked) == 1
    told = await screen(town, owner)
    assert "não aceitou o botão que copia o Pix" in told
    await town.until_morning()
    assert reminders(ana)[-1] == WITHOUT
    assert not any("Textos no WhatsApp" in seen.text for seen in owner.visible())

    town.box.whatsapp.templates.payment_request = True
    await screen(town, owner)
    seen = await town.taps(owner, "Tentar agora")
    assert "a caminho da Meta" in seen.text
    await town.later(minutes=5)
    assert "Modelos aprovados com o botão: 5" in await screen(town, owner)


@pytest.mark.usefixtures("account")
async def test_an_account_that_loses_it_costs_no_reminder_and_sends_none_twice(
    town: Town, owner: TelegramPerson
) -> None:
    ana = await a_client(town, owner, 1, "49,90")
    bia = await a_client(town, owner, 2, "49,90")
    await town.later(minutes=10)
    before = len(reminders(ana))
    town.box.whatsapp.templates.payment_request = False
    await town.until_morning()
    assert len(reminders(ana)) == before + 1
    assert reminders(ana)[-1] == WITHOUT
    assert "Aceite os termos de pagamento" in await screen(town, owner)
    town.box.whatsapp.templates.payment_request = True  # not asked again so soon
    await town.until_morning()
    assert reminders(bia)[-1] == WITHOUT


@pytest.mark.usefixtures("account")
async def test_what_is_found_out_after_it_was_taken_goes_once_more_without(
    town: Town, owner: TelegramPerson
) -> None:
    ana = await a_client(town, owner, 1, "49,90")
    await town.later(minutes=10)
    before = len(reminders(ana))
    ana.fails_with = 134011
    await town.until_morning()
    assert len(reminders(ana)) == before
    ana.fails_with = None
    await town.later(minutes=2)
    assert len(reminders(ana)) == before + 1
    assert reminders(ana)[-1] == WITHOUT
    await town.later(hours=2)
    assert len(reminders(ana)) == before + 1


@pytest.mark.usefixtures("account")
async def test_who_switches_it_off_asks_for_none(town: Town, owner: TelegramPerson) -> None:
    await screen(town, owner)
    await town.taps(owner, "Desligar")
    ana = await a_client(town, owner, 1, "49,90")
    await town.later(minutes=10)
    await town.until_morning()
    assert reminders(ana)[-1] == WITHOUT
    await screen(town, owner)
    seen = await town.taps(owner, "Usar quando a conta permitir")
    assert "copia" in seen.text
