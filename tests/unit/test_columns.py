"""Headings and words of a spreadsheet, as people write them in three languages."""

from datetime import date

import pytest

from bot.domain.errors import Unreadable
from bot.forms.columns import read_standing, recognise
from bot.forms.guess import guess

CONTEXT = {"today": date(2026, 10, 15), "country": "BR", "currency": "BRL"}


@pytest.mark.parametrize(
    "headings",
    [
        ["Nome", "Telefone", "Plano", "Valor", "Vencimento", "Observações", "Situação"],
        ["NOME", "CELULAR", "PLANO", "VALOR (R$)", "DATA DE VENCIMENTO", "OBS", "STATUS"],
        ["Name", "Phone", "Plan", "Price", "Due date", "Notes", "Status"],
        ["Nombre", "Teléfono", "Plan", "Precio", "Vencimiento", "Notas", "Estado"],
        ["Cliente", "WhatsApp", "Pacote", "Mensalidade", "Dia", "Comentários", "Situacao"],
        ["nome do cliente", "telefone_celular", "plano:", "preço", "vence em", "Nota", "status"],
    ],
)
def test_headings_are_known_in_three_languages(headings: list[str]) -> None:
    columns = recognise(headings)
    assert columns is not None
    assert [columns.of[name] for name in _ORDER] == list(range(7))
    assert (columns.ignored, columns.missing) == ((), ())


_ORDER = ("name", "phone", "plan", "price", "first_due", "note", "standing")


def test_headings_may_stand_in_any_order_among_others() -> None:
    columns = recognise(["CPF", "Vencimento", "", "Nome", "Endereço", "Fone", "Plano"])
    assert columns is not None
    assert columns.of == {"first_due": 1, "name": 3, "phone": 5, "plan": 6}
    assert columns.ignored == ("CPF", "Endereço")


def test_a_date_is_the_due_date_only_where_nothing_says_so_better() -> None:
    columns = recognise(["Data", "Nome", "Telefone", "Plano", "Vencimento"])
    assert columns is not None
    assert columns.of["first_due"] == 4
    assert columns.ignored == ("Data",)


def test_of_two_columns_for_one_thing_the_first_counts() -> None:
    columns = recognise(["Nome", "Telefone", "Celular"])
    assert columns is not None
    assert columns.of["phone"] == 1
    assert columns.missing == ("plan", "first_due")


def test_the_columns_that_we_added_ourselves_are_not_told() -> None:
    columns = recognise(["Nome", "Telefone", "Linha", "Motivo"])
    assert columns is not None
    assert columns.ignored == ()


@pytest.mark.parametrize("row", [["Ana", "11 98765-4321", "Mensal"], ["Plano"], [], ["", ""]])
def test_what_is_no_heading_is_not_taken_for_one(row: list[str]) -> None:
    assert recognise(row) is None


def test_a_short_row_says_nothing_in_its_last_columns() -> None:
    columns = recognise(["Nome", "Telefone", "Plano", "Vencimento"])
    assert columns is not None
    assert columns.cell("first_due", ["Ana"]) == columns.cell("note", ["Ana"]) == ""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", "active"),
        (" Ativo ", "active"),
        ("ATIVA", "active"),
        ("overdue", "active"),
        ("a vencer", "active"),
        ("Pausado", "paused"),
        ("en pausa", "paused"),
        ("suspensa", "paused"),
        ("Cancelado", "cancelled"),
        ("inativo", "cancelled"),
        ("pago", "paid"),
        ("Em dia", "paid"),
        ("paid", "paid"),
    ],
)
def test_a_status_is_read_in_words(said: str, meant: str) -> None:
    assert read_standing(said) == meant


def test_a_status_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"errors\.import\.standing"):
        read_standing("talvez")


def test_a_list_without_headings_is_told_by_what_is_in_it() -> None:
    rows = [
        ["27 99814-2173", "Ana Souza", "Mensal", "49,90", "dia 10", "ativo", "amiga"],
        ["31 98124-5518", "Bia Lima", "Ouro", "R$ 1.250,00", "20/12/2026", "pausado", ""],
    ]
    columns = guess(rows, CONTEXT)
    assert columns is not None
    assert columns.guessed
    assert columns.of == {
        "phone": 0,
        "name": 1,
        "plan": 2,
        "price": 3,
        "first_due": 4,
        "standing": 5,
        "note": 6,
    }


@pytest.mark.parametrize(
    "rows", [[["um texto qualquer"]], [["Ana", "Mensal"], ["Bia", "Ouro"]], [[""]], []]
)
def test_a_list_that_cannot_be_told_is_not_guessed_at(rows: list[list[str]]) -> None:
    assert guess(rows, CONTEXT) is None
