"""Words: the same text in every language and for every chat; nothing typed can mark anything."""

import html
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.domain.money import Money
from bot.domain.text import Text, plain, t
from bot.handlers.commands import COMMANDS, SPELLINGS
from bot.handlers.home import TOPICS
from bot.services.ports.words import Marks, Words
from bot.words import Catalogues

PT = r"""
msgid ""
msgstr ""
"Language: pt_BR\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

msgid "owes"
msgstr "<b>{name}</b> deve {owed} & vence {due}"

msgid "late"
msgid_plural "late"
msgstr[0] "{count} dia de atraso"
msgstr[1] "{count} dias de atraso"

msgid "value"
msgstr "{value}"

msgid "code"
msgstr "Copie: <code>{value}</code> e <i>{value}</i>"

msgid "lines"
msgstr ""
"Assim:\n"
"{value}"

msgid "here_only"
msgstr "Só aqui"

msgid "tap"
msgstr "<b>{name}</b>, toque em Sim"

msgid "numbered.tap"
msgstr "<b>{name}</b>, responda Sim"
"""
EN = r"""
msgid ""
msgstr ""
"Language: en\n"
"Content-Type: text/plain; charset=UTF-8\n"

msgid "owes"
msgstr "<b>{name}</b> owes {owed} & it is due {due}"

msgid "late"
msgid_plural "late"
msgstr[0] "{count} day late"
msgstr[1] "{count} days late"

msgid "value"
msgstr "{value}"

msgid "english_only"
msgstr "Only in English"

msgid "not_yet"
msgstr ""
"""
ES = EN.replace("Language: en", "Language: es").replace("owes", "debe").replace("Only", "Solo")
# Signs that look like marks and are none, made plain to see: Asterisk, Underline, Tilde, Grave.
EVERY_STYLE: tuple[Marks, ...] = ("plain", "html", "whatsapp", "numbered")
SEEN = str.maketrans("\u2217\u02cd\u223c\u02cb", "AUTG")
PIX = "00020126360014br.gov.bcb.pix0114_a_*5204000062070503***63041D3D"


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Catalogues:
    folder = tmp_path_factory.mktemp("locales")
    for language, text in (("pt_BR", PT), ("en", EN), ("es", ES)):
        (folder / language).mkdir()
        (folder / language / "one.po").write_text(text, encoding="utf-8")
    more = PT.partition('msgid "owes"')[0] + 'msgid "more"\nmsgstr "De outra parte"\n'
    (folder / "pt_BR" / "two.po").write_text(more, encoding="utf-8")
    (folder / "README.txt").write_text("no language")
    return Catalogues(folder)


def test_the_catalogues_are_what_the_chats_ask_for(words: Catalogues) -> None:
    port: Words = words
    assert port.say(t("more"), "pt_BR") == "De outra parte"


def test_every_folder_is_a_language_and_ours_comes_first(words: Catalogues) -> None:
    assert words.languages == ("pt_BR", "en", "es")
    assert words.known("es")
    assert not words.known("fr")


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("pt", "pt_BR"),
        ("pt-br", "pt_BR"),
        ("pt_PT", "pt_BR"),
        ("en", "en"),
        ("en-GB", "en"),
        ("ES_ar", "es"),
        ("fr", "pt_BR"),
        ("", "pt_BR"),
    ],
)
def test_a_language_is_known_by_its_stem(asked: str, spoken: str, words: Catalogues) -> None:
    assert words.nearest(asked) == spoken
    assert words.say(t("value", value=1), asked) == "1"


def test_invented_languages_fill_no_memory(words: Catalogues) -> None:
    assert {words.nearest(f"x{number}") for number in range(5_000)} == {"pt_BR"}
    assert len(words._nearest) < 1_000  # noqa: SLF001 - memory is seen nowhere else


def test_values_are_written_the_local_way(words: Catalogues) -> None:
    text = t("owes", name="Ana", owed=Money(123_456_78), due=date(2026, 12, 5))
    assert words.say(text, "pt_BR") == "Ana deve R$ 123.456,78 & vence 05/12/2026"
    assert words.say(text, "en") == "Ana owes R$123,456.78 & it is due Dec 5, 2026"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Money(4_990), ["R$ 49,90", "R$49.90", "49,90 R$"]),
        (Money(-4_990), ["-R$ 49,90", "-R$49.90", "-49,90 R$"]),
        (Money(0), ["R$ 0,00", "R$0.00", "0,00 R$"]),
        (Money(1_990, "USD"), ["US$ 19,90", "$19.90", "19,90 US$"]),
        (Money(15_000, "CLP"), ["CLP 15.000", "CLP15,000", "15.000 CLP"]),
        (Money(1_250, "KWD"), ["KWD 1,250", "KWD1.250", "1,250 KWD"]),
        (date(2026, 2, 1), ["01/02/2026", "Feb 1, 2026", "01/02/2026"]),
        (1_234_567, ["1.234.567", "1,234,567", "1.234.567"]),
        (Decimal("12.50"), ["12,5", "12.5", "12,5"]),
        ("São João", ["São João", "São João", "São João"]),
    ],
)
def test_every_kind_of_value_has_a_local_way(
    value: Money | date | int | Decimal | str, shown: list[str], words: Catalogues
) -> None:
    text = Text("value", {"value": value})
    assert [words.say(text, language) for language in ("pt_BR", "en", "es")] == shown


