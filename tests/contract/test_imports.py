"""A list of clients: looked at, taken in once, what cannot be read handed back."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.charge import Standing
from bot.domain.errors import Conflict, NotFound, Refusal
from bot.domain.money import Money
from bot.domain.plan import Period
from bot.domain.role import Role
from bot.forms.filters import ClientFilter
from bot.services.ports.imports import ImportId
from bot.services.sheets import read_sheet
from bot.storage.tables import audit, clients, subscriptions
from tests.support.books import Books, a_client
from tests.support.talk import Talk

SAMPLE = (Path(__file__).parents[1] / "data" / "clientes.csv").read_bytes()
HEAD = "Nome;Telefone;Plano;Valor;Vencimento;Situação\n"
ANA = "Ana;11 98765-4321;Mensal;49,90;20/10/2026;\n"


async def count(books: Books, table: sa.Table) -> int:
    async with books.open() as shop:
        query = sa.select(sa.func.count()).select_from(table)
        return (await shop.unit.connection.execute(query)).scalar_one()


async def standings(books: Books) -> dict[str, Standing]:
    async with books.open() as shop:
        seen: dict[str, Standing] = {}
        found = await shop.clients.search(ClientFilter(), after=None)
        seen |= {row.name: row.standing for row in found.items}
        while found.next:
            found = await shop.clients.search(ClientFilter(), after=found.next)
            seen |= {row.name: row.standing for row in found.items}
    return seen


async def sent_back(books: Books, number: ImportId, language: str) -> Sequence[tuple[str, ...]]:
    async with books.open() as shop:
        file = await shop.imports.corrections(number, language)
        assert file is not None
        return [row.cells for row in read_sheet((await shop.unit.files.get(file)).content)]


async def test_a_preview_tells_everything_and_does_nothing(books: Books) -> None:
    seen = await books.preview(SAMPLE)
    assert (seen.new, seen.known, seen.overdue) == (8, 0, 1)
    assert [(one.row.number, one.first.number, one.other_name) for one in seen.repeated] == [
        (10, 2, False),
        (11, 3, True),
    ]
    assert [
        (row.number, [problem.field for problem in row.problems]) for row in seen.unreadable
    ] == [
        (12, ["phone"]),
        (13, ["phone"]),
        (14, ["name"]),
        (15, ["first_due"]),
        (16, ["price"]),
        (17, ["price"]),
        (18, ["phone", "price", "first_due", "standing"]),
        (19, ["name"]),
    ]
    assert [
        (plan.record.name, plan.record.price, plan.record.period, plan.clients)
        for plan in seen.plans
    ] == [
        ("Ouro", Money(125000), Period.MONTHLY, 2),
        ("Trimestral", Money(12990), Period.QUARTERLY, 2),
    ]
    assert (seen.ignored, seen.guessed) == ((), False)
    assert await count(books, clients) == 0


async def test_a_preview_can_be_told_in_plain_values(books: Books) -> None:
    told = (await books.preview(SAMPLE)).as_json()
    assert json.loads(json.dumps(told)) == told
    assert {key: told[key] for key in ("new", "known", "repeated", "unreadable")} == {
        "new": 8,
        "known": 0,
        "repeated": 2,
        "unreadable": 8,
    }
    assert told["unreadable_rows"][0] == {
        "row": 12,
        "field": "phone",
        "reason": "errors.phone.unreadable",
    }
    assert told["new_plans"][0] == {
        "name": "Ouro",
        "period": "monthly",
        "price": "1250.00",
        "clients": 2,
    }


async def test_all_good_rows_are_taken_in(books: Books) -> None:
    done = await books.take_in(SAMPLE)
    assert (done.imported, done.unreadable, done.plans, done.overdue) == (8, 8, 2, 1)
    assert (done.new, done.reminded) == (True, False)
    assert json.loads(json.dumps(done.as_json())) == done.as_json()
    assert await standings(books) == {
        "Patrícia Ávila": Standing.UP_TO_DATE,
        "Caio D'Ávila": Standing.UP_TO_DATE,
        "João Anjos 🎾": Standing.DUE,
        "NÁDIA COSTA": Standing.PAUSED,
        "Lívia Souza": Standing.DUE,
        "Úrsula Lima": Standing.CANCELLED,
        "Atrasada Silva": Standing.LATE,
        "Paga Rocha": Standing.UP_TO_DATE,
    }
    assert await books.find("#vip") == ["Lívia Souza"]


async def test_an_import_that_was_done_is_not_done_again(books: Books) -> None:
    seen = await books.preview(SAMPLE)
    async with books.open() as shop:
        first = await shop.imports.apply(seen.id, remind_overdue=False)
        again = await shop.imports.apply(seen.id, remind_overdue=True)
    assert first.new
    assert not again.new
    assert (again.imported, again.to_correct, again.reminded) == (8, first.to_correct, False)
    assert await count(books, clients) == 8


async def test_the_same_file_a_second_time_changes_nothing(books: Books) -> None:
    await books.take_in(SAMPLE)
    seen = await books.preview(SAMPLE)
    assert (seen.new, seen.known, len(seen.unreadable), seen.plans) == (0, 8, 8, ())
    done = await books.take_in(SAMPLE)
    assert (done.imported, done.known) == (0, 8)
    assert await count(books, clients) == await count(books, subscriptions) == 8


async def test_who_is_known_by_phone_stays_as_they_are(books: Books) -> None:
    card = await books.add(a_client("Ana Antiga", "+55 11 8765-4321"))
    done = await books.take_in(HEAD + ANA)
    assert (done.imported, done.known) == (0, 1)
    assert (await books.card(card.id)).name == "Ana Antiga"


async def test_what_is_overdue_is_left_in_peace_unless_the_owner_says_so(books: Books) -> None:
    late = "{};{};Mensal;49,90;01/10/2026;ativo\n"
    await books.take_in(HEAD + late.format("Quieta", "11 98765-4321"))
    await books.take_in(HEAD + late.format("Lembrada", "11 98765-4322"), remind=True)
    async with books.open() as shop:
        (quiet,) = (await shop.clients.find("quieta", after=None)).items
        (loud,) = (await shop.clients.find("lembrada", after=None)).items
    assert (await books.card(quiet.id)).unreminded == 1
    assert (await books.card(loud.id)).unreminded == 0


async def test_who_has_paid_owes_only_what_comes_next(books: Books) -> None:
    await books.take_in(HEAD + "Paga;11 98765-4321;Mensal;49,90;31/08/2026;pago\n")
    async with books.open() as shop:
        (row,) = (await shop.clients.find("paga", after=None)).items
        card = await shop.clients.card(row.id)
    assert (card.charges, card.next_due) == ((), date(2026, 10, 31))


async def test_a_row_without_a_price_costs_what_its_plan_does(books: Books) -> None:
    text = HEAD + (
        "Ana;11 98765-4321;mensal;;20/12/2026;\n"
        "Bia;11 98765-4322;Ouro;;20/12/2026;\n"
        "Caio;11 98765-4323;Ouro;80;20/12/2026;\n"
        "Davi;11 98765-4324;Prata;;20/12/2026;\n"
    )
    seen = await books.preview(text)
    assert [(row.number, row.problems[0].reason.key) for row in seen.unreadable] == [
        (5, "errors.money.missing")
    ]
    await books.take_in(text)
    async with books.open() as shop:
        found = (await shop.clients.search(ClientFilter(), after=None)).items
    assert [(row.name, row.price) for row in found] == [
        ("Ana", Money(4990)),
        ("Bia", Money(8000)),
        ("Caio", Money(8000)),
    ]


async def test_a_list_may_do_without_a_column_of_prices(books: Books) -> None:
    seen = await books.preview("Nome;Fone;Plano;Dia\nAna;11 98765-4321;Mensal;10\n")
    assert seen.new == 1


async def test_columns_that_say_nothing_to_us_are_named(books: Books) -> None:
    seen = await books.preview("CPF;Nome;Fone;Plano;Dia\n1;Ana;11 98765-4321;Mensal;10\n")
    assert (seen.new, seen.ignored) == (1, ("CPF",))


async def test_a_list_without_headings_is_told_by_its_cells(books: Books) -> None:
    seen = await books.preview("Ana Souza;11 98765-4321;Mensal;49,90;dia 10\n")
    assert (seen.new, seen.guessed) == (1, True)


async def test_headings_may_stand_below_a_title(books: Books) -> None:
    seen = await books.preview("Meus clientes;;\n;;\nNome;Fone;Plano;Dia\nAna;1;Mensal;10\n")
    assert [row.number for row in seen.unreadable] == [4]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        (HEAD, "empty"),
        ("Nome;Telefone\nAna;11 98765-4321\n", "missing_columns"),
        ("um;dois\ntres;quatro\n", "no_headings"),
        ("\x00", "not_a_list"),
    ],
)
async def test_what_cannot_be_a_list_is_refused(books: Books, text: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        await books.preview(text)
    assert refused.value.key == f"errors.import.{key}"


async def test_missing_columns_are_named(books: Books) -> None:
    with pytest.raises(Refusal) as refused:
        await books.preview("Nome;Telefone\nAna;11 98765-4321\n")
    columns = refused.value.params["columns"]
    assert isinstance(columns, tuple)
    assert [text.key for text in columns] == ["field.plan", "field.first_due"]


async def test_what_was_left_out_comes_back_with_the_reason(books: Books) -> None:
    seen = await books.preview(SAMPLE)
    headings, *rows = await sent_back(books, seen.id, "pt_BR")
    assert headings[:2] == ("Nome", "Telefone")
    assert headings[-2:] == ("Linha", "Motivo")
    assert [row[7] for row in rows] == ["11", "12", "13", "14", "15", "16", "17", "18", "19"]
    assert rows[0][0] == "Outro Nome"
    assert "linha 3 (Caio D'Ávila)" in rows[0][8]
    assert rows[1][8].startswith("Telefone: ")
    assert "Situação: " in rows[7][8]


async def test_reasons_are_told_in_the_language_asked_for(books: Books) -> None:
    seen = await books.preview(SAMPLE)
    headings, first, *_ = await sent_back(books, seen.id, "en")
    assert headings[-2:] == ("Row", "Reason")
    assert "same phone as row 3" in first[8]


async def test_the_corrected_file_can_be_sent_again(books: Books) -> None:
    done = await books.take_in(HEAD + ANA + "Bia;1234;Mensal;49,90;10;\n")
    assert done.to_correct is not None
    async with books.open() as shop:
        back = await shop.unit.files.get(done.to_correct)
    seen = await books.preview(back.content)
    assert ([row.number for row in seen.unreadable], seen.ignored) == ([2], ())


async def test_a_list_without_mistakes_sends_nothing_back(books: Books) -> None:
    seen = await books.preview(HEAD + ANA)
    async with books.open() as shop:
        assert await shop.imports.corrections(seen.id, "pt_BR") is None
        assert (await shop.imports.apply(seen.id, remind_overdue=False)).to_correct is None


async def test_what_was_dropped_is_not_taken_in(books: Books) -> None:
    seen = await books.preview(HEAD + ANA)
    async with books.open() as shop:
        await shop.imports.drop(seen.id)
        with pytest.raises(Conflict, match="dropped"):
            await shop.imports.apply(seen.id, remind_overdue=False)


async def test_what_was_done_cannot_be_dropped(books: Books) -> None:
    seen = await books.preview(HEAD + ANA)
    async with books.open() as shop:
        await shop.imports.apply(seen.id, remind_overdue=False)
        await shop.imports.drop(seen.id)
        assert not (await shop.imports.apply(seen.id, remind_overdue=False)).new
        assert (await shop.imports.again(seen.id)).state == "done"


async def test_who_lets_a_list_be_that_was_taken_in_is_told_so(books: Books) -> None:
    bia = Talk(books)
    await bia.join(Role.OWNER)
    await bia.sends((HEAD + ANA).encode())
    before = list(bia.buttons)
    await bia.taps("import.go.apply")
    bia.buttons = before
    await bia.taps("import.go.drop")
    assert bia.sees == ["import.done_before"]


async def test_an_import_that_is_not_there_is_not_found(books: Books) -> None:
    async with books.open() as shop:
        with pytest.raises(NotFound):
            await shop.imports.again(ImportId(404))


async def test_the_sample_can_be_filled_in_and_sent(books: Books) -> None:
    for language in ("pt_BR", "en", "es"):
        async with books.open() as shop:
            file = await shop.imports.sample(language)
            seen = await shop.imports.preview(file)
        assert (seen.new, seen.unreadable, seen.ignored) == (2, (), ())


async def test_a_refused_row_in_the_middle_undoes_nothing_else(books: Books) -> None:
    await books.take_in(SAMPLE)
    async with books.open() as shop:
        query = sa.select(audit.c.deed).where(audit.c.deed.startswith("import."))
        deeds = (await shop.unit.connection.execute(query)).scalars().all()
    assert list(deeds) == ["import.done"]


async def test_thousands_are_taken_in_at_once(books: Books) -> None:
    rows = [
        f"Cliente {n};11 9{8000 + n // 100}-{n:04};Mensal;49,90;20/12/2026;" for n in range(3000)
    ]
    done = await books.take_in(HEAD + "\n".join(rows))
    assert (done.imported, await count(books, clients)) == (3000, 3000)
