"""What did not go: the owner sees it, sends it again or lets it be, and says so only once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.message import ChannelName
from bot.domain.template import TemplateNews
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.storage.tables import addresses, audit, charges, outbox, people
from tests.support.town import Town
from tests.support.waiting import until

ANA = "+5527998112173"


@pytest.fixture
async def owner(town: Town) -> TelegramPerson:
    """Of a business with one client, whose reminder failed this morning."""
    owner = await town.moves_in()
    await town.later(minutes=10)
    await town.tells(owner, f"/novo Ana Souza; 27 99811-2173; Mensal; 49,90; {town.today:%d/%m/%Y}")
    await town.taps(owner, "Salvar")
    await town.later(minutes=1)
    # All its reports are in: one that came later would say that it arrived after all.
    await until(lambda: was_read(town))
    await stand(town, state="failed", reason="whatsapp.kept_back", ended_at=town.clock.now())
    return owner


async def was_read(town: Town) -> bool:
    rows = await town.rows(sa.select(outbox.c.state).where(outbox.c.kind == "reminder"))
    return [row.state for row in rows] == ["read"]


async def stand(town: Town, **values: object) -> None:
    async with town.house.units.write() as unit:
        reminder = sa.update(outbox).where(outbox.c.kind == "reminder")
        await unit.connection.execute(reminder.values(**values))


async def noted(town: Town, deed: str) -> list[tuple[str, str, str]]:
    """Who did that, about whose message, and from where."""
    query = sa.select(people.c.name, audit.c.about, audit.c.origin).join_from(
        audit, people, people.c.id == audit.c.person_id
    )
    rows = await town.rows(query.where(audit.c.deed == deed))
    return [(row.name, row.about["after"]["member"], row.origin) for row in rows]


def ana(town: Town) -> WhatsAppPerson:
    return town.phone(ANA, "Ana Souza")


def reminded(town: Town) -> int:
    return sum("49,90" in seen.text for seen in ana(town).visible())


async def test_a_failed_reminder_is_sent_again_with_two_taps(
    town: Town, owner: TelegramPerson
) -> None:
    seen = await town.tells(owner, "/fila")
    assert "1 não foi hoje" in seen.text
    await town.taps(owner, "1 para decidir")
    await town.taps(owner, "Ana Souza")
    assert reminded(town) == 1
    seen = await town.taps(owner, "Enviar de novo")
    assert "vai sair de novo" in seen.text
    assert reminded(town) == 2
    assert "Tudo certo" in (await town.tells(owner, "/fila")).text
    assert await noted(town, "delivery.sent_again") == [(owner.name, "Ana Souza", "telegram")]


async def test_a_second_tap_shows_how_it_stands_and_sends_nothing(
    town: Town, owner: TelegramPerson
) -> None:
    await town.tells(owner, "/fila")
    await town.taps(owner, "para decidir")
    message = await town.taps(owner, "Ana Souza")
    await town.tells(owner, "/fila")
    await town.taps(owner, "para decidir")
    await town.taps(owner, "Ana Souza")
    await town.taps(owner, "Enviar de novo")
    await town.taps(owner, "Enviar de novo", message.id)
    (tapped,) = [seen for seen in owner.visible() if seen.id == message.id]
    assert "já foi decidido" in tapped.text
    assert reminded(town) == 2


async def test_what_is_let_be_leaves_the_list(town: Town, owner: TelegramPerson) -> None:
    await town.tells(owner, "/fila")
    await town.taps(owner, "para decidir")
    await town.taps(owner, "Ana Souza")
    seen = await town.taps(owner, "Deixar pra lá")
    assert "fica como está" in seen.text
    seen = await town.taps(owner, "Voltar à lista")
    assert "Nenhuma mensagem" in seen.text
    assert reminded(town) == 1
    assert await noted(town, "delivery.dropped") == [(owner.name, "Ana Souza", "telegram")]


async def test_a_reminder_sent_again_later_says_what_is_true_then(
    town: Town, owner: TelegramPerson
) -> None:
    long_ago = town.today.date() - timedelta(days=40)
    async with town.house.units.write() as unit:
        mine = sa.update(charges).where(charges.c.due_on == town.today.date())
        await unit.connection.execute(mine.values(due_on=long_ago))
    await town.tells(owner, "/fila")
    await town.taps(owner, "para decidir")
    await town.taps(owner, "Ana Souza")
    await town.taps(owner, "Enviar de novo")
    assert "não encontramos" in ana(town).last().text


async def test_a_stopped_channel_is_named_and_can_be_tried_at_once(
    town: Town, owner: TelegramPerson
) -> None:
    until = town.clock.now() + timedelta(hours=1)
    async with town.house.units.write() as unit:
        await unit.channel_states.pause(ChannelName.WHATSAPP, until, "whatsapp.token_wrong")
    seen = await town.tells(owner, "/fila")
    assert "WhatsApp parado até" in seen.text
    assert "parado até" in (await town.tells(owner, "/whatsapp")).text
    await town.tells(owner, "/fila")
    seen = await town.taps(owner, "Tentar WhatsApp já")
    assert "vou tentar de novo agora" in seen.text
    seen = await town.taps(owner, "Olhar de novo")
    assert "parado" not in seen.text


async def test_whoever_cannot_be_reached_any_more_is_said_to_be(
    town: Town, owner: TelegramPerson
) -> None:
    async with town.house.units.write() as unit:
        phones = sa.update(addresses).where(addresses.c.channel == "whatsapp")
        await unit.connection.execute(phones.values(unreachable_at=town.clock.now()))
    await town.tells(owner, "/fila")
    await town.taps(owner, "para decidir")
    await town.taps(owner, "Ana Souza")
    seen = await town.taps(owner, "Enviar de novo")
    assert "Confira o telefone" in seen.text
    assert "1 para decidir" in " ".join((await town.tells(owner, "/fila")).labels)


async def test_every_kind_of_trouble_is_told_with_its_reason(
    town: Town, owner: TelegramPerson
) -> None:
    async with town.house.units.write() as unit:
        await unit.channel_states.say_trouble(ChannelName.TELEGRAM, "telegram.no_connection")
        rita = await unit.people.staff()
        for state, due in (("waiting", 2), ("uncertain", 0)):
            waiting = sa.insert(outbox).values(
                opaque=state,
                person_id=rita[0].id,
                channel="terminal",
                send_to="x",
                kind="notice",
                purpose="claim",
                payload="",
                state=state,
                due_at=town.clock.now() + timedelta(hours=due),
                created_at=town.clock.now(),
                lease_until=town.clock.now() + timedelta(hours=1),
            )
            await unit.connection.execute(waiting)
    seen = await town.tells(owner, "/fila")
    assert "1 para mais tarde: vão sair na hora certa." in seen.text
    assert "1 mensagem que talvez tenha chegado" in seen.text
    assert "Telegram: " in seen.text


async def test_a_form_that_meta_refused_is_told_with_the_reason(
    town: Town, owner: TelegramPerson
) -> None:
    async with town.house.units.write() as unit:
        for name, why in (("receipt", "INVALID_FORMAT"), ("waiting", "whatsapp.template_refused")):
            news = TemplateNews(name, "pt_BR", "REJECTED", reason=why)
            assert await unit.templates.note(news, town.clock.now())
        assert await unit.templates.note(
            TemplateNews("claim_rejected", "pt_BR", "PENDING"), town.clock.now()
        )
        assert await unit.templates.note(
            TemplateNews("reminder_many", "pt_BR", "PAUSED"), town.clock.now()
        )
    seen = await town.tells(owner, "/whatsapp")
    assert "Recibo (português): O formato não passou: veja as palavras " in seen.text
    assert "Novidades esperando (português): " in seen.text
    assert "não pode ser usado agora" in seen.text
    assert "1 em análise pela Meta" in seen.text
