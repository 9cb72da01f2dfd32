"""The ladder by chat: in words, changed once it was said whom that touches, played on the past."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.errors import Conflict, NotFound
from bot.domain.ids import StepId
from bot.domain.ladder import Step
from bot.domain.role import Role
from bot.services.ports.ladder import Draft
from bot.storage.tables import charges, clients, notice_lines
from tests.support.books import NOON, TODAY, Books, a_client
from tests.support.talk import Talk

DAY = timedelta(days=1)


@pytest.fixture
async def books(books: Books) -> Books:
    """Three who owe: one is due in two days, two tomorrow; today is a Thursday."""
    await books.plan("Ouro", 9990)
    async with books.open() as shop:
        await shop.unit.ladder.seed()
    await books.add(a_client("Ana Souza", "11 98765-4321", due=TODAY + 2 * DAY))
    await books.add(a_client("Bia Lima", "11 98765-4322", due=TODAY + DAY))
    await books.add(a_client("Caio Reis", "11 98765-4323", plan="Ouro", due=TODAY + DAY))
    return books


async def ladder(books: Books) -> Sequence[Step]:
    async with books.open() as shop:
        return await shop.unit.ladder.steps()


async def days(books: Books) -> list[int]:
    return [step.offset_days for step in await ladder(books)]


async def planned(books: Books) -> int:
    async with books.open() as shop:
        return await shop.reminders.plan()


async def test_the_ladder_is_shown_in_words(owner: Talk) -> None:
    await owner.says("/regua")
    assert owner.sees == ["ladder.title"]
    assert "6 lembretes" in owner.reads
    await owner.taps("3 dias antes")
    assert "09:00" in owner.reads
    assert "[nome]" in owner.reads
    assert "Todos os planos" in owner.reads


async def test_another_hour_is_asked_read_back_and_kept(books: Books, owner: Talk) -> None:
    await owner.says("/regua")
    await owner.taps("No dia do vencimento")
    await owner.taps("ladder.change_hour")
    await owner.says("lá pelas nove")
    assert owner.sees[0] == "errors.ladder.hour"
    await owner.says("14h30")
    assert "Ficaria assim" in owner.reads
    assert "Hoje muda para 0 cliente." in owner.reads
    assert "7 dias, para 3 clientes" in owner.reads
    assert (await ladder(books))[1].at == time(9)
    await owner.taps("ladder.accept")
    assert (await ladder(books))[1].at == time(14, 30)


async def test_a_new_step_says_how_many_it_touches_today(books: Books, owner: Talk) -> None:
    await planned(books)
    await owner.says("/regua")
    await owner.taps("ladder.add")
    await owner.says("1 dia antes")
    await owner.says("10h")
    # Bia and Caio are due tomorrow; Ana's turn is tomorrow.
    assert "Hoje muda para 2 clientes" in owner.reads
    assert "7 dias, para 3 clientes" in owner.reads
    await owner.taps("ladder.accept")
    assert await days(books) == [-3, -1, 0, 1, 3, 7, 15]


async def test_what_was_said_it_would_touch_is_what_is_planned(books: Books, owner: Talk) -> None:
    async with books.open() as shop:
        for step in await shop.unit.ladder.steps():
            await shop.unit.ladder.remove(step.id, NOON)
    assert await planned(books) == 0
    me = await owner.join(Role.OWNER)
    async with books.open() as shop:
        draft = Draft(None, -1, time(9), "reminder_before")
        touch = await shop.ladder.propose(draft)
        await shop.ladder.accept(draft, me)
    assert touch.today == await planned(books) == 2


async def test_a_step_for_one_plan_touches_only_its_clients(books: Books, owner: Talk) -> None:
    await planned(books)
    await owner.says("/regua")
    await owner.taps("ladder.add")
    await owner.says("-1")
    await owner.says("9h")
    await owner.taps("ladder.change_plan")
    await owner.taps("Ouro")
    assert "Para: Ouro" in owner.reads
    assert "7 dias, para 1 cliente." in owner.reads
    await owner.taps("ladder.accept")
    assert [step.plan_id is not None for step in await ladder(books)][:2] == [False, True]
    await owner.says("/regua")
    assert any("só Ouro" in hint for hint in owner.hints)


async def test_two_steps_on_one_day_for_the_same_clients_are_refused(owner: Talk) -> None:
    await owner.says("/regua")
    await owner.taps("ladder.add")
    await owner.says("3 dias antes")
    await owner.says("10h")
    assert owner.sees[0] == "errors.ladder.taken"
    assert owner.sees[-1] == "form.add_step.days"
    await owner.says("2 dias antes")
    assert "Ficaria assim: 2 dias antes" in owner.reads


async def test_a_step_is_switched_off_and_on_and_taken_out(books: Books, owner: Talk) -> None:
    await owner.says("/regua")
    await owner.taps("15 dias depois")
    await owner.taps("ladder.switch_off")
    await owner.taps("ladder.accept")
    assert not (await ladder(books))[-1].on
    assert any("Desligado" in hint for hint in owner.hints)
    await owner.taps("15 dias depois")
    await owner.taps("ladder.switch_on")
    await owner.taps("ladder.accept")
    assert (await ladder(books))[-1].on
    await owner.taps("15 dias depois")
    await owner.taps("ladder.remove")
    assert "sairia da régua" in owner.reads
    await owner.taps("ladder.accept")
    assert await days(books) == [-3, 0, 1, 3, 7]


async def test_a_tap_on_a_step_that_is_gone_says_so(books: Books, owner: Talk) -> None:
    await owner.says("/regua")
    last = (await ladder(books))[-1]
    async with books.open() as shop:
        await shop.unit.ladder.remove(last.id, NOON)
    await owner.taps("15 dias depois")
    assert owner.sees == ["errors.ladder.gone"]


async def test_other_words_are_chosen_among_those_that_are_true(books: Books, owner: Talk) -> None:
    await owner.says("/regua")
    await owner.taps("7 dias depois")
    await owner.taps("ladder.change_wording")
    assert "Lembrete do dia" not in owner.reads
    await owner.taps("Lembrete de atraso")
    await owner.taps("ladder.accept")
    assert (await ladder(books))[4].template == "reminder_late"


async def test_a_step_that_moves_over_the_due_date_takes_words_that_are_true_there(
    books: Books, owner: Talk
) -> None:
    await owner.says("/regua")
    await owner.taps("3 dias antes")
    await owner.taps("ladder.move")
    await owner.says("2 dias depois")
    await owner.taps("ladder.accept")
    assert [(s.offset_days, s.template) for s in await ladder(books)][2] == (2, "reminder_late")


async def test_a_preferred_chat_is_kept(books: Books, owner: Talk) -> None:
    await owner.says("/regua")
    await owner.taps("3 dias antes")
    await owner.taps("ladder.change_channel")
    await owner.taps("WhatsApp")
    await owner.taps("ladder.accept")
    assert (await ladder(books))[0].channel == "whatsapp"


async def test_a_step_that_was_overtaken_may_go_on_its_new_day(books: Books, owner: Talk) -> None:
    me = await owner.join(Role.OWNER)
    books.clock.advance(days=1)
    await planned(books)
    async with books.open() as shop:
        before = await shop.unit.ladder.steps()
        passed = sa.select(notice_lines.c.charge_id).where(notice_lines.c.state == "overtaken")
        assert len((await shop.unit.connection.execute(passed)).all()) == 2
        await shop.ladder.accept(Draft.of(before[0], offset_days=2, template="reminder_late"), me)
        assert not (await shop.unit.connection.execute(passed)).all()


async def test_only_who_decides_changes_the_ladder(books: Books) -> None:
    viewer = Talk(books, sender="7009")
    await viewer.join(Role.VIEWER)
    await viewer.says("/regua")
    await viewer.taps("3 dias antes")
    await viewer.taps("ladder.remove")
    assert viewer.sees == ["errors.not_allowed"]
    assert len(await ladder(books)) == 6


async def test_too_many_steps_are_refused_with_a_way_out(books: Books, owner: Talk) -> None:
    async with books.open() as shop:
        for offset in range(20, 34):
            await shop.unit.ladder.add(Draft(None, offset, time(9), "reminder_last"))
    await owner.says("/regua")
    await owner.taps("ladder.add")
    await owner.says("40")
    await owner.says("9h")
    assert owner.sees[0] == "errors.ladder.too_many"


async def test_the_simulation_counts_what_would_have_gone(books: Books, owner: Talk) -> None:
    await a_paid_month(books)
    await owner.says("/regua simular")
    assert owner.sees[0] == "replay.title"
    # Ana paid a day late: before, on the day, the day after. Nobody else was due.
    assert "3 mensagens, para 1 clientes" in owner.reads
    assert "3 dias antes, às 09:00: 1" in owner.reads
    assert "09h ▇▇▇▇▇▇▇▇▇▇▇▇ 3" in owner.reads
    await owner.taps("replay.who")
    assert owner.reads.count("Ana Souza") == 3


async def test_the_simulation_of_a_change_leads_to_its_decision(books: Books, owner: Talk) -> None:
    await a_paid_month(books)
    await owner.says("/regua")
    await owner.taps("1 dia depois")
    await owner.taps("ladder.remove")
    assert "seriam 2 mensagens; com a régua de hoje, 3" in owner.reads
    await owner.taps("ladder.simulate_this")
    assert owner.sees[0] == "replay.changed"
    assert "2 mensagens" in owner.reads
    await owner.taps("replay.decide")
    await owner.taps("ladder.accept")
    assert 1 not in await days(books)


async def test_nobody_to_remind_is_said_in_a_simulation(owner: Talk) -> None:
    await owner.says("/regua simular")
    assert "replay.none" in owner.sees


async def test_a_change_that_another_made_impossible_is_refused(books: Books, owner: Talk) -> None:
    me = await owner.join(Role.OWNER)
    first = Draft(None, 5, time(9), "reminder_late")
    async with books.open() as shop:
        await shop.ladder.accept(first, me)
        with pytest.raises(Conflict):
            await shop.ladder.accept(first, me)
        with pytest.raises(NotFound):
            await shop.ladder.step(StepId(999))


async def a_paid_month(books: Books) -> None:
    """Ana's charge was due on a Wednesday two weeks ago and paid two days later."""
    due_on = TODAY - 15 * DAY
    paid = datetime.combine(due_on + DAY, time(20), tzinfo=NOON.tzinfo)
    async with books.open() as shop:
        ana = sa.select(clients.c.id).where(clients.c.name == "Ana Souza").scalar_subquery()
        await shop.unit.connection.execute(
            sa.update(charges)
            .where(charges.c.client_id == ana)
            .values(
                due_on=due_on,
                created_at=NOON - 30 * DAY,
                settled_at=paid,
                paid=charges.c.amount,
            )
        )
        others = charges.c.client_id != ana
        await shop.unit.connection.execute(
            sa.update(charges).where(others).values(due_on=TODAY + 9 * DAY)
        )
