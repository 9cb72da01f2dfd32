"""The rules version by version: kept with each change, compared in words, and gone back to."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, time

import pytest
import sqlalchemy as sa

from bot.composition.shop import Shop
from bot.domain.calendar import Hours
from bot.domain.errors import Conflict
from bot.domain.ids import PersonId
from bot.domain.money import Money
from bot.domain.own_text import TextKey
from bot.domain.pix import PixKey
from bot.domain.role import Role
from bot.domain.rule_files import TEXTS, digest
from bot.domain.rule_reading import parse
from bot.services.ports.ladder import Draft
from bot.services.ports.versions import Noted
from bot.storage.engine import Engines
from bot.storage.soundness import AWAY
from bot.storage.tables import audit, notice_lines, rule_versions
from tests.support.books import Books, a_client, words
from tests.support.talk import Talk

CHRISTMAS_EVE = date(2026, 12, 24)


@pytest.fixture
async def books(books: Books) -> Books:
    """A house that was there before versions were."""
    async with books.open() as shop:
        await shop.unit.ladder.seed()
        await shop.unit.business.change(set_up_at=books.clock.now())
        await shop.versions.begin()
    return books


@pytest.fixture
async def me(books: Books) -> PersonId:
    return await Talk(books, "7009").join(Role.OWNER)


async def numbers(books: Books) -> Sequence[int]:
    async with books.engines.reader.connect() as connection:
        query = sa.select(rule_versions.c.number).order_by(rule_versions.c.number)
        return (await connection.execute(query)).scalars().all()


async def days(books: Books) -> list[int]:
    async with books.open() as shop:
        return [step.offset_days for step in await shop.unit.ladder.steps()]


async def move(books: Books, me: PersonId, was: int, now: int) -> None:
    """A step of the ladder on another day."""
    async with books.open() as shop:
        steps = {step.offset_days: step for step in await shop.unit.ladder.steps()}
        await shop.ladder.accept(Draft.of(steps[was], offset_days=now), me)


async def back_to(books: Books, me: PersonId, number: int, *, whole: bool = True) -> list[str]:
    """Go back; what was left, in Portuguese."""
    async with books.open() as shop:
        seen = (await shop.versions.way_back(number, whole=whole)).seen
    async with books.open() as shop:
        left = await shop.versions.go_back(number, seen, me, whole=whole)
    return [words().say(line, "pt_BR") for line in left]


async def is_kept(books: Books) -> bool:
    """Whether the newest version is what is so."""
    async with books.open() as shop:
        newest = await shop.unit.versions.newest()
        return newest is not None and parse(newest.files) == await shop.versions.book()


async def differs(books: Books, number: int) -> list[str]:
    """How a version differs from the one before, in Portuguese."""
    async with books.open() as shop:
        told = await shop.versions.version(number)
    return [words().say(line, "pt_BR") for line in told.changes]


async def test_a_change_is_a_version_with_its_commit(books: Books, me: PersonId) -> None:
    assert await numbers(books) == [1]
    await move(books, me, 3, 5)
    assert await numbers(books) == [1, 2]
    assert await differs(books, 2) == [
        "Lembrete 3 dias depois (Lembrete de atraso): quando: 3 dias depois → 5 dias depois"
    ]
    assert await is_kept(books)


async def test_what_is_not_kept_is_no_version(books: Books, me: PersonId) -> None:
    async with books.open() as shop:
        with suppress(RuntimeError):
            async with shop.unit.savepoint():
                await shop.business.rename("Outra", me)
                raise RuntimeError
    assert await numbers(books) == [1]
    with suppress(RuntimeError):
        async with books.open() as shop:
            await shop.business.rename("Outra", me)
            raise RuntimeError
    assert await numbers(books) == [1]


async def test_what_changes_nothing_is_no_version(books: Books, me: PersonId) -> None:
    async with books.open() as shop:
        await shop.business.tell_in_the_evening(by=me, on=True)
    await books.add(a_client())
    assert await numbers(books) == [1]


async def test_all_that_one_message_changes_is_one_version(books: Books, me: PersonId) -> None:
    async with books.open() as shop:
        await shop.business.close_on(CHRISTMAS_EVE, me)
        await shop.business.move("Serra", me)
    assert await numbers(books) == [1, 2]
    assert await differs(books, 2) == ["cidade: Vitória → Serra", "dia fechado 24/12/2026: sim"]


async def test_a_house_that_is_not_set_up_has_no_rules_yet(engines: Engines) -> None:
    books = Books(engines)
    async with books.open() as shop:
        await shop.versions.begin()
        assert await shop.versions.book() is None
    assert await numbers(books) == []


async def test_those_who_change_things_at_once_all_get_a_version(
    books: Books, me: PersonId
) -> None:
    async def rename() -> None:
        async with books.open() as shop:
            await shop.business.rename("Forma Nova", me)

    await asyncio.gather(
        move(books, me, 3, 5),
        move(books, me, 7, 9),
        rename(),
        books.plan("Ouro"),
        books.plan("Prata"),
    )
    assert await numbers(books) == [1, 2, 3, 4, 5, 6]
    assert [bool(await differs(books, number)) for number in range(2, 7)] == [True] * 5
    assert await is_kept(books)


async def test_of_two_who_change_the_settings_at_once_neither_undoes_the_other(
    books: Books, me: PersonId
) -> None:
    changes: Sequence[Callable[[Shop], Awaitable[None]]] = (
        lambda shop: shop.business.close_on(CHRISTMAS_EVE, me),
        lambda shop: shop.business.close_on(date(2026, 12, 31), me),
        lambda shop: shop.business.tell_in_the_evening(by=me, on=False),
        lambda shop: shop.business.keep_hours([6], Hours(time(9), time(12)), me),
        lambda shop: shop.business.move("Serra", me),
    )

    async def one(change: Callable[[Shop], Awaitable[None]]) -> None:
        async with books.open() as shop:  # each has looked at the house as it was at first
            await change(shop)

    await asyncio.gather(*(one(change) for change in changes))
    assert await numbers(books) == [1, 2, 3, 4, 5, 6]
    assert [len(await differs(books, number)) for number in range(2, 7)] == [1] * 5
    async with books.open() as shop:
        house = await shop.unit.business.get()
    assert house
    assert house.closed_days == {CHRISTMAS_EVE, date(2026, 12, 31)}
    assert (house.city, house.evening_digest, 6 in house.hours) == ("Serra", False, True)


async def test_a_version_is_never_changed(books: Books) -> None:
    for deed in (sa.delete(rule_versions), sa.update(rule_versions).values(deed="x")):
        with pytest.raises(sa.exc.DBAPIError) as refused:
            async with books.engines.writer.begin() as connection:
                await connection.execute(deed)
        assert not isinstance(refused.value.orig, AWAY)


async def test_going_back_is_a_version_and_may_be_gone_back_on(books: Books, me: PersonId) -> None:
    before = await days(books)
    await move(books, me, 3, 5)
    await move(books, me, 7, 10)
    changed = await days(books)
    assert await back_to(books, me, 1) == []
    assert await days(books) == before
    assert await numbers(books) == [1, 2, 3, 4]
    assert await back_to(books, me, 3) == []  # on second thoughts
    assert await days(books) == changed
    assert await numbers(books) == [1, 2, 3, 4, 5]
    assert await is_kept(books)


async def test_everything_goes_back(books: Books, me: PersonId) -> None:
    async with books.open() as shop:
        first = await shop.versions.book()
    async with books.open() as shop:
        house = await shop.business.profile()
        await shop.business.rename("Outra", me)
        await shop.business.move("Serra", me)
        await shop.business.take_money_at(PixKey.read("pix@outra.com.br"), me)
        await shop.business.keep_hours([6], Hours(time(9), time(12)), me)
        await shop.business.keep_hours([0, 1, 2, 3, 4, 5], None, me)
        await shop.business.close_on(CHRISTMAS_EVE, me)
        await shop.business.tell_in_the_evening(by=me, on=False)
        await shop.business.keep_rules(replace(house.rules, per_week=1, per_minute=0), me)
        plan = (await shop.plans.all())[0]
        await shop.plans.change_price(plan.id, Money(5990), by=me)
        await shop.plans.rename(plan.id, "Básico", by=me)
        await shop.plans.sell(plan.id, on_sale=False, by=me)
    async with books.open() as shop:
        changed = await shop.versions.book()
    assert await numbers(books) == [1, 2]
    assert await back_to(books, me, 1) == []
    async with books.open() as shop:
        assert await shop.versions.book() == first
    assert await back_to(books, me, 2) == []
    async with books.open() as shop:
        assert await shop.versions.book() == changed


async def test_texts_go_back_with_the_rest(books: Books, me: PersonId) -> None:
    key = TextKey("reminder_today", "pt_BR")
    first = "Oi {name}, sua mensalidade de {amount} vence hoje, tudo certo?"
    read = "Oi {nome}, sua mensalidade de {valor} vence hoje, tudo certo?"
    async with books.open() as shop:
        await shop.texts.save(key, first, me)
    assert await differs(books, 2) == [f"Texto Lembrete do dia (português): agora «{read}»"]
    async with books.open() as shop:
        await shop.texts.save(key, first.replace("Oi", "Bom dia"), me)
    assert (await differs(books, 3))[0].startswith("Texto Lembrete do dia (português): «Oi {nome}")
    assert await back_to(books, me, 2) == []
    async with books.open() as shop:
        assert (await shop.texts.view(key)).words == first
    assert await back_to(books, me, 1) == []
    async with books.open() as shop:
        assert not (await shop.texts.view(key)).has_own
    assert (await differs(books, 5))[0].endswith("de novo as palavras do EmDia")
    assert await numbers(books) == [1, 2, 3, 4, 5]


async def test_a_version_of_before_there_were_texts_leaves_them(books: Books, me: PersonId) -> None:
    async with books.open() as shop:
        newest = await shop.unit.versions.newest()
        assert newest
        files = {path: text for path, text in newest.files.items() if path != TEXTS}
        noted = Noted("business.changed", me)
        await shop.unit.versions.add(2, noted, books.clock.now(), files, digest(files))
    key = TextKey("reminder_today", "pt_BR")
    async with books.open() as shop:
        words_ = "Oi {name}, sua mensalidade de {amount} vence hoje, tudo certo?"
        await shop.texts.save(key, words_, me)
    assert await differs(books, 3) == []  # it was not known what they were
    assert await back_to(books, me, 2) == []
    async with books.open() as shop:
        assert (await shop.texts.view(key)).has_own
    talk = Talk(books)
    await talk.join(Role.OWNER)
    await talk.says("/versoes")
    assert "mudou só o jeito" in "".join(talk.hints)
    await talk.taps("versions.row", place=1)
    assert "versions.only_form" in talk.sees


async def test_a_plan_made_since_is_not_sold_any_more(books: Books, me: PersonId) -> None:
    await books.plan("Ouro")
    async with books.open() as shop:
        way = await shop.versions.way_back(1, whole=True)
    assert [words().say(line, "pt_BR") for line in way.changes] == [
        "Plano Ouro: deixa de ser vendido"
    ]
    assert await back_to(books, me, 1) == []
    async with books.open() as shop:
        assert [plan.name for plan in await shop.plans.on_sale()] == ["Mensal"]
    assert await back_to(books, me, 2) == []
    async with books.open() as shop:
        assert len(await shop.plans.on_sale()) == 2


async def test_steps_that_changed_places_change_back(books: Books, me: PersonId) -> None:
    async with books.open() as shop:
        steps = {step.offset_days: step for step in await shop.unit.ladder.steps()}
        third, seventh = steps[3], steps[7]
        await shop.ladder.accept(Draft.of(third, offset_days=60), me)
        await shop.ladder.accept(Draft.of(seventh, offset_days=3), me)
        await shop.ladder.accept(Draft.of(third, offset_days=7), me)
    assert await back_to(books, me, 1) == []
    async with books.open() as shop:
        steps = {step.offset_days: step for step in await shop.unit.ladder.steps()}
    assert (steps[3].id, steps[7].id) == (third.id, seventh.id)
    assert await is_kept(books)


async def test_a_step_that_comes_back_is_sent_to_nobody_twice(books: Books, me: PersonId) -> None:
    await books.add(a_client())
    async with books.open() as shop:
        assert await shop.reminders.plan() == 1
        steps = {step.offset_days: step for step in await shop.unit.ladder.steps()}
        today = steps[0]
    async with books.open() as shop:
        await shop.ladder.accept(Draft.of(today, gone=True), me)
    await back_to(books, me, 1)
    async with books.open() as shop:
        assert await shop.reminders.plan() == 0
        lines = await shop.unit.connection.execute(
            sa.select(notice_lines.c.step_id).where(notice_lines.c.state == "planned")
        )
        assert set(lines.scalars()) <= {today.id}


async def test_what_cannot_be_any_more_is_told_and_left(books: Books, me: PersonId) -> None:
    async with books.open() as shop:
        plan = (await shop.plans.all())[0]
        await shop.plans.rename(plan.id, "Básico", by=me)
    await books.plan("Prata")  # and then somebody takes the name that was free
    async with books.open() as shop:
        silver = (await shop.plans.get("Prata")).id
        await shop.plans.rename(silver, "Mensal", by=me)
    async with books.open() as shop:
        await shop.business.move("Serra", me)
    left = await back_to(books, me, 2)  # Básico and no Prata: nothing in the way
    assert left == []
    left = await back_to(books, me, 1)  # Mensal is taken by the one that is not sold any more
    assert len(left) == 1
    assert left[0].startswith("Básico: ")
    assert await is_kept(books)


async def test_a_version_that_another_overtook_is_read_again_first(
    books: Books, me: PersonId
) -> None:
    await move(books, me, 3, 5)
    async with books.open() as shop:
        seen = (await shop.versions.way_back(1, whole=True)).seen
    await move(books, me, 7, 8)
    with pytest.raises(Conflict):
        async with books.open() as shop:
            await shop.versions.go_back(1, seen, me, whole=True)
    assert 5 in await days(books)


async def test_of_two_who_go_back_at_once_the_second_looks_again(
    books: Books, me: PersonId
) -> None:
    await move(books, me, 3, 5)
    await move(books, me, 7, 9)
    async with books.open() as shop:
        seen = (await shop.versions.way_back(1, whole=True)).seen

    async def go(number: int) -> None:
        async with books.open() as shop:
            await shop.versions.go_back(number, seen, me, whole=True)

    async with books.open() as shop:
        await shop.versions.go_back(1, seen, me, whole=True)
        second = asyncio.create_task(go(2))
        await asyncio.wait([second], timeout=1)  # it has come as far as it can
    with pytest.raises(Conflict):
        await second
    assert {3, 7} <= set(await days(books))


async def test_the_owner_sees_who_changed_what_and_goes_back(books: Books, owner: Talk) -> None:
    await owner.says("/regua")
    await owner.taps("3 dias antes")
    await owner.taps("ladder.change_hour")
    await owner.says("14h30")
    await owner.taps("ladder.accept")
    await owner.says("/config")
    await owner.taps("settings.go.behind")
    await owner.taps("versions.go")
    assert owner.hints[0].startswith("Rita: Lembrete 3 dias antes")
    assert "como era no começo" in owner.hints[1]
    await owner.taps("versions.row", place=1)
    assert "versions.first" in owner.sees
    await owner.taps("versions.go_back")
    assert "hora: 14:30 → 09:00" in owner.reads
    await owner.taps("versions.yes")
    assert owner.sees == ["versions.done"]
    async with books.open() as shop:
        assert (await shop.unit.ladder.steps())[0].at == time(9)
    await owner.says("/versoes")
    await owner.taps("versions.row")
    assert "versions.was_way_back" in owner.sees
    await owner.taps("versions.go_back")
    assert owner.sees == ["versions.same"]
    async with books.engines.reader.connect() as connection:
        deeds = (await connection.execute(sa.select(audit.c.deed))).scalars().all()
    assert deeds[-2:] == ["ladder.changed", "rules.rolled_back"]


async def test_a_manager_goes_back_but_leaves_what_is_the_owners(
    books: Books, owner: Talk, me: PersonId
) -> None:
    await move(books, me, 3, 5)
    async with books.open() as shop:
        await shop.business.rename("Outra", me)
    manager = Talk(books, "7002")
    await manager.join(Role.MANAGER)
    await manager.says("/regua versoes")
    assert manager.sees == ["versions.title"]
    await manager.taps("versions.row", place=2)
    await manager.taps("versions.go_back")
    assert "só o dono" in manager.reads
    await manager.taps("versions.yes")
    assert 3 in await days(books)
    async with books.open() as shop:
        found = await shop.unit.business.get()
    assert found is not None
    assert found.name == "Outra"


async def test_who_only_looks_on_changes_nothing(books: Books) -> None:
    viewer = Talk(books, "7003")
    await viewer.join(Role.VIEWER)
    await viewer.says("/versoes")
    assert "versions.title" not in viewer.sees


async def test_many_versions_come_a_page_at_a_time(books: Books, owner: Talk, me: PersonId) -> None:
    for day in range(20, 28):
        await move(books, me, 15 if day == 20 else day - 1, day)
    await owner.says("/versoes")
    assert len(owner.hints) == 7
    await owner.taps("list.more")
    assert len(owner.hints) == 2
    assert "como era no começo" in owner.hints[-1]
