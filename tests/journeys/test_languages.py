"""Three languages in one house: an English admin, a Brazilian owner, a Spanish client."""

from bot.sandbox.telegram.person import TelegramPerson
from tests.support.explorer import Explorer
from tests.support.shop_list import CARLA
from tests.support.town import OWNER_CODE, Town


async def test_a_telephone_tells_its_language(town: Town) -> None:
    john = town.box.seed_admin(5, "John", "en-US")
    lucia = town.box.seed_admin(6, "Lucía", "es-AR")
    assert "automatic" in (await town.tells(john, "hi")).text
    assert "código de invitación" in (await town.tells(lucia, "hola")).text
    await town.tells(lucia, f"/start {OWNER_CODE}")
    assert lucia.last().labels == ("Cancelar",)
    for words in ("Estudio Bella", "Vitória", "saltar", "Mensual 49,90"):
        await town.tells(lucia, words)
    assert "Plan: Mensual · 49,90" in lucia.last().text
    assert "¡Todo listo, Estudio Bella!" in (await town.tells(lucia, "guardar")).text


async def test_each_is_spoken_to_in_their_own(town: Town, shop: TelegramPerson) -> None:
    carla = town.phone(CARLA, "Carla")
    await town.tells(shop, "/cliente carla")
    await town.taps(shop, "Editar")
    await town.taps(shop, "Idioma")
    await town.taps(shop, "espanhol")
    await town.later(minutes=20)
    await town.tells(shop, "/config")
    await town.taps(shop, "Idioma")
    assert "English" in (await town.taps(shop, "inglês")).text
    (reminder,) = carla.visible()
    assert reminder.labels == ("Ya pagué", "Ver Pix", "Parar avisos")
    await town.taps(carla, "Ya pagué")
    assert "paid" in shop.last().text
    assert shop.last().labels[0] == "✅ Confirm"
    await town.taps(shop, "✅ Confirm")
    assert "R$99.90" in shop.last().text
    day = town.today.date()
    assert f"{day:%b} {day.day}, {day.year}" in shop.last().text
    assert "99,90" in carla.last().text
    assert "racias" in carla.last().text
    assert "9 active clients" in (await town.tells(shop, "/numbers")).text


async def test_a_client_asks_for_another_language(town: Town, shop: TelegramPerson) -> None:
    carla = town.phone(CARLA, "Carla")
    assert "English" in (await town.tells(carla, "English")).text
    assert "your message" in (await town.tells(carla, "Can I pay tomorrow?")).text
    assert "português" in (await town.tells(carla, "português")).text
    assert "Passei a sua mensagem" in (await town.tells(carla, "bom dia")).text


async def test_an_english_house_has_no_word_missing(town: Town, shop: TelegramPerson) -> None:
    await town.tells(shop, "/config")
    await town.taps(shop, "Idioma")
    await town.taps(shop, "inglês")
    for command in ("/home", "/help", "/queue", "/whatsapp", "/plans", "/team", "/today"):
        assert (await town.tells(shop, command)).text
    card = Explorer(town, shop, avoid=frozenset({"home", "change_language"}))
    await card.explore("/client bruno", most=30)
    assert card.silent == []
