"""The figures of the house, told in the chat: the month in lines and half a year as a picture."""

from bot.sandbox.telegram.person import TelegramPerson
from tests.support.shop_list import CARLA
from tests.support.town import Town


async def test_the_month_in_figures_and_half_a_year_as_a_picture(
    town: Town, shop: TelegramPerson
) -> None:
    await town.later(minutes=20)
    await town.tells(shop, "/pagou Ana Souza; 49,90; hoje; pix")
    await town.taps(shop, "Salvar")
    numbers = await town.tells(shop, "/numeros")
    assert numbers.picture
    assert numbers.content.startswith(b"\x89PNG")
    for line in (
        "👥 9 clientes ativos",
        "Recebido no mês: R$ 49,90",
        "Vencido: R$ 199,70 em 3 cobranças",
        "1 a 7 dias: R$ 149,80",
        "8 a 30 dias: R$ 49,90",
        "Vence hoje: R$ 99,90 em 1 cobrança",
        "8 enviados, 8 entregues, 8 lidos, 0 com falha",
    ):
        assert line in numbers.text
    assert numbers.labels == ("🔴 Ver vencidos", "🔔 Ver avisos", "🏠 Início")


async def test_what_waits_is_said_at_home(town: Town, shop: TelegramPerson) -> None:
    await town.later(minutes=20)
    await town.taps(town.phone(CARLA, "Carla"), "Já paguei")
    home = await town.tells(shop, "/start")
    assert "3 clientes em atraso: R$ 199,70" in home.text
    assert "1 aviso de pagamento espera por você" in home.text
    await town.taps(shop, "Ver avisos", home.id)
    assert "Carla Dias" in shop.last().labels


async def test_an_empty_house_has_figures_too(town: Town, owner: TelegramPerson) -> None:
    numbers = await town.tells(owner, "/numeros")
    assert "0 cliente" in numbers.text
    assert numbers.picture
