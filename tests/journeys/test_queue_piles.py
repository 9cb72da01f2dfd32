"""Many messages at once: decided about by their reason, and a whole chat held back and let go."""

import pytest
import sqlalchemy as sa

from bot.domain.message import ChannelName
from bot.sandbox import Seen
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.storage.tables import addresses, audit, notice_lines, outbox
from tests.support.town import Town
from tests.support.waiting import until

NAMES = ("Ana", "Bia", "Caio", "Davi")


def phone(name: str) -> str:
    return f"+5527998{NAMES.index(name) + 1}12173"


@pytest.fixture
async def owner(town: Town) -> TelegramPerson:
    """Of a business with four clients, none reminded yet."""
    owner = await town.moves_in()
    await town.later(minutes=10)
    return owner


async def clients(town: Town, owner: TelegramPerson) -> None:
    for name in NAMES:
        said = f"/novo {name} Souza; {phone(name)}; Mensal; 49,90; {town.today:%d/%m/%Y}"
        await town.tells(owner, said)
        await town.taps(owner, "Salvar")


async def fail(town: Town, reason: str, *numbers: int, state: str = "failed") -> None:
    """As if those of the reminders had not arrived."""
    wanted = sa.select(outbox.c.id).where(outbox.c.kind == "reminder").order_by(outbox.c.id)
    rows = [row.id for row in await town.rows(wanted)]
    values = {"state": state, "reason": reason, "ended_at": town.clock.now()}
    async with town.house.units.write() as unit:
        chosen = [rows[number] for number in numbers]
        await unit.connection.execute(
            sa.update(outbox).where(outbox.c.id.in_(chosen)).values(**values)
        )


def reminded(town: Town, name: str) -> int:
    return sum("49,90" in seen.text for seen in town.phone(phone(name), name).visible())


async def test_all_of_one_reason_are_sent_again_with_a_second_tap(
    town: Town, owner: TelegramPerson
) -> None:
    await clients(town, owner)
    await town.later(minutes=5)
    await fail(town, "whatsapp.kept_back", 0, 1, 2)
    await fail(town, "whatsapp.unavailable", 3)
    await town.tells(owner, "/fila")
    await town.taps(owner, "4 para decidir")
    seen = await town.taps(owner, "Decidir por motivo")
    assert "1. 3 mensagens" in seen.text
    assert "2. 1 mensagem" in seen.text
    await town.taps(owner, "1 · 3")
    seen = await town.taps(owner, "Enviar as 3 de novo")
    assert "Enviar 3 mensagens de novo?" in seen.text
    assert [reminded(town, name) for name in NAMES] == [1, 1, 1, 1]
    seen = await town.taps(owner, "Enviar as 3 de novo")
    assert "3 mensagens voltaram" in seen.text
    await town.later(minutes=5)
    assert [reminded(town, name) for name in NAMES] == [2, 2, 2, 1]
    # Each line stands by the message that went last, and the deed is in the book.
    lines = await town.rows(sa.select(outbox.c.follows_id).join(notice_lines))
    assert sum(row.follows_id is not None for row in lines) == 3
    deeds = await town.rows(sa.select(audit.c.about).where(audit.c.deed == "delivery.sent_again"))
    assert [row.about["messages"] for row in deeds] == [3]


async def test_two_who_tap_at_once_send_a_pile_once(town: Town, owner: TelegramPerson) -> None:
    await clients(town, owner)
    await town.later(minutes=5)
    await fail(town, "whatsapp.kept_back", 0, 1)
    await town.tells(owner, "/fila")
    await town.taps(owner, "2 para decidir")
    await town.taps(owner, "Decidir por motivo")
    await town.taps(owner, "1 · 2")
    asked = await town.taps(owner, "Enviar as 2 de novo")
    for _ in range(2):
        owner.taps(next(one.id for one in asked.choices if "Enviar" in one.label), asked.id)
    await town.quiet()
    await town.later(minutes=5)
    assert [reminded(town, name) for name in NAMES] == [2, 2, 1, 1]


async def test_all_of_one_reason_are_let_be_with_a_second_tap(
    town: Town, owner: TelegramPerson
) -> None:
    await clients(town, owner)
    await town.later(minutes=5)
    await fail(town, "whatsapp.kept_back", 0, 1)
    await town.tells(owner, "/fila")
    await town.taps(owner, "2 para decidir")
    await town.taps(owner, "Decidir por motivo")
    await town.taps(owner, "1 · 2")
    await town.taps(owner, "Deixar as 2 pra lá")
    seen = await town.taps(owner, "Deixar as 2 pra lá")
    assert "2 mensagens ficam como estão" in seen.text
    assert "para decidir" not in " ".join((await town.tells(owner, "/fila")).labels)
    assert reminded(town, "Ana") == 1


