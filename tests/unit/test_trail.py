"""What the record of deeds keeps, and how it reads."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Unreadable
from bot.domain.ids import ClientId, PersonId
from bot.domain.money import Money
from bot.domain.payment import Method
from bot.domain.phone import Phone
from bot.domain.plan import Period
from bot.domain.text import plain, t
from bot.domain.trail import KNOWN_PREFIXES, Kind, changed, details, kept, shown
from bot.services.audit_words import DEEDS, FIELDS, changes, what, whence, who
from bot.services.ports.audit import DeedView
from bot.words import Catalogues
from tests.support.keys import ROOT

NOON = datetime(2026, 11, 25, 15, tzinfo=UTC)
WORDS = Catalogues()
WRITING = {"note", "_note", "_done", "_quiet", "_decided", "_note_one"}


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        (None, "nada"),
        ("", "nada"),
        (True, "sim"),
        (False, "não"),
        (12_500, "12.500"),
        ("Ana <b>", "Ana <b>"),
        (Money(4990), "R$ 49,90"),
        (date(2026, 12, 5), "05/12/2026"),
        (time(9, 30), "09:30"),
        (Phone("+5527998142173"), "+55 27 *****-2173"),
        (Period.MONTHLY, "Mensal"),
        (Method.PIX, "Pix"),
        (t("ladder.before", count=3), "3 dias antes"),
        ("x" * 300, "x" * 200 + "…"),
    ],
)
def test_a_value_reads_in_the_readers_way_however_long_it_lay(value: object, reads: str) -> None:
    lain = json.loads(json.dumps(kept(value)))
    assert WORDS.say(shown(lain), "pt_BR") == reads


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.dates()
    | st.builds(Money, st.integers())
)
def test_whatever_is_kept_can_be_shown(value: object) -> None:
    lain = json.loads(json.dumps(kept(value)))
    assert kept(value) == lain
    assert shown(lain).key in {"audit.nothing", "audit.yes", "audit.no", "audit.value", "plain"}


def test_only_what_is_not_as_it_was_is_kept() -> None:
    assert changed({"a": 1, "b": 2, "gone": 3}, {"a": 1, "b": 4, "new": 5}) == {
        "before": {"b": 2, "gone": 3, "new": None},
        "after": {"b": 4, "gone": None, "new": 5},
    }


def test_what_is_not_known_is_no_detail() -> None:
    assert details(people=3, plan=None) == {"after": {"people": 3}}


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_is_read_as_it_is_called(kind: Kind) -> None:
    names = {WORDS.say(kind.shown, language) for language in ("pt_BR", "en", "es")}
    assert {Kind.read(name) for name in names} == {kind}
    assert Kind.read(kind.value) is kind


def test_another_word_is_no_kind() -> None:
    with pytest.raises(Unreadable):
        Kind.read("sorvete")


def a_deed(name: str, **about: object) -> DeedView:
    return DeedView(
        7, NOON, name, PersonId(1), "Rita", ClientId(2), "Ana", "whatsapp", "abc", about
    )


def test_a_deed_reads_as_a_sentence_in_every_language() -> None:
    for language in ("pt_BR", "en", "es"):
        for name in DEEDS:
            said = WORDS.say(what(a_deed(name)), language)
            assert said
            assert "audit." not in said
        assert "Ana" in WORDS.say(what(a_deed("client.renamed")), language)


def test_every_field_has_a_name_in_every_language() -> None:
    for language in ("pt_BR", "en", "es"):
        deed = a_deed("client.renamed", before={}, after=dict.fromkeys(FIELDS, 1))
        said = [WORDS.say(line, language) for line in changes(deed)]
        assert [line for line in said if "audit.field" in line] == []


def test_what_nobody_foresaw_is_told_by_its_name() -> None:
    deed = a_deed("moon.landed", before={"crater": "a"}, after={"crater": "b"})
    assert what(deed) == t("audit.deed.other", deed="moon.landed")
    (line,) = changes(deed)
    assert line.params["field"] == plain("crater")
    assert whence(DeedView(7, NOON, "x", None, "", None, "", "moon", "")) == t("audit.from.unknown")
    assert who(DeedView(7, NOON, "x", None, "", None, "", "job", "")) == t("audit.by_itself")
    assert who(DeedView(7, NOON, "x", PersonId(1), "", None, "", "job", "")) == t("team.nameless")


def test_a_day_off_is_told_with_its_day() -> None:
    deed = a_deed("business.changed", before={}, after={"closed_on 2026-12-24": True})
    said = WORDS.say(changes(deed)[0], "pt_BR")
    assert "24/12/2026" in said


def _written() -> Iterator[str]:
    """The names of all deeds that the services write down."""
    for file in sorted((ROOT / "bot/services").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                for each in ast.walk(node.args[0]) if called in WRITING else ():
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield each.value


def test_whatever_the_services_write_down_has_words_or_is_of_the_system() -> None:
    written = {name for name in _written() if re.fullmatch(r"[a-z_]+\.[a-z_]+", name)}
    assert len(written) > 25
    about_us = {name for name in written if name.startswith(KNOWN_PREFIXES)}
    assert about_us - DEEDS == set()
