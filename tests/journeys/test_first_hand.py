"""What the Cloud API tells of people besides their words, through the door and its signature."""

from bot.sandbox.telegram.person import TelegramPerson
from tests.support.shop_list import BRUNO
from tests.support.town import Town

_NEW = "+5527998119999"


async def test_a_new_number_is_told_by_the_network_and_taken_over_by_a_tap(
    town: Town, shop: TelegramPerson
) -> None:
    await town.until_morning()
    bruno = town.phone(BRUNO, "Bruno Lima")
    assert bruno.visible()
    town.breathes()
    bruno.changes_number(_NEW)
    asked = await town.sees(shop)
    assert "Bruno Lima trocou de número no WhatsApp" in asked.text
    new = town.phone(_NEW, "Bruno")
    # Whoever writes from there is nobody's client before the house has said so.
    assert "Bruno Lima" not in (await town.tells(new, "já paguei")).text
    assert "agora recebe tudo em" in (await town.taps(shop, "Sim, usar o novo")).text
    await town.tells(new, "já paguei")
    assert "Bruno Lima avisou que pagou" in (await town.sees(shop)).text
