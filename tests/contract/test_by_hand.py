"""``/cobrar``: reminding by hand, seen before it goes, kept back where it must be, never twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.composition.shop import Shop
from bot.domain.delivery import Stop
from bot.domain.errors import Refusal
from bot.domain.ids import ClientId, PersonId
from bot.domain.message import ChannelName, Outgoing
from bot.domain.reasons import Reason
from bot.domain.role import Role
from bot.services.ports.by_hand import Whom
from bot.storage.tables import addresses, charges, claims, clients, notice_lines, outbox
from bot.storage.tables import subscriptions as subs
from bot.storage.unit_of_work import Units
from tests.support.books import HOUSE, TODAY, Books, a_client, premises_of
from tests.support.talk import Talk

DAY = timedelta(days=1)
WHATSAPP = ChannelName.WHATSAPP
NAMES = ("Ana Souza", "Bia Lima", "Caio Reis", "Davi Melo", "Eva Nunes", "Fabi Cruz", "Gil Dias")


@pytest.fixture
async def books(books: Books) -> Books:
    """Seven who are two days late; the ladder is empty."""
    await books.plan("Ouro", 9990)
    for number, name in enumerate(NAMES):
        plan = "Ouro" if name == "Gil Dias" else "Mensal"
        await books.add(a_client(name, f"11 98765-43{number:02}", plan=plan))
    await change(books, sa.update(charges).values(due_on=TODAY - 2 * DAY, reminded=True))
    return books


async def change(books: Books, statement: sa.sql.dml.ValuesBase | sa.Update) -> None:
    async with books.open() as shop:
        await shop.unit.connection.execute(statement)


async def reminders(books: Books) -> Sequence[Any]:
    async with books.open() as shop:
        query = sa.select(outbox.c.id, clients.c.name, outbox.c.state).join(
            clients, clients.c.person_id == outbox.c.person_id
        )
        query = query.where(outbox.c.kind == "reminder").order_by(clients.c.name)
        return (await shop.unit.connection.execute(query)).all()


def of(name: str) -> sa.ColumnElement[bool]:
    return clients.c.name == name


def his(name: str) -> sa.ScalarSelect[int]:
    return sa.select(clients.c.id).where(of(name)).scalar_subquery()


async def number_of(books: Books, name: str) -> ClientId:
    async with books.open() as shop:
        query = sa.select(clients.c.id).where(of(name))
        return ClientId((await shop.unit.connection.execute(query)).scalar_one())


async def keep_back_six(books: Books) -> None:
    """Everybody but Gil, each for a reason of their own."""
    now = books.clock.now()
    await change(books, sa.update(clients).where(of("Ana Souza")).values(opted_out_at=now))
    await change(
        books, sa.update(subs).where(subs.c.client_id == his("Bia Lima")).values(standing="paused")
    )
    await change(
        books,
        sa.insert(claims).values(client_id=his("Caio Reis"), state="pending", created_at=now),
    )
    await change(books, sa.update(clients).where(of("Davi Melo")).values(promised_on=TODAY))
    await change(
        books,
        sa.update(charges).where(charges.c.client_id == his("Eva Nunes")).values(reminded=False),
    )
    fabi = sa.select(clients.c.person_id).where(of("Fabi Cruz")).scalar_subquery()
    await change(
        books, sa.update(addresses).where(addresses.c.person_id == fabi).values(unreachable_at=now)
    )


async def test_all_who_are_late_are_reminded_after_a_look_and_a_tap(
    books: Books, owner: Talk
) -> None:
    await owner.says("/cobrar")
    await owner.taps("by_hand.all_late")
    assert "7 clientes seriam lembrados" in owner.reads
    assert "Olá, Ana Souza!" in owner.reads
    assert "R$ 49,90" in owner.reads.replace("\N{NO-BREAK SPACE}", " ")
    assert await reminders(books) == []
    await owner.taps("by_hand.send")
    assert "7 clientes" in owner.reads
    assert len(await reminders(books)) == 7


async def test_the_look_says_that_a_chat_is_stopped_and_what_goes_over_it_waits(
    books: Books, owner: Talk
) -> None:
    async with books.open() as shop:
        states, now = shop.unit.channel_states, books.clock.now()
        await states.hold(WHATSAPP, now)
        await states.pause(ChannelName.TELEGRAM, now + timedelta(hours=1), "telegram.token_wrong")
    await owner.says("/cobrar")
    await owner.taps("by_hand.all_late")
    assert "WhatsApp está pausado pela casa" in owner.reads
    assert "Telegram está parado" in owner.reads
    await owner.taps("by_hand.go.queue")
    assert "O token do bot não é aceito" in owner.reads, "why, and what to do"
    books.clock.advance(hours=2)
    async with books.open() as shop:
        await shop.unit.channel_states.let_go(WHATSAPP)
    await owner.says("/cobrar")
    await owner.taps("by_hand.all_late")
    assert "⏸️" not in owner.reads


async def test_the_look_says_until_when_the_network_lets_nothing_begin(
    books: Books, owner: Talk
) -> None:
    now = books.clock.now()
    async with books.open() as shop:
        stop = Stop("whatsapp.restricted", starts_only=True)
        await shop.unit.channel_states.stop(WHATSAPP, stop, now + timedelta(hours=3), now)
    await owner.says("/cobrar")
    await owner.taps("by_hand.all_late")
    assert "by_hand.waits_rest" in owner.sees
    assert "15:00" in owner.reads
    assert "by_hand.go.queue" in owner.offered
    books.clock.advance(hours=4)
    await owner.says("/cobrar")
    await owner.taps("by_hand.all_late")
    assert not {"by_hand.waits_rest", "by_hand.waits"}.intersection(owner.sees)
    assert "by_hand.go.queue" not in owner.offered


async def test_a_second_tap_sends_nothing_and_says_so(books: Books, owner: Talk) -> None:
    await owner.says("/cobrar")
    await owner.taps("by_hand.all_late")
    buttons = list(owner.buttons)
    await owner.taps("by_hand.send")
    owner.buttons = buttons
    await owner.taps("by_hand.send")
    assert owner.sees == ["errors.by_hand.nobody"]
    assert len(await reminders(books)) == 7


async def test_whoever_is_kept_back_is_counted_by_the_reason(books: Books, owner: Talk) -> None:
    await keep_back_six(books)
    async with books.open() as shop:
        view = await shop.by_hand.preview(Whom())
    assert view.ready == 1
    assert {held.reason for held in view.held} == {
        Reason.OPTED_OUT,
        Reason.PAUSED,
        Reason.CLAIMED,
        Reason.PROMISED,
        Reason.ARRIVED_LATE,
        Reason.UNREACHABLE,
    }
    await owner.says("/cobrar")
    await owner.taps("by_hand.all_late")
    assert "6 ficam de fora" in owner.reads
    await owner.taps("by_hand.see_held")
    assert "Bia Lima: o cliente está pausado." in owner.reads
    await owner.taps("by_hand.back_to_preview")
    await owner.taps("by_hand.send")
    assert [row.name for row in await reminders(books)] == ["Gil Dias"]


async def test_the_list_of_those_kept_back_goes_on(books: Books, owner: Talk) -> None:
    await books.add(a_client("Hugo Paz", "11 98765-4399"))
    await change(books, sa.update(charges).values(due_on=TODAY - 2 * DAY))
    await change(books, sa.update(clients).values(opted_out_at=books.clock.now()))
    await owner.says("/cobrar")
    await owner.taps("by_hand.all_late")
    assert "by_hand.nobody" in owner.sees
    await owner.taps("by_hand.see_held")
    assert "Gil Dias" in owner.reads
    assert "Hugo Paz" not in owner.reads
    await owner.taps("list.more")
    assert "Hugo Paz" in owner.reads


async def test_one_client_is_named_and_reminded(books: Books, owner: Talk) -> None:
    await owner.says("/cobrar ana")
    assert "1 cliente seria lembrado" in owner.reads
    await owner.taps("by_hand.send")
    assert [row.name for row in await reminders(books)] == ["Ana Souza"]
    await owner.says("/cobrar ana")
    assert owner.sees[0] == "by_hand.nobody"
    assert "já há um lembrete a caminho" in owner.reads
    await change(books, sa.update(outbox).where(outbox.c.kind == "reminder").values(state="read"))
    await owner.says("/cobrar ana")
    assert "já recebeu um lembrete hoje" in owner.reads


async def test_of_several_with_a_name_one_is_chosen(books: Books, owner: Talk) -> None:
    await owner.says("/cobrar")
    await owner.taps("by_hand.one")
    await owner.says("zulmira")
    assert owner.sees == ["by_hand.nobody_called"]
    await owner.taps("by_hand.back")
    await owner.taps("by_hand.one")
    await owner.says("11 98765")
    assert owner.sees == ["by_hand.several"]
    await owner.taps("Eva Nunes")
    await owner.taps("by_hand.send")
    assert [row.name for row in await reminders(books)] == ["Eva Nunes"]


async def test_those_on_a_plan_and_those_who_stand_so_may_be_chosen(
    books: Books, owner: Talk
) -> None:
    await owner.says("/cobrar")
    await owner.taps("by_hand.by_plan")
    await owner.taps("Ouro")
    assert "1 cliente seria lembrado" in owner.reads
    await owner.says("/cobrar")
    await owner.taps("by_hand.by_standing")
    await owner.taps("standing.late")
    assert "7 clientes seriam lembrados" in owner.reads


async def test_the_card_reminds_with_two_taps(books: Books, owner: Talk) -> None:
    await owner.says("/cliente ana")
    await owner.taps("client.remind_now")
    await owner.taps("by_hand.send")
    assert [row.name for row in await reminders(books)] == ["Ana Souza"]


async def test_at_night_it_says_when_it_goes_and_goes_then(books: Books, owner: Talk) -> None:
    books.clock.advance(hours=10)
    await owner.says("/cobrar ana")
    assert "16/10/2026" in owner.reads
    assert "09:00" in owner.reads
    await owner.taps("by_hand.send")
    (row,) = await reminders(books)
    assert row.state == "waiting"


async def test_what_leaves_is_what_was_shown(books: Books, owner: Talk) -> None:
    await owner.says("/cobrar ana")
    shown = owner.reads
    await owner.taps("by_hand.send")
    async with books.open() as shop:
        rows = await shop.unit.leases.claim("w", WHATSAPP, 10, books.clock.now())
        told = await shop.reminders.compose(rows)
        (said,) = told.values()
        assert isinstance(said, Outgoing)
        words = [shop.premises.words.say(line, "pt_BR") for line in said.body]
    assert all(line in shown for line in words)


async def test_all_that_is_late_goes_in_one_notice_and_what_is_not_due_stays_out(
    books: Books, owner: Talk
) -> None:
    ana = await number_of(books, "Ana Souza")
    async with books.open() as shop:
        mine = sa.select(charges).where(charges.c.client_id == ana)
        (row,) = (await shop.unit.connection.execute(mine)).all()
        for cycle, due in enumerate((TODAY - DAY, TODAY + 5 * DAY), 10):
            about = {**row._asdict(), "cycle": cycle, "due_on": due, "txid": f"X{cycle}"}
            del about["id"]
            await shop.unit.connection.execute(sa.insert(charges).values(**about))
    await owner.says("/cobrar ana")
    assert "2 pagamentos em aberto" in owner.reads
    await owner.taps("by_hand.send")
    async with books.open() as shop:
        lines = sa.select(charges.c.due_on, notice_lines.c.by_hand_on).join(
            notice_lines, notice_lines.c.charge_id == charges.c.id
        )
        found = (await shop.unit.connection.execute(lines.order_by(charges.c.due_on))).all()
    assert [tuple(line) for line in found] == [(TODAY - 2 * DAY, TODAY), (TODAY - DAY, TODAY)]


async def test_who_owes_only_later_is_reminded_of_what_is_due_next(
    books: Books, owner: Talk
) -> None:
    ana = charges.c.client_id == his("Ana Souza")
    await change(books, sa.update(charges).where(ana).values(due_on=TODAY + 3 * DAY))
    await owner.says("/cobrar ana")
    assert "vence em" in owner.reads


async def test_one_that_failed_today_may_be_sent_again(books: Books, owner: Talk) -> None:
    await owner.says("/cobrar ana")
    await owner.taps("by_hand.send")
    await change(books, sa.update(outbox).where(outbox.c.kind == "reminder").values(state="failed"))
    await owner.says("/cobrar ana")
    await owner.taps("by_hand.send")
    rows = await reminders(books)
    assert [row.state for row in rows] == ["failed", "waiting"]
    async with books.open() as shop:
        sheets = await shop.unit.sheets.load([rows[1].id], TODAY)
    assert len(sheets) == 1


async def test_only_who_decides_reminds(books: Books) -> None:
    viewer = Talk(books, sender="7009")
    await viewer.join(Role.VIEWER)
    await viewer.says("/cobrar")
    assert viewer.sees == ["errors.not_allowed"]


async def test_a_business_without_a_name_reminds_nobody_by_hand(books: Books) -> None:
    whom = Whom(client=await number_of(books, "Ana Souza"))
    async with Units(books.engines, books.clock).write() as unit:
        shop = Shop(unit, replace(HOUSE, name=""), 0, premises_of(books))
        with pytest.raises(Refusal, match="nameless"):
            await shop.by_hand.preview(whom)
        with pytest.raises(Refusal, match="nameless"):
            await shop.by_hand.send(whom, by=PersonId(1))
    assert await reminders(books) == []