async def test_whoever_has_no_open_chat_stays_on_the_list(
    town: Town, owner: TelegramPerson
) -> None:
    await clients(town, owner)
    await town.later(minutes=5)
    await fail(town, "outbox.uncertain", 0, 1, state="given_up")
    async with town.house.units.write() as unit:
        ana = sa.update(addresses).where(addresses.c.send_to == phone("Ana"))
        await unit.connection.execute(ana.values(unreachable_at=town.clock.now()))
    await town.tells(owner, "/fila")
    await town.taps(owner, "2 para decidir")
    await town.taps(owner, "Decidir por motivo")
    await town.taps(owner, "1 · 2")
    await town.taps(owner, "Enviar as 2 de novo")
    seen = await town.taps(owner, "Enviar as 2 de novo")
    assert "1 mensagem voltou" in seen.text
    assert "1 ficou na lista" in seen.text
    await town.later(minutes=5)
    assert [reminded(town, name) for name in NAMES[:2]] == [1, 2]
    assert "1 para decidir" in " ".join((await town.tells(owner, "/fila")).labels)


async def said(who: TelegramPerson | WhatsAppPerson, words: str) -> Seen:
    """What somebody is answered, whatever else waits."""
    before = len(who.visible())
    who.says(words)
    await until(lambda: len(who.visible()) >= before + 2)
    return who.last()


async def test_a_chat_that_is_held_back_keeps_its_queue_and_still_answers(
    town: Town, owner: TelegramPerson
) -> None:
    await town.tells(town.phone(phone("Ana"), "Ana"), "oi")
    await town.tells(owner, "/fila")
    seen = await town.taps(owner, "Pausar WhatsApp")
    assert "WhatsApp pausado" in seen.text
    await clients(town, owner)
    town.box.advance(minutes=5)
    await town.house.ticks.all_once()
    seen = await said(owner, "/fila")
    assert "4 mensagens prontas para sair" in seen.text
    assert "pausado por vocês" in seen.text
    ana = town.phone(phone("Ana"), "Ana")
    assert "Academia" in (await said(ana, "oi")).text
    # What stopped the account is another thing: a restart does not undo what the house said.
    await town.house.telling.trouble(ChannelName.WHATSAPP, "")
    await town.house.ticks.all_once()
    seen = await said(owner, "/fila")
    assert [reminded(town, name) for name in NAMES] == [0, 0, 0, 0]
    await town.taps(owner, "Retomar WhatsApp")
    await town.later(minutes=5)
    assert [reminded(town, name) for name in NAMES[1:]] == [1, 1, 1]
    assert "pausado" not in (await town.tells(owner, "/fila")).text


async def test_what_gives_no_sign_of_arrival_is_told_once_with_the_list_behind_it(
    town: Town, owner: TelegramPerson
) -> None:
    await clients(town, owner)
    await town.later(minutes=5)
    wanted = sa.select(outbox.c.id).where(outbox.c.send_to == phone("Ana"))
    (row,) = await town.rows(wanted)
    async with town.house.units.write() as unit:
        silent = sa.update(outbox).where(outbox.c.id == row.id)
        await unit.connection.execute(
            silent.values(state="sent", delivered_at=None, read_at=None, provider_id="lost")
        )
    await town.tells(town.phone(phone("Bia"), "Bia"), "oi")
    await town.later(hours=25)
    told = [seen for seen in owner.visible() if "não chegou, até onde se sabe" in seen.text]
    assert len(told) == 1
    seen = await town.taps(owner, "Ver quais", told[0].id)
    assert any("Ana Souza" in label for label in seen.labels)
    await town.later(minutes=10)
    # The list took the place of the words; no others came.
    assert not [one for one in owner.visible() if "até onde se sabe" in one.text]
    await town.tells(owner, "/config")
    await town.taps(owner, "Regras de contato")
    seen = await town.taps(owner, "Outro chat: sim/não")
    assert "não tento por outro chat" in seen.text
    await town.taps(owner, "Sem sinal de chegada")
    seen = await town.tells(owner, "0")
    assert "não aviso" in seen.text