def test_moments_are_shown_by_the_clock_of_the_business(tmp_path: Path) -> None:
    (tmp_path / "pt_BR").mkdir()
    (tmp_path / "pt_BR" / "one.po").write_text(PT, encoding="utf-8")
    words = Catalogues(tmp_path)
    text = t("value", value=datetime(2026, 12, 6, 1, 30, tzinfo=UTC))
    assert words.say(text, "pt_BR") == "05/12/2026 22:30"
    words.zone = ZoneInfo("Asia/Tokyo")
    assert words.say(text, "pt_BR") == "06/12/2026 10:30"


@pytest.mark.parametrize(
    ("count", "ours", "english"),
    [
        (0, "0 dia de atraso", "0 days late"),
        (1, "1 dia de atraso", "1 day late"),
        (-1, "-1 dia de atraso", "-1 day late"),
        (2, "2 dias de atraso", "2 days late"),
        (1_000, "1.000 dias de atraso", "1,000 days late"),
    ],
)
def test_the_number_chooses_the_form(
    count: int, ours: str, english: str, words: Catalogues
) -> None:
    assert words.say(t("late", count=count), "pt_BR") == ours
    assert words.say(t("late", count=count), "en") == english


def test_texts_within_texts_are_said_in_the_same_way(words: Catalogues) -> None:
    inner = t("owes", name="A<b", owed=Money(100), due=plain("já"))
    text = t("lines", value=(inner, t("late", count=2), plain("&")))
    assert words.say(text, "pt_BR", "html").splitlines() == [
        "Assim:",
        "<b>A&lt;b</b> deve R$ 1,00 &amp; vence já",
        "2 dias de atraso",
        "&amp;",
    ]


def test_marks_are_each_chats_own(words: Catalogues) -> None:
    text = t("code", value="x")
    said = {style: words.say(text, "pt_BR", style) for style in ("plain", "html", "whatsapp")}
    assert said == {
        "plain": "Copie: x e x",
        "html": "Copie: <code>x</code> e <i>x</i>",
        "whatsapp": "Copie: ```x``` e _x_",
    }


def test_a_persons_own_words_are_quoted_in_every_style(words: Catalogues) -> None:
    typed = plain("<b>*Ana* {owed} & Cia</b>")
    assert words.say(typed, "pt_BR") == "<b>*Ana* {owed} & Cia</b>"
    assert words.say(typed, "pt_BR", "html") == "&lt;b&gt;*Ana* {owed} &amp; Cia&lt;/b&gt;"
    said = words.say(typed, "pt_BR", "whatsapp")
    assert said.translate(SEEN) == "<b>AAnaA {owed} & Cia</b>"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("*5*", "A5A"),
        ("_5_", "U5U"),
        ("~5~", "T5T"),
        ("```5```", "GGG5GGG"),
        ("a *b* c", "a AbA c"),
        ("joao_da_silva@example.com", "joao_da_silva@example.com"),
        ("2*3", "2*3"),
        ("a**b**c", "aAAbAAc"),
        ("a*_b_*c", "aAUbUAc"),
        (PIX, PIX),
    ],
)
def test_on_whatsapp_a_value_marks_nothing(typed: str, shown: str, words: Catalogues) -> None:
    said = words.say(t("value", value=typed), "pt_BR", "whatsapp")
    assert said.translate(SEEN) == shown


def test_inside_code_a_value_stays_as_it_is_but_cannot_end_it(words: Catalogues) -> None:
    said = words.say(t("code", value="*a* ```b"), "pt_BR", "whatsapp")
    assert said.translate(SEEN) == "Copie: ```*a* GGGb``` e _AaA GGGb_"
    nested = words.say(t("code", value=plain("*a*")), "pt_BR", "whatsapp")
    assert nested.translate(SEEN) == "Copie: ```*a*``` e _AaA_"


