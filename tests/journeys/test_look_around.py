"""Looking around: lists that turn pages, filters that add up, searches, a card and its buttons."""

from bot.sandbox.telegram.person import TelegramPerson
from tests.support.town import Town

FIRST_PAGE = (
    "Ana Souza",
    "Bruno Lima",
    "Carla Dias",
    "Davi Reis",
    "Elisa Prado",
    "Fábio Nunes",
    "Gabi Rocha",
)


async def test_the_list_turns_its_pages(town: Town, shop: TelegramPerson) -> None:
    first = await town.tells(shop, "/clientes")
    assert "Clientes (9)" in first.text
    assert first.labels == (*FIRST_PAGE, "▶️ Ver mais", "🔎 Filtrar", "🏠 Início")
    second = await town.taps(shop, "Ver mais")
    assert second.labels == ("Hugo Sá", "Íris Melo", "🔎 Filtrar", "🏠 Início")
    assert "Íris Melo" in (await town.taps(shop, "Íris Melo")).text


async def test_a_range_of_due_days(town: Town, shop: TelegramPerson) -> None:
    await town.tells(shop, "/clientes")
    await town.taps(shop, "Filtrar")
    await town.taps(shop, "Vence a partir de")
    await town.tells(shop, "hoje")
    await town.taps(shop, "Filtrar")
    await town.taps(shop, "Vence até")
    today = await town.tells(shop, "hoje")
    assert today.labels[0] == "Carla Dias"
    assert "Clientes (1)" in today.text


async def test_searches_forgive_accents_and_case(town: Town, shop: TelegramPerson) -> None:
    for words, found in (
        ("/buscar iris", "Íris Melo"),
        ("/buscar FABIO", "Fábio Nunes"),
        ("/buscar 2107", "Hugo Sá"),
        ("/buscar 99811-2103", "Davi Reis"),
        ("/buscar #vip", "Ana Souza"),
        ("sa", "Hugo Sá"),
    ):
        assert found in (await town.tells(shop, words)).labels
    nobody = await town.tells(shop, "/buscar zzz")
    assert "Não encontrei ninguém" in nobody.text
    assert "🏠 Início" in nobody.labels


async def test_one_name_opens_the_card(town: Town, shop: TelegramPerson) -> None:
    card = await town.tells(shop, "/cliente bruno")
    assert "Bruno Lima · 🔴 Atrasado" in card.text
    assert "Deve R$ 49,90" in card.text
    assert card.labels == (
        "💵 Registrar pagamento",
        "🔔 Lembrar agora",
        "🤝 Prometeu pagar em…",
        "✏️ Editar",
        "❓ Por quê?",
        "🕘 Histórico",
        "✈️ Convidar para o Telegram",
        "⏸️ Pausar",
        "🔕 Não lembrar",
        "🚫 Encerrar",
        "🏠 Início",
    )


async def test_today_and_the_late_have_lists_of_their_own(town: Town, shop: TelegramPerson) -> None:
    assert (await town.tells(shop, "/hoje")).labels == ("Carla Dias", "🏠 Início")
    late = await town.tells(shop, "/vencidos")
    assert late.labels == ("Gabi Rocha", "Bruno Lima", "Davi Reis", "🔔 Cobrar", "🏠 Início")
    assert "9 dias de atraso" in late.text


async def test_a_paused_client_who_owes_nothing_cannot_pay(
    town: Town, shop: TelegramPerson
) -> None:
    await town.tells(shop, "/pagou Íris Melo; 49,90; hoje; pix")
    await town.taps(shop, "Salvar")
    await town.taps(shop, "Ver cliente")
    paused = await town.taps(shop, "Pausar")
    assert "⏸️ Pausado" in paused.text
    assert "💵 Registrar pagamento" not in paused.labels
    assert "💵 Registrar pagamento" in (await town.taps(shop, "Reativar")).labels
