"""The owner looks at the number: how it stands, how well it arrives, what it costs."""

import sqlalchemy as sa

from bot.domain.message import ChannelName
from bot.sandbox.telegram.person import TelegramPerson
from bot.storage.tables import addresses, audit, outbox
from tests.support.program import a_program
from tests.support.shop_list import CARLA, ELISA
from tests.support.town import Town


async def test_the_number_is_shown_with_its_limit_and_how_well_it_arrives(
    town: Town, shop: TelegramPerson
) -> None:
    town.phone(ELISA, "Elisa").not_on_whatsapp = True
    await town.later(minutes=20)
    told = (await town.tells(shop, "/whatsapp")).text
    assert "+5511940000000" in told
    assert "Qualidade: 🟢 alta" in told
    assert "de até 2.000" in told
    assert "chegaram" in told


async def test_a_price_that_is_said_makes_the_month_s_cost(
    town: Town, shop: TelegramPerson
) -> None:
    await town.later(minutes=20)
    before = (await town.tells(shop, "/whatsapp")).text
    assert "ainda não" in before
    await town.taps(shop, "Preços")
    await town.taps(shop, "Lembretes e recibos")
    await town.tells(shop, "55")
    wrong = await town.tells(shop, "quatro centavos")
    assert "Não entendi o preço" in wrong.text
    said = await town.tells(shop, "1,5")
    assert "Lembretes e recibos (utility), +55: BRL 1,5" in said.text
    sent = await town.rows(sa.select(outbox.c.id).where(outbox.c.kind == "reminder"))
    told = (await town.tells(shop, "/whatsapp")).text
    assert f"R$ {len(sent) * 1.5:.2f}".replace(".", ",") in told
    deeds = await town.rows(sa.select(audit.c.deed).where(audit.c.deed == "number.priced"))
    assert len(deeds) == 1


async def test_answers_are_free_up_to_what_the_owner_says(town: Town, shop: TelegramPerson) -> None:
    carla = town.phone(CARLA, "Carla")
    for price in ("Respostas", "Respostas grátis"):
        await town.tells(shop, "/whatsapp")
        await town.taps(shop, "Preços")
        await town.taps(shop, price)
        if price == "Respostas":
            await town.taps(shop, "Pular")
            await town.tells(shop, "1")
        else:
            await town.tells(shop, "2")
    for _ in range(3):
        await town.tells(carla, "oi")
    told = (await town.tells(shop, "/whatsapp")).text
    assert "3 entregues no mês, 1 pagas" in told


async def test_a_program_sends_a_test_to_whoever_made_its_token(
    town: Town, owner: TelegramPerson
) -> None:
    async with a_program(town) as program:
        nobody = await program.asks("POST", "/whatsapp/test")
        assert (nobody.status, nobody.code) == (409, "number.no_chat")
        phone = town.phone("+5527999990000", "Bia")
        (person,) = await town.rows(sa.select(addresses.c.person_id).limit(1))
        async with town.house.units.write() as unit:
            chat = {"channel": ChannelName.WHATSAPP.value, "key": "552799990000"}
            await unit.connection.execute(
                sa.insert(addresses).values(
                    person_id=person.person_id,
                    send_to=phone.phone,
                    last_inbound_at=town.clock.now(),
                    **chat,
                )
            )
        assert owner
        phone.says("oi")
        await town.quiet()
        sent = await program.asks("POST", "/whatsapp/test")
        assert sent.status == 202
        await town.quiet()
    assert "Mensagem de teste" in phone.last().text