def test_the_sentence_as_it_stands_is_what_templates_are_made_of(words: Catalogues) -> None:
    assert words.raw("owes", "pt_BR") == "<b>{name}</b> deve {owed} & vence {due}"
    assert words.raw("late", "en") == "{count} days late"
    assert words.raw("nowhere", "en") == "nowhere"


@pytest.mark.parametrize(
    ("key", "language", "said"),
    [
        ("here_only", "en", "Só aqui"),
        ("english_only", "pt_BR", "Only in English"),
        ("english_only", "es", "Only in English"),
        ("not_yet", "en", "not_yet"),
        ("nowhere", "es", "nowhere"),
    ],
)
def test_a_missing_sentence_is_said_otherwise_and_logged_once(
    key: str, language: str, said: str, tmp_path: Path
) -> None:
    for name, text in (("pt_BR", PT), ("en", EN), ("es", EN.replace("english_only", "other"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.po").write_text(text, encoding="utf-8")
    words = Catalogues(tmp_path)
    with capture_logs() as logs:
        assert [words.say(t(key), language, style) for style in ("plain", "html")] == [said] * 2
    assert logs == [
        {"log_level": "warning", "event": "words.missing", "key": key, "missing": language}
    ]


def test_a_missing_value_leaves_dots_and_is_logged_once(words: Catalogues) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            assert words.say(t("owes", name="Ana", owed=1), "pt_BR") == "Ana deve 1 & vence …"
    assert [(log["event"], log["key"], log["missing"]) for log in logs] == [
        ("words.missing", "owes", "due")
    ]


@pytest.mark.parametrize("count", [None, "two", Decimal(2)])
def test_a_plural_without_a_number_speaks_of_many(count: object, words: Catalogues) -> None:
    params = {} if count is None else {"count": count}
    assert words.say(Text("late", params), "en").endswith("days late")  # type: ignore[arg-type]  # a mistake in code


def test_words_without_words_say_nothing(words: Catalogues) -> None:
    assert words.say(Text("plain"), "pt_BR") == ""


def test_the_catalogues_of_the_house_are_found() -> None:
    words = Catalogues()
    assert words.languages == ("pt_BR", "en", "es")
    assert words.say(t("form.step", step=1, of=3), "es") == "Paso 1 de 3"


@pytest.mark.parametrize("language", ["pt_BR", "en", "es"])
def test_the_help_names_every_command(language: str) -> None:
    words = Catalogues()
    told = " ".join(words.say(t(f"help.{topic}"), language) for topic in TOPICS)
    named = re.findall(r"(?<![<\w])/([a-z]+)", told)
    assert {COMMANDS[spelling] for spelling in named} == set(SPELLINGS) - {"start", "help"}


TAG = re.compile(r"</?(?:b|i|code|pre)>")


@given(typed=st.text())
def test_whatever_is_typed_html_shows_it_and_obeys_none_of_it(
    typed: str, words: Catalogues
) -> None:
    said = words.say(t("owes", name=typed, owed=plain(typed), due=typed), "pt_BR", "html")
    assert TAG.findall(said) == ["<b>", "</b>"]
    assert html.unescape(TAG.sub("", said)) == f"{typed} deve {typed} & vence {typed}"


@given(typed=st.text("*_~`ab1 .\n", max_size=20))
def test_whatever_is_typed_whatsapp_finds_no_mark_at_the_edge_of_a_word(
    typed: str, words: Catalogues
) -> None:
    said = words.say(t("value", value=typed), "pt_BR", "whatsapp")
    assert len(said) == len(typed)
    assert re.findall(r"(?<![^\W_])[*_~`]|[*_~`](?![^\W_])", said) == []


def test_where_choices_are_numbered_what_speaks_of_tapping_is_said_otherwise(
    words: Catalogues,
) -> None:
    said = {style: words.say(t("tap", name="*Ana*"), "pt_BR", style) for style in EVERY_STYLE}
    assert said["numbered"].translate(SEEN) == "*AAnaA*, responda Sim"
    assert {text.rpartition(", ")[2] for style, text in said.items() if style != "numbered"} == {
        "toque em Sim"
    }
    assert words.say(t("here_only"), "pt_BR", "numbered") == "Só aqui"


@given(typed=st.text(), style=st.sampled_from(["plain", "html", "whatsapp", "numbered"]))
def test_nothing_typed_is_ever_taken_for_a_gap(typed: str, style: Marks, words: Catalogues) -> None:
    hostile = "{name}{owed}{0}{}{due!r}" + typed
    assert "{name}{owed}{0}{}{due!r}" in words.say(t("value", value=hostile), "pt_BR", style)
