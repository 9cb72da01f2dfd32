"""The list of clients given out: everybody in it, fit to be taken in again, harmless to open."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Literal

import pytest
import sqlalchemy as sa

from bot.domain.charge import Standing
from bot.domain.ids import ClientId
from bot.domain.plan import Period
from bot.domain.text import Text, t
from bot.forms.columns import FIELDS, read_standing
from bot.services.export_sheets import CsvOut
from bot.services.sheets import FORMULA, XLSX, read_sheet
from bot.storage.engine import Engines, make_engines
from bot.storage.tables import charges, claims, clients, subscriptions
from tests.support.books import NOON, TODAY, Books, a_client, words
from tests.support.databases import PostgresDatabases, SqliteFiles

Kind = Literal["csv", "xlsx"]
KINDS: tuple[Kind, ...] = ("csv", "xlsx")
LANGUAGES = ("pt_BR", "en", "es")


@pytest.fixture
async def books(engines: Engines) -> Books:
    return await opened(engines)


@pytest.fixture
async def other_books(databases: SqliteFiles | PostgresDatabases) -> AsyncIterator[Books]:
    """Those of another shop, still empty, that sells the same."""
    async with databases.fresh() as url:
        engines = make_engines(url)
        yield await opened(engines)
        await engines.dispose()


async def opened(engines: Engines) -> Books:
    books = Books(engines)
    await books.begin()
    await books.plan("Ouro", 12990, Period.QUARTERLY)
    return books


async def a_full_house(books: Books) -> None:
    """Somebody of every standing, and some whose words are trouble."""
    await books.add(a_client("Ana Souza", due="2026-10-20"))
    await books.add(a_client("Bruno Lima", "27 99814-2173", plan="Ouro", price=12345))
    late = a_client("Clara Dias", "+1 415 555 2671", due=TODAY - timedelta(days=70))
    await books.add(late)
    claimed = await books.add(a_client("Davi Reis", "21 98888-7777", due="2026-10-01"))
    paused = await books.add(a_client("Eva Melo", "21 98888-1111", due="2026-12-31"))
    gone = await books.add(a_client("Fábio Cruz", "21 98888-2222", due="2026-11-30"))
    danger = a_client(
        '=HYPERLINK("http://x";"y")', "21 98888-3333", due="2027-02-05", note="-1\n@ção; #vip"
    )
    await books.add(danger)
    async with books.open() as shop:
        await shop.clients.pause(paused.id)
        await shop.clients.cancel(gone.id)
        await shop.unit.connection.execute(
            sa.insert(claims).values(client_id=claimed.id, state="pending", created_at=NOON)
        )
        # As it stands in a February: agreed on the 31st, due on the 28th.
        await shop.unit.connection.execute(
            sa.update(subscriptions)
            .where(subscriptions.c.client_id == paused.id)
            .values(anchor=date(2027, 1, 31), day_of_month=31, next_due=date(2027, 2, 28))
        )


async def given_out(books: Books, kind: Kind, language: str = "pt_BR") -> bytes:
    out = io.BytesIO()
    async with books.open() as shop:
        write = shop.exports.csv if kind == "csv" else shop.exports.xlsx
        await write(out, language)
    return out.getvalue()


async def rows_of(books: Books, language: str = "pt_BR") -> list[dict[str, str]]:
    rows = read_sheet(await given_out(books, "csv", language))
    return [dict(zip(FIELDS, row.cells, strict=True)) for row in rows[1:]]


async def test_every_client_has_a_row_that_says_all_of_them(books: Books) -> None:
    await a_full_house(books)
    rows = {row["name"]: row for row in await rows_of(books)}
    assert len(rows) == 7
    assert rows["Bruno Lima"] == {
        "name": "Bruno Lima",
        "phone": "(27) 99814-2173",
        "plan": "Ouro",
        "price": "123,45",
        "first_due": "15/10/2026",
        "note": "",
        "standing": "a vencer",
    }
    assert rows["Clara Dias"]["phone"].startswith("+1 415")
    assert rows["Clara Dias"]["first_due"] == "06/08/2026"
    assert rows["Eva Melo"]["first_due"] == "2027-02-28@31"
    standings = {name: row["standing"] for name, row in rows.items()}
    assert standings["Clara Dias"] == "atrasado"
    assert standings["Davi Reis"] == "pendente"
    assert (standings["Eva Melo"], standings["Fábio Cruz"]) == ("pausado", "cancelado")


async def test_the_list_is_by_name(books: Books) -> None:
    for place, name in enumerate(("Zeca", "Álvaro", "bia")):
        await books.add(a_client(name, f"11 98765-432{place}"))
    assert [row["name"] for row in await rows_of(books)] == ["Álvaro", "bia", "Zeca"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
async def test_taking_it_in_again_changes_nothing(books: Books, kind: Kind, language: str) -> None:
    await a_full_house(books)
    before = await everything(books)
    done = await books.take_in(await given_out(books, kind, language))
    assert (done.imported, done.known, done.unreadable, done.plans) == (0, 7, 0, 0)
    assert done.to_correct is None
    assert await everything(books) == before


@pytest.mark.parametrize("language", LANGUAGES)
async def test_another_house_that_takes_it_in_gives_out_the_same(
    books: Books, other_books: Books, language: str
) -> None:
    await a_full_house(books)
    done = await other_books.take_in(await given_out(books, "csv", language))
    assert (done.imported, done.unreadable) == (7, 0)
    # Claims are no part of a list: whoever claims is late or owes there.
    claim = words().say(a_standing("claimed"), language)
    ours = [row for row in await rows_of(books, language) if row["standing"] != claim]
    theirs = [row for row in await rows_of(other_books, language) if row["name"] != "Davi Reis"]
    assert theirs == ours


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("standing", Standing)
def test_every_standing_is_a_word_that_an_import_understands(
    standing: Standing, language: str
) -> None:
    read = read_standing(words().say(a_standing(standing.value), language))
    meant = {"paused": "paused", "cancelled": "cancelled", "up_to_date": "paid"}
    assert read == meant.get(standing, "active")


async def test_nothing_in_a_csv_is_a_formula(books: Books) -> None:
    await a_full_house(books)
    text = (await given_out(books, "csv")).decode("utf-8-sig")
    assert "\"'=HYPERLINK" in text
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]


async def test_a_csv_opens_in_excel_with_its_accents(books: Books) -> None:
    await books.add(a_client("João"))
    content = await given_out(books, "csv")
    assert content.startswith(b"\xef\xbb\xbfNome;Telefone;Plano;")
    assert content.count(b"\r\n") == 2


async def test_who_is_paused_is_due_on_the_first_day_after_it(books: Books) -> None:
    card = await books.add(a_client(due="2026-10-25"))
    async with books.open() as shop:
        await shop.clients.cancel(card.id)
        await shop.unit.connection.execute(sa.delete(charges))
    books.clock.advance(days=800)
    assert [row["first_due"] for row in await rows_of(books)] == ["25/12/2028"]


async def test_what_is_due_and_not_yet_opened_is_not_called_paid(books: Books) -> None:
    await books.add(a_client(due=TODAY + timedelta(days=30)))
    assert [row["standing"] for row in await rows_of(books)] == ["em dia"]
    books.clock.advance(days=31)
    assert [row["standing"] for row in await rows_of(books)] == ["a vencer"]


async def test_pages_follow_each_other_without_gap_or_repetition(books: Books) -> None:
    for place in range(5):
        await books.add(a_client("Ana" if place % 2 else "Bia", f"11 98765-432{place}"))
    seen: list[ClientId] = []
    async with books.open() as shop:
        after: tuple[str, int] | None = None
        while page := await shop.unit.client_export.clients(after, 2):
            seen += [ClientId(client.key[1]) for client in page]
            after = page[-1].key
    assert len(seen) == len(set(seen)) == 5


async def test_progress_is_told(books: Books) -> None:
    await books.add(a_client())
    told: list[int] = []
    async with books.open() as shop:
        assert await shop.exports.csv(io.BytesIO(), "en", told.append) == 1
    assert told == [1]


async def test_the_chat_gets_a_document(books: Books) -> None:
    async with books.open() as shop:
        assert await shop.exports.document("en") is None
    await books.add(a_client())
    async with books.open() as shop:
        made = await shop.exports.document("en")
        assert made is not None
        assert (made.name, made.mime, made.clients) == ("clients.xlsx", XLSX, 1)
        stored = await shop.unit.files.get(made.file)
    assert [row.cells[0] for row in read_sheet(stored.content)] == ["Name", "Ana Souza"]


def test_the_file_written_to_stays_open() -> None:
    out = io.BytesIO()
    sheet = CsvOut(out, ["a"])
    sheet.close()
    assert not out.closed


async def everything(books: Books) -> list[object]:
    async with books.open() as shop:
        connection = shop.unit.connection
        return [
            [tuple(row) for row in await connection.execute(sa.select(table).order_by(table.c.id))]
            for table in (clients, subscriptions, charges)
        ]


def a_standing(standing: str) -> Text:
    return t(f"export.standing.{standing}")
