"""An owner who has only WhatsApp: buttons up to three, lists up to ten, numbers beyond."""

import pytest

from bot.sandbox.whatsapp.person import WhatsAppPerson
from tests.support.shop_list import CARLA, a_shop_list
from tests.support.town import OWNER_CODE, Town


@pytest.fixture
async def bia(town: Town) -> WhatsAppPerson:
    """She set her house up on WhatsApp and sent her list there."""
    bia = town.phone("+5527999990000", "Bia")
    for words in (OWNER_CODE, "Studio Bela", "1", "12345678909", "1", "1"):
        await town.tells(bia, words)
    assert "Tudo pronto" in bia.last().text
    return bia


async def test_everything_is_said_without_a_slash(town: Town, bia: WhatsAppPerson) -> None:
    for word, title in (
        ("menu", "Studio Bela"),
        ("Clientes", "Clientes"),
        ("números", "Recebido no mês"),
        ("planos", "Planos"),
        ("equipe", "Equipe"),
        ("config", "Seu idioma"),
        ("fila", "Fila"),
        ("ajuda", "Como posso ajudar"),
        ("hoje", "Vencem hoje"),
        ("vencidos", "Atrasados"),
        ("pendentes", "Avisos de pagamento"),
    ):
        answer = await town.tells(bia, word)
        assert title in answer.text
        assert answer.choices


async def test_choices_come_in_the_form_that_fits(town: Town, bia: WhatsAppPerson) -> None:
    three = await town.tells(bia, "/blabla")
    assert [choice.kind for choice in three.choices] == ["button"]
    many = await town.tells(bia, "menu")
    assert {choice.kind for choice in many.choices} == {"row"}
    assert many.list_label == "Escolher"
    bia.uploads(a_shop_list(town.today.date()), "text/csv", "clientes.csv")
    assert "9 clientes novos" in (await town.sees(bia)).text
    await town.taps(bia, "✅ Importar")
    page = await town.tells(bia, "clientes")
    assert len(page.choices) == 10
    assert page.choices[1].hint == "deve R$ 49,90, 4 dias de atraso"
    assert "Hugo Sá" in (await town.tells(bia, "8")).labels


async def test_a_client_is_added_by_typing_numbers(town: Town, bia: WhatsAppPerson) -> None:
    for words in ("novo", "Ana Souza", "27 99814-2173", "1", "49,90"):
        await town.tells(bia, words)
    assert "Passo 5 de 6" in bia.last().text
    # Where a number could be the answer, it is: 10 is the day, not the tenth choice.
    await town.tells(bia, "10")
    check = await town.tells(bia, "pular")
    assert "Vencimento: *10/" in check.text
    assert "está na lista" in (await town.tells(bia, "1")).text


async def test_an_owner_away_for_a_day_is_told_by_a_form(town: Town, bia: WhatsAppPerson) -> None:
    bia.uploads(a_shop_list(town.today.date()), "text/csv", "clientes.csv")
    await town.sees(bia)
    await town.taps(bia, "✅ Importar")
    await town.until_morning(2)
    carla = town.phone(CARLA, "Carla")
    await town.taps(carla, "Já paguei")
    assert bia.last().template == "emdia_waiting"
    (see_now,) = bia.last().labels
    assert (await town.taps(bia, see_now)).labels[0] == "✅ Confirmar"
