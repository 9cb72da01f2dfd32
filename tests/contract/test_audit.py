"""The record of who did what: complete, for ever, and found again, on both databases."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlalchemy.exc import DBAPIError

from bot.domain.contact import ContactRules
from bot.domain.days import DueDay
from bot.domain.ids import PersonId, PlanId
from bot.domain.message import Address, ChannelName
from bot.domain.money import Money
from bot.domain.phone import Phone
from bot.domain.role import Role
from bot.domain.trail import Kind
from bot.forms.audit import DeedFilter
from bot.services.audit_words import changes, what
from bot.services.ports.audit import DeedView
from bot.services.ports.people import Caller
from bot.storage.tables import audit
from bot.telemetry.origin import begun
from tests.support.books import TODAY, Books, a_client, words


async def somebody(books: Books, name: str = "Rita", number: str = "7001") -> PersonId:
    async with books.open() as shop:
        caller = Caller(Address(ChannelName.TELEGRAM, number), name, "pt_BR")
        person = await shop.unit.people.calling(caller, books.clock.now())
        await shop.unit.people.set_role(person.id, Role.OWNER)
    return person.id


async def deeds(books: Books, **wanted: Any) -> Sequence[DeedView]:
    async with books.open() as shop:
        return (await shop.audit.page(DeedFilter.model_construct(**wanted), None)).items


def told(deed: DeedView) -> str:
    lines = [words().say(what(deed), "pt_BR"), *(words().say(x, "pt_BR") for x in changes(deed))]
    return " ".join(lines).replace("<b>", "").replace("</b>", "")


async def test_no_line_is_ever_changed_or_taken_away(books: Books) -> None:
    for statement in (sa.update(audit).values(deed="x"), sa.delete(audit)):
        with pytest.raises(DBAPIError, match="never changed"):
            async with books.open() as shop:
                await shop.unit.connection.execute(statement)
    assert [deed.deed for deed in await deeds(books)] == ["plan.added"]


async def test_a_whole_table_is_not_emptied_at_a_stroke(books: Books) -> None:
    if books.engines.writer.dialect.name == "sqlite":
        return  # it knows no such stroke: its DELETE is looked at row by row
    with pytest.raises(DBAPIError, match="never changed"):
        async with books.open() as shop:
            await shop.unit.connection.execute(sa.text("TRUNCATE audit"))


async def test_each_change_of_a_client_tells_before_and_after(books: Books) -> None:
    rita = await somebody(books)
    await books.plan("Ouro", 9990)
    ana = (await books.add(a_client(note="#vip"))).id
    async with books.open() as shop:
        clients = shop.clients
        await clients.change_name(ana, "Ana Castro", by=rita)
        await clients.change_phone(ana, Phone.read("27 99814-2173"), by=rita)
        await clients.change_price(ana, Money(5990), by=rita)
        await clients.change_plan(ana, "Ouro", Money(9990), by=rita)
        await clients.change_note(ana, "sem #vip", by=rita)
        await clients.change_due_day(ana, DueDay.read("20/10/2026", TODAY), by=rita)
        await clients.promise(ana, TODAY + timedelta(days=2), by=rita)
        await clients.pause(ana, by=rita)
        await clients.opt_out(ana, by=rita)
    said = {deed.deed: told(deed) for deed in await _all(books) if deed.by == rita}
    assert "nome: Ana Souza → Ana Castro" in said["client.renamed"]
    assert "+55 11 *****-4321 → +55 27 *****-2173" in said["client.moved"]
    assert "R$ 49,90 → R$ 59,90" in said["client.repriced"]
    assert "plano: Mensal → Ouro" in said["client.replanned"]
    assert "#vip → sem #vip" in said["client.noted"]
    assert "dia do vencimento: 15 → 20" in said["client.due_day_changed"]
    assert "prometeu pagar em: 17/10/2026" in said["client.promised"]
    assert "ativo → pausado" in said["client.paused"]
    assert "não → sim" in said["client.opted_out"]
    assert "mudou o nome de Ana Castro" in said["client.renamed"]  # as they are called now


async def test_plans_and_settings_tell_before_and_after(books: Books) -> None:
    rita = await somebody(books)
    async with books.open() as shop:
        (plan,) = await shop.plans.all()
        await shop.plans.change_price(plan.id, Money(5990), by=rita)
        await shop.plans.rename(plan.id, "Básico", by=rita)
        await shop.plans.sell(plan.id, on_sale=False, by=rita)
        await shop.business.rename("Padaria", by=rita)
        await shop.business.keep_rules(ContactRules(gap_hours=48), by=rita)
        await shop.business.keep_hours([6], None, by=rita)
        await shop.business.close_on(TODAY, by=rita)
    said = [told(deed) for deed in reversed(await _all(books)) if deed.by == rita]
    assert "R$ 49,90 → R$ 59,90" in said[0]
    assert "nome: Mensal → Básico" in said[1]
    assert "plano: Básico" in said[2]
    assert "nome: Academia Boa Forma → Padaria" in said[3]
    assert "horas entre lembretes: 20 → 48" in said[4]
    assert "dia fechado 15/10/2026: sim" in said[-1]


async def test_where_it_began_is_kept_with_the_request(books: Books) -> None:
    with begun("api", "abcdef"):
        await books.add(a_client())
    (deed,) = await deeds(books, kind=Kind.CLIENTS)
    assert (deed.origin, deed.request_id, deed.client_name) == ("api", "abcdef", "Ana Souza")


async def test_deeds_are_found_by_kind_person_client_and_day(books: Books) -> None:
    rita, bia = await somebody(books), await somebody(books, "Bia Nunes", "7002")
    ana = (await books.add(a_client())).id
    caio = (await books.add(a_client("Caio Melo", "11 98765-1111"))).id
    async with books.open() as shop:
        await shop.clients.pause(ana, by=rita)
        books.clock.advance(days=1)
        await shop.clients.pause(caio, by=bia)
    assert [deed.deed for deed in await deeds(books, kind=Kind.PLANS)] == ["plan.added"]
    assert {deed.by_name for deed in await deeds(books, who="nunes")} == {"Bia Nunes"}
    assert {deed.client for deed in await deeds(books, whom="SOUZA")} == {ana}
    assert await deeds(books, who="ninguém") == ()
    assert await deeds(books, kind=Kind.SYSTEM) == ()
    today, tomorrow = TODAY, TODAY + timedelta(days=1)
    assert [deed.client for deed in await deeds(books, day=tomorrow)] == [caio]
    assert len(await deeds(books, day=today)) == 4
    assert len(await deeds(books, day=today, kind=Kind.CLIENTS, whom="caio")) == 1


async def test_a_percent_sign_is_looked_for_and_not_a_pattern(books: Books) -> None:
    await books.add(a_client())
    assert await deeds(books, whom="%") == ()
    assert await deeds(books, whom="_") == ()


async def test_pages_go_on_where_the_last_one_ended_whatever_comes_in_between(
    books: Books,
) -> None:
    for number in range(9):
        await books.add(a_client(f"Ana {'ABCDEFGHI'[number]}", f"11 98765-43{number}1"))
    async with books.open() as shop:
        first = await shop.audit.page(DeedFilter(), None)
        await shop.plans.sell(PlanId(1), on_sale=False)
        second = await shop.audit.page(DeedFilter(), first.next)
    ids = [deed.id for deed in (*first.items, *second.items)]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 10
    assert second.next is None


async def test_what_is_taken_out_is_complete_and_no_formula(books: Books) -> None:
    evil = "=HYPERLINK(1)"
    rita = await somebody(books, "@Rita")
    ana = (await books.add(a_client("-Ana"))).id
    async with books.open() as shop:
        await shop.clients.change_note(ana, evil, by=rita)
        for form in ("xlsx", "csv"):
            made = await shop.audit.document(DeedFilter(), "pt_BR", form)
            assert made is not None
            assert (made.lines, made.more) == (3, False)
            content = (await shop.unit.files.get(made.file)).content
            if form == "xlsx":
                book = CalamineWorkbook.from_filelike(io.BytesIO(content))
                rows = [[str(x) for x in row] for row in book.get_sheet_by_index(0).to_python()]
                assert rows[1][1] == "@Rita"
                assert b"<f>" not in content
            else:
                rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
                assert rows[1][1] == "'@Rita"
            assert rows[0][:3] == ["Quando", "Quem", "O quê"]
            assert rows[1][0] == "15/10/2026 12:00"
            assert evil in rows[1][4]
            assert len(rows) == 4


async def test_of_nothing_there_is_no_file(books: Books) -> None:
    async with books.open() as shop:
        assert await shop.audit.document(DeedFilter(who="ninguém"), "en", "xlsx") is None


async def _all(books: Books) -> Sequence[DeedView]:
    found: list[DeedView] = []
    async with books.open() as shop:
        page = await shop.audit.page(DeedFilter(), None)
        found += page.items
        while page.next is not None:
            page = await shop.audit.page(DeedFilter(), page.next)
            found += page.items
    return found
