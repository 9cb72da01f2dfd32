"""Text from outside: whatever road it comes by, nothing unseen, turned round or endless is kept."""

import importlib
import pkgutil
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from bot import forms
from bot.dialog.handler import adapters
from bot.domain.errors import Refusal, Unreadable
from bot.domain.message import Address, ChannelName
from bot.domain.names import file_name, mixed, profile_name, tidy, tidy_lines
from bot.forms.fields import PersonName
from bot.services.list_reading import read_list
from bot.services.ports.people import Caller

CONTEXT = {"today": date(2026, 11, 25), "country": "BR", "currency": "BRL"}
LONGEST = 500  # letters of a note, the longest that any field takes
EVIL = (
    "\x00\x07\x1b\x7f\x85\u00ad\u061c\u200b\u200e\u200f\u202a\u202e\u2028\u2066\u2069\ufeff\ud800"
)
TEXTS = st.text(st.characters() | st.sampled_from(EVIL), max_size=60)
SEEN_AS_LINES = {"\n"}


def _models() -> Iterator[tuple[str, type[BaseModel]]]:
    for found in pkgutil.iter_modules(forms.__path__):
        module = importlib.import_module(f"bot.forms.{found.name}")
        for name, thing in vars(module).items():
            ours = isinstance(thing, type) and issubclass(thing, BaseModel)
            if ours and thing.__module__ == module.__name__:
                yield name, thing


FIELDS: dict[str, TypeAdapter[Any]] = {
    f"{name}.{field}": adapter
    for name, model in _models()
    for field, adapter in adapters(model).items()
}


def harmless(text: str) -> bool:
    return all(
        letter in SEEN_AS_LINES or unicodedata.category(letter) not in {"Cc", "Cs", "Zl", "Zp"}
        for letter in text
    ) and not set(text) & (set(EVIL) - {"\x00"})


def _read(adapter: TypeAdapter[Any], typed: object) -> object:
    try:
        value = adapter.validate_python(typed, context=CONTEXT)
    except (Refusal, ValidationError):
        return None
    return adapter.dump_python(value, mode="json")


def test_all_that_people_may_say_is_looked_at() -> None:
    assert len(FIELDS) > 40
    assert {"NewClient.name", "NewClient.note", "SetUp.city", "ClientSearch.text"} <= set(FIELDS)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(typed=TEXTS)
def test_no_field_of_any_form_keeps_what_is_not_seen(typed: str) -> None:
    said = (typed, f"Ana {typed} Souza", f"{typed}x", typed * 12)
    for name, adapter in FIELDS.items():
        for each in said:
            kept = _read(adapter, each)
            if isinstance(kept, str):
                assert harmless(kept), name
                assert len(kept) <= LONGEST, name
                assert _read(adapter, kept) == kept, name


@pytest.mark.parametrize("name", FIELDS)
def test_no_field_takes_a_flood(name: str) -> None:
    kept = _read(FIELDS[name], "a b " * 50_000)
    assert kept is None or len(str(kept)) <= LONGEST


@given(TEXTS)
def test_what_is_cleaned_is_never_longer_and_clean_for_good(text: str) -> None:
    for clean in (tidy, tidy_lines, profile_name):
        once = clean(text)
        assert harmless(once)
        assert clean(once) == once
        assert len(once) <= len(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("Ana Souza", ""),
        ("Ольга Иванова", ""),
        ("Ольга Souza", ""),  # two words, each in its own alphabet
        ("Νίκος 2", ""),
        ("田中 Ana", ""),
        ("T恤 Plus", ""),
        ("João D'Ávila 3º", ""),
        ("\u0410na Souza", "\u0410na"),
        ("Banco d\u043e Brasil", "d\u043e"),
        ("P\u0430yPal", "P\u0430yPal"),
        ("\u039fscar", "\u039fscar"),
    ],
)
def test_a_word_of_two_alphabets_that_look_alike_is_found(said: str, word: str) -> None:
    assert mixed(said) == word


def test_such_a_word_is_no_name_and_is_told() -> None:
    with pytest.raises(Unreadable) as refused:
        TypeAdapter(PersonName).validate_python("\u0410na Souza", context=CONTEXT)
    assert refused.value.key == "errors.text.mixed_alphabets"
    assert "\u0410na" in str(refused.value.params["word"])


def test_a_list_hands_such_a_row_back_and_takes_the_others_cleaned() -> None:
    rows = (
        "Nome;Telefone;Plano;Valor;Vencimento;Obs\n"
        "\u0410na Souza;27998142173;Mensal;49,90;10;\n"
        "Bia\u202e\u200b Lima;27998142174;Mensal;49,90;10;liga\u2066 antes\n"
    )
    read = read_list(rows.encode(), CONTEXT)
    assert [row.problems[0].reason.key for row in read.bad] == ["errors.text.mixed_alphabets"]
    assert [(row.name, row.note) for row in read.good] == [("Bia Lima", "liga antes")]


@given(TEXTS)
def test_what_a_network_says_somebody_is_called_is_clean_before_anybody_sees_it(
    name: str,
) -> None:
    caller = Caller(Address(ChannelName.WHATSAPP, "5527998142173"), name * 3, "pt_BR")
    assert harmless(caller.name)
    assert len(caller.name) <= 80
    assert "\n" not in caller.name


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("clientes.csv", "clientes.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ana\\lista.xlsx", "lista.xlsx"),
        ("gepj.\u202exslx", "gepj.xslx"),
        ("a\nb\x00.pdf", "a b.pdf"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".xlsx", "x" * 75 + ".xlsx"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_files_name_has_no_folders_and_shows_what_it_is(said: str, kept: str) -> None:
    assert file_name(said) == kept


@given(TEXTS)
def test_any_files_name_is_a_name(said: str) -> None:
    name = file_name(said)
    assert name
    assert harmless(name)
    assert len(name) <= 80
    assert not set(name) & {"/", "\\", "\n"}
