"""Every way in which nobody knows whether a message left, from the network to the phone.

Decision 0005 says what is done about each. A process that is killed between a request and its
record stands in ``test_kill.py``.
"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.evidence import grace
from bot.domain.message import Address, ChannelName
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.services.ports.people import Caller
from bot.storage.tables import attempts, outbox
from bot.telemetry.metrics import REGISTRY
from tests.support.street import PATIENCE_S
from tests.support.town import Town
from tests.support.waiting import until

ANAS_PHONE = "5527998765432"
OF_WHATSAPP = (grace(ChannelName.WHATSAPP) + timedelta(minutes=1)).total_seconds()
OF_TELEGRAM = (grace(ChannelName.TELEGRAM) + timedelta(seconds=10)).total_seconds()
A_WHILE = 45.0  # a status that comes after we stopped listening for the answer


@pytest.fixture
async def ana(town: Town, owner: TelegramPerson) -> WhatsAppPerson:
    """A client who is to be reminded with the next tick, once her network says how it goes."""
    await town.later(minutes=10)
    await town.tells(owner, "/novo Ana Souza; 27 99876-5432; Mensal; 49,90; hoje")
    return town.phone(ANAS_PHONE, "Ana Souza")


async def begins(town: Town, owner: TelegramPerson) -> None:
    """The client is written down; her reminder leaves."""
    await town.taps(owner, "✅ Salvar")
    await town.house.ticks.all_once()


def on_whatsapp(town: Town) -> int:
    """How many reminders the network has taken."""
    return sum(each.kind == "template" for each in town.box.accepted("whatsapp"))


async def states(town: Town) -> list[str]:
    query = sa.select(outbox.c.state).where(outbox.c.kind == "reminder").order_by(outbox.c.id)
    return [row.state for row in await town.rows(query)]


async def stands(town: Town, *expected: str) -> None:
    """Wait until the reminders stand like this."""

    async def found() -> list[str] | None:
        now = await states(town)
        return now if now == list(expected) else None

    await until(found, PATIENCE_S)


async def diary(town: Town) -> list[str]:
    """What is written down of the reminders."""
    query = (
        sa.select(attempts.c.what)
        .join(outbox, outbox.c.id == attempts.c.outbox_id)
        .where(outbox.c.kind == "reminder")
    )
    return [row.what for row in await town.rows(query.order_by(attempts.c.id))]


def retried() -> float:
    labels = {"channel": "whatsapp", "reason": "outbox.uncertain"}
    return REGISTRY.get_sample_value("emdia_outbox_retried_total", labels) or 0.0


async def test_taken_and_never_answered_is_settled_by_its_status(
    town: Town, owner: TelegramPerson, ana: WhatsAppPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.whatsapp.client.TIMEOUT_S", 2.0)
    town.box.faults.next("whatsapp.messages", "hang")
    town.box.faults.mix("whatsapp.status", {"delay": 1}, 1, seconds=A_WHILE)
    await begins(town, owner)
    await stands(town, "uncertain")
    assert on_whatsapp(town) == 1
    await town.later(seconds=A_WHILE + 5)
    await stands(town, "read")
    await town.later(seconds=OF_WHATSAPP)
    assert on_whatsapp(town) == 1
    assert "resent" not in await diary(town)


async def test_a_status_that_is_quicker_than_the_answer_is_not_taken_back_by_it(
    town: Town, owner: TelegramPerson, ana: WhatsAppPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.whatsapp.client.TIMEOUT_S", 5.0)
    # Its answer never comes: whatever is heard of it comes before our own record.
    town.box.faults.next("whatsapp.messages", "hang")
    await begins(town, owner)
    await stands(town, "read")
    await town.quiet()
    await town.later(seconds=OF_WHATSAPP)
    assert await states(town) == ["read"]
    assert on_whatsapp(town) == 1
    assert "resent" not in await diary(town)


async def test_lost_half_way_goes_once_more_when_other_news_came(
    town: Town, owner: TelegramPerson, ana: WhatsAppPerson
) -> None:
    before = retried()
    town.box.faults.next("whatsapp.messages", "drop")
    await begins(town, owner)
    await stands(town, "uncertain")
    assert on_whatsapp(town) == 0
    await town.tells(town.phone("5527911112222", "Rui"), "oi")
    await town.later(seconds=OF_WHATSAPP / 2)
    assert await states(town) == ["uncertain"]
    await town.later(seconds=OF_WHATSAPP / 2)
    await stands(town, "read")
    assert on_whatsapp(town) == 1
    assert (await diary(town)).count("resent") == 1
    assert retried() - before == 1


async def test_lost_twice_is_the_owners_to_decide(
    town: Town, owner: TelegramPerson, ana: WhatsAppPerson
) -> None:
    town.box.faults.next("whatsapp.messages", "drop")
    await begins(town, owner)
    await stands(town, "uncertain")
    await town.tells(town.phone("5527911112222", "Rui"), "oi")
    town.box.faults.next("whatsapp.messages", "drop")
    await town.later(seconds=OF_WHATSAPP)
    await stands(town, "uncertain")
    assert "resent" in await diary(town)
    await town.tells(town.phone("5527911112222", "Rui"), "oi")
    await town.later(seconds=OF_WHATSAPP)
    await stands(town, "given_up")
    assert on_whatsapp(town) == 0
    await sends_again(town, owner)
    await stands(town, "given_up", "read")
    assert on_whatsapp(town) == 1


async def test_where_no_webhook_comes_it_stays_in_doubt_until_the_owner_sends_it_again(
    town: Town, owner: TelegramPerson, ana: WhatsAppPerson
) -> None:
    town.box.faults.mix("whatsapp.status", {"lose": 1}, 1)
    town.box.faults.next("whatsapp.messages", "drop")
    await begins(town, owner)
    await stands(town, "uncertain")
    for _ in range(3):
        await town.later(seconds=OF_WHATSAPP)
    assert await states(town) == ["uncertain"]
    assert on_whatsapp(town) == 0
    await sends_again(town, owner)
    await stands(town, "given_up", "accepted")
    assert on_whatsapp(town) == 1


async def test_over_telegram_a_reminder_in_doubt_is_not_sent_again_by_itself(
    town: Town, owner: TelegramPerson, ana: WhatsAppPerson
) -> None:
    on_telegram = await linked(town, owner)
    town.box.faults.next("telegram.sendmessage", "drop_after")
    await town.house.ticks.all_once()
    await stands(town, "uncertain")
    for _ in range(3):
        await town.later(seconds=OF_TELEGRAM)
    await stands(town, "given_up")
    assert reminders_on(on_telegram) == 1
    await sends_again(town, owner)
    await stands(town, "given_up", "accepted")
    assert reminders_on(on_telegram) == 2


async def test_over_telegram_an_answer_in_doubt_is_given_once_more(
    town: Town, owner: TelegramPerson
) -> None:
    town.breathes()
    town.box.faults.next("telegram.sendmessage", "drop_after")
    before = len(owner.visible())
    owner.says("/planos")

    async def in_doubt() -> bool:
        query = sa.select(outbox.c.id).where(outbox.c.state == "uncertain")
        return bool(await town.rows(query))

    await until(in_doubt, PATIENCE_S)
    await town.later(seconds=OF_TELEGRAM)
    answers = [seen.text for seen in owner.visible()[before:] if not seen.mine]
    assert len(answers) == 2
    assert len(set(answers)) == 1


async def linked(town: Town, owner: TelegramPerson) -> TelegramPerson:
    """The client is written down, and on Telegram before her reminder leaves."""
    phone = town.admin(70, "Ana")
    phone.started = True  # or the bot may not write to them
    async with town.house.units.write() as unit:
        places = (ChannelName.WHATSAPP, ANAS_PHONE), (ChannelName.TELEGRAM, str(phone.id))
        known = [
            await unit.people.calling(Caller(Address(*place), "Ana", "pt_BR"), town.clock.now())
            for place in places
        ]
        await unit.people.join(known[0].id, *places[1])
    await town.taps(owner, "✅ Salvar")
    return phone


def reminders_on(phone: TelegramPerson) -> int:
    return sum("49,90" in seen.text for seen in phone.visible())


async def sends_again(town: Town, owner: TelegramPerson) -> None:
    """The owner finds it on the list, and says so."""
    await town.tells(owner, "/fila")
    await town.taps(owner, "para decidir")
    await town.taps(owner, "Ana Souza")
    assert "vai sair de novo" in (await town.taps(owner, "Enviar de novo")).text
