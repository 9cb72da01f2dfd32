"""The owner looks at the number: how it stands, how well it arrives, what it costs."""

from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from bot.domain.message import ChannelName
from bot.sandbox.telegram.person import TelegramPerson
from bot.storage.tables import addresses, audit, channel_states, outbox
from tests.support.program import a_program
from tests.support.shop_list import CARLA, ELISA
from tests.support.town import Town
from tests.support.waiting import until


async def test_the_number_is_shown_with_its_limit_and_how_well_it_arrives(
    town: Town, shop: TelegramPerson
) -> None:
    town.phone(ELISA, "Elisa").not_on_whatsapp = True
    await town.later(minutes=20)
    told = (await town.tells(shop, "/whatsapp")).text
    assert "+55 11 94000-0000" in told
    assert "Qualidade: 🟢 alta" in told
    assert "de até 2.000" in told
    assert "chegaram" in told


async def test_whoever_may_say_no_price_is_told_who_may(town: Town, shop: TelegramPerson) -> None:
    await town.later(minutes=20)
    assert "Diga em Preços" in (await town.tells(shop, "/whatsapp")).text
    helper = town.admin(8, "Caio Reis")
    await town.tells(shop, "/equipe")
    invited = await town.taps(shop, "Convidar alguém")
    await town.tells(helper, f"/start {invited.text.split()[-1]}")
    told = await town.tells(helper, "/whatsapp")
    assert "O dono diz em /whatsapp, Preços" in told.text
    assert not [label for label in told.labels if "Preços" in label]


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
    assert "3 entregues no mês; pagas: 1" in told


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


async def test_a_restriction_holds_the_reminders_answers_go_and_it_ends_by_itself(
    town: Town, shop: TelegramPerson
) -> None:
    carla = town.phone(CARLA, "Carla")
    ends = int((town.clock.now() + timedelta(hours=2)).timestamp())
    told = {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": ends}
    value = {"event": "ACCOUNT_RESTRICTION", "restriction_info": [told]}
    town.box.whatsapp.tell_of_account("account_update", value)
    await until(partial(_restricted, town), within=30)
    town.box.advance(minutes=1)
    await town.house.ticks.all_once()
    await until(lambda: any("restringiu a conta" in seen.text for seen in shop.visible()), 30)
    assert not _reminded(town)
    carla.says("oi")
    await until(lambda: any(not seen.mine for seen in carla.visible()), 30)
    town.box.advance(hours=2)
    await town.house.ticks.all_once()
    await until(partial(_reminded, town), within=30)
    assert "restringiu" not in (await town.tells(shop, "/whatsapp")).text


async def _restricted(town: Town) -> bool:
    rows = await town.rows(sa.select(channel_states.c.starts_trouble))
    return "whatsapp.restricted" in [row.starts_trouble for row in rows]


def _reminded(town: Town) -> bool:
    return any(entry.kind == "template" for entry in town.box.accepted("whatsapp"))
