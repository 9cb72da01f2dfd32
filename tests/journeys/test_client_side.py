"""The client's phone: a reminder, its three buttons, and whatever else a client writes."""

import pytest

from bot.domain.pix import read_pix
from bot.sandbox import Seen
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from tests.support.shop_list import ANA, CARLA
from tests.support.town import Town


@pytest.fixture
async def carla(town: Town, shop: TelegramPerson) -> WhatsAppPerson:
    """A client whose charge is due today, and who has been told so."""
    carla = town.phone(CARLA, "Carlinha 🌸")
    await town.later(minutes=20)
    (reminder,) = carla.visible()
    assert "R$ 99,90" in reminder.text
    assert reminder.labels == ("Já paguei", "Ver Pix", "Parar avisos")
    return carla


async def test_a_picture_is_a_receipt_that_the_owner_sees(
    town: Town, shop: TelegramPerson, carla: WhatsAppPerson
) -> None:
    carla.uploads(b"\x89PNG\r\n\x1a\n", "image/png", "recibo.png", caption="segue")
    answer = await town.sees(carla)
    assert "omprovante" in answer.text
    claim = shop.last()
    assert "segue" in claim.text
    assert claim.content == b"\x89PNG\r\n\x1a\n"
    assert claim.labels[0] == "✅ Confirmar"
    carla.uploads(b"%PDF-1.4", "application/pdf", "recibo.pdf")
    assert "Juntei esse arquivo" in (await town.sees(carla)).text
    assert shop.last().content == b"%PDF-1.4"


async def test_who_says_stop_is_left_alone_at_once(
    town: Town, shop: TelegramPerson, carla: WhatsAppPerson
) -> None:
    for word in ("Sair", "stop", "PARE"):
        assert "não envia mais lembretes" in (await town.tells(carla, word)).text
    messages = len(carla.visible())
    await town.until_morning(1)
    await town.until_morning(2)
    assert len(carla.visible()) == messages
    assert "🔕" in (await town.tells(shop, "/cliente carla")).text


async def test_who_comes_back_is_reminded_again(town: Town, carla: WhatsAppPerson) -> None:
    await town.taps(carla, "Parar avisos")
    assert "volta a receber" in (await town.taps(carla, "Voltar a receber")).text
    messages = len(carla.visible())
    await town.until_morning(1)
    assert len(carla.visible()) == messages + 1


async def test_anything_else_reaches_the_owner(
    town: Town, shop: TelegramPerson, carla: WhatsAppPerson
) -> None:
    answer = await town.tells(carla, "Posso pagar <b>amanhã</b>? *por favor*")
    assert "Passei a sua mensagem" in answer.text
    assert answer.labels == ("✅ Já paguei", "💠 Ver Pix")
    assert shop.last().text == "💬 Carla Dias escreveu:\nPosso pagar <b>amanhã</b>? *por favor*"
    assert "Carla Dias" in (await town.taps(shop, "Ver cliente")).text
    carla.sends_unsupported()
    assert "eu não leio" in (await town.sees(carla)).text
    assert "não leio" in shop.last().text
    carla.uploads(b"a,b", "text/csv", "lista.csv")
    assert "Passei a sua mensagem" in (await town.sees(carla)).text
    forwarded = shop.visible()[-1]
    assert forwarded.content == b"a,b"


async def test_a_client_commands_nothing(town: Town, carla: WhatsAppPerson) -> None:
    for words in ("/clientes", "/numeros", "/novo Eva; 27 99814-2173; Mensal; 49,90; dia 5"):
        answer = await town.tells(carla, words)
        assert "Passei a sua mensagem" in answer.text
    assert "não encontrei" not in (await town.tells(carla, "let-me-in")).text


async def test_a_button_older_than_its_ticket_still_means_what_it_says(
    town: Town, shop: TelegramPerson, carla: WhatsAppPerson
) -> None:
    reminder = carla.visible()[0]
    await town.later(days=62)
    assert "vai conferir" in (await town.taps(carla, "Já paguei", reminder.id)).text
    assert "Carla Dias avisou que pagou" in shop.last().text


async def test_nobody_sees_what_is_anothers(town: Town, carla: WhatsAppPerson) -> None:
    ana = town.phone(ANA, "Ana")
    token = carla.visible()[0].choices[0].id
    theirs = ana.visible()[0].choices[0]
    assert token != theirs.id
    await town.taps(ana, "Ver Pix")
    assert read_pix(_answers(ana)[-2].text)["amount"] == "49.90"


def _answers(who: WhatsAppPerson) -> list[Seen]:
    return [seen for seen in who.visible() if not seen.mine]
