"""From a client added in the chat to a confirmed payment, and back: the story of the house."""

from datetime import time, timedelta

import sqlalchemy as sa

from bot.sandbox import Seen
from bot.sandbox.telegram.person import TelegramPerson
from bot.storage.tables import payments
from tests.support.shop_list import BRUNO, CARLA
from tests.support.town import Town
from tests.support.watch import a_watched_town


async def test_from_a_new_client_to_a_receipt(database_url: str) -> None:
    async with a_watched_town(database_url) as town:
        owner = await town.moves_in()
        ana = town.phone("+5527998142173", "Ana")
        due = town.today.date() + timedelta(days=3)
        await town.tells(owner, f"/novo Ana Souza; 27 99814-2173; Mensal; 49,90; {due:%d/%m/%Y}")
        await town.taps(owner, "Salvar")
        await town.until_morning(0, time(11, 0))
        assert "vence em" in ana.last().text
        await town.taps(ana, "Já paguei")
        claim = owner.last()
        await town.taps(owner, "Confirmar")
        assert "confirmado: R$ 49,90" in seen_again(owner, claim).text
        assert "recebeu o seu pagamento de *R$ 49,90*" in ana.last().text
        messages = len(ana.visible())
        await town.until_morning(3)
        await town.until_morning(1)
        assert len(ana.visible()) == messages
        for days in (26, 1, 1, 1, 1):  # whatever day is closed, one of these is not
            await town.until_morning(days)
        next_one = ana.visible()[messages]
        assert "reminder" in next_one.template
        assert "R$ 49,90" in next_one.text
        assert "Recebido no mês" in (await town.tells(owner, "/numeros")).text


async def test_confirming_twice_records_one_payment(town: Town, shop: TelegramPerson) -> None:
    claim = await a_claim(town, shop)
    confirm = claim.choices[0].id
    shop.forges_tap(confirm, claim.id)
    shop.forges_tap(confirm, claim.id)
    await town.quiet()
    assert "já foi confirmado por Bia Souza" in seen_again(shop, claim).text
    assert await how_many_payments(town) == 1


async def test_two_admins_at_once_record_one_payment(town: Town, shop: TelegramPerson) -> None:
    helper = town.admin(8, "Caio Reis")
    await town.tells(shop, "/equipe")
    code = (await town.taps(shop, "Convidar alguém")).text.split()[-1]
    await town.tells(helper, f"/start {code}")
    claim = await a_claim(town, shop)
    theirs = helper.last()
    shop.taps("✅ Confirmar")
    helper.taps("✅ Confirmar")
    await town.quiet()
    told = [seen_again(shop, claim).text, seen_again(helper, theirs).text]
    assert sum("confirmado: R$ 99,90" in text for text in told) == 1
    assert sum("já foi confirmado por" in text for text in told) == 1
    assert await how_many_payments(town) == 1


async def test_the_first_claim_still_stands_after_ten_messages(
    town: Town, shop: TelegramPerson
) -> None:
    claim = await a_claim(town, shop)
    for _ in range(5):
        await town.tells(shop, "/ajuda")
        await town.tells(shop, "/hoje")
    await town.taps(shop, "Confirmar", claim.id)
    assert "confirmado: R$ 99,90" in seen_again(shop, claim).text


async def test_undo_takes_it_back_within_a_day(town: Town, shop: TelegramPerson) -> None:
    await a_claim(town, shop)
    await town.taps(shop, "Confirmar")
    assert "🟢 Em dia" in (await town.tells(shop, "/cliente carla")).text
    await town.tells(shop, "/desfazer")
    assert "Desfeito" in (await town.taps(shop, "Desfazer")).text
    card = await town.tells(shop, "/cliente carla")
    assert "Deve R$ 99,90" in card.text
    assert "não há o que desfazer" in (await town.tells(shop, "/desfazer")).text


async def test_after_a_day_it_cannot_be_undone(town: Town, shop: TelegramPerson) -> None:
    await a_claim(town, shop)
    done = await town.taps(shop, "Confirmar")
    await town.later(hours=25)
    await town.taps(shop, "Desfazer", done.id)
    assert "24 horas" in seen_again(shop, done).text
    assert await how_many_payments(town) == 1


async def test_a_payment_is_recorded_without_a_claim(town: Town, shop: TelegramPerson) -> None:
    bruno = town.phone(BRUNO, "Bruno")
    asked = await town.tells(shop, "/pagou")
    assert {"Bruno Lima", "Gabi Rocha"} <= set(asked.labels)
    await town.tells(shop, "bruno")
    await town.taps(shop, "R$ 49,90")
    await town.taps(shop, "Hoje")
    check = await town.taps(shop, "Dinheiro")
    assert "Dinheiro" in check.text
    await town.taps(shop, "Salvar")
    assert "Recebemos o seu pagamento de *R$ 49,90*" in bruno.last().text


async def a_claim(town: Town, owner: TelegramPerson) -> Seen:
    """Carla says that she has paid; what the owner is asked."""
    await town.later(minutes=20)
    await town.taps(town.phone(CARLA, "Carla"), "Já paguei")
    return owner.last()


async def how_many_payments(town: Town) -> int:
    """Those that stand."""
    standing = sa.select(payments.c.id).where(payments.c.reversed_at.is_(None))
    return len(await town.rows(standing))


def seen_again(who: TelegramPerson, message: Seen) -> Seen:
    """A message as it reads now."""
    return next(seen for seen in who.visible() if seen.id == message.id)
