"""An owner's own words: gaps in three languages, marks, hard rules, and advice."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Unreadable
from bot.domain.own_words import LONGEST, as_typed, gaps_in, read_words
from bot.domain.placeholders import gap_named, nearest, offered
from bot.domain.text_flags import Flag, doubts
from bot.domain.wording import WORDING, WORDINGS
from bot.sandbox.whatsapp.template_rules import check_components, variables
from tests.support.books import words as catalogues

LANGUAGES = ("pt_BR", "en", "es")
GOOD = (
    "Oi, {nome}! Aqui é da {empresa}. O seu pagamento de {valor} vence em {vencimento}, combinado?"
)
FORM = "reminder_before"


def key_of(typed: str, form: str = FORM, language: str = "pt_BR") -> str:
    with pytest.raises(Unreadable) as caught:
        read_words(typed, form, language)
    assert caught.value.field == "words"
    return caught.value.key


@pytest.mark.parametrize(
    "typed",
    [
        GOOD,
        "Oi, {name}! Aqui é da {business}. O seu pagamento de {amount} vence em {due}, combinado?",
        GOOD.replace("{nome}", "{ NOMBRE }").replace("{empresa}", "{Negócio}"),
        GOOD.replace("{nome}", "{{nome}}").replace("{valor}", "{{ importe }}"),
        GOOD.replace(" Aqui", "  Aqui").replace("é da {empresa}", "é\tda {loja}"),
    ],
)
def test_gaps_are_understood_in_every_language(typed: str) -> None:
    assert read_words(typed, FORM, "pt_BR") == (
        "Oi, {name}! Aqui é da {business}. O seu pagamento de {amount} vence em {due}, combinado?"
    )


def test_marks_of_the_chat_become_ours() -> None:
    kept = read_words(
        GOOD.replace("{valor}", "*{valor}*").replace("combinado", "_combinado_"), FORM, "es"
    )
    assert "<b>{amount}</b>" in kept
    assert "<i>combinado</i>" in kept
    assert as_typed(kept, "es").count("*") == 2


def test_what_looks_like_our_marks_is_left_out() -> None:
    assert "<" not in read_words(GOOD.replace("Oi", "<<b>b>Oi</pre>"), FORM, "pt_BR")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("Oi!", "errors.own.short"),
        (GOOD.replace("{nome}", "{nme}"), "errors.own.nearly"),
        (GOOD.replace("{nome}", "{saldo devedor}"), "errors.own.unknown"),
        (GOOD.replace("{nome}", "{quantos}"), "errors.own.unknown"),
        (GOOD.replace("{nome}", "{nome"), "errors.own.brace"),
        (GOOD.replace("{nome}", "nome}"), "errors.own.brace"),
        (GOOD.replace("{valor}", "tudo"), "errors.own.missing"),
        (GOOD.replace("{nome}", "{valor}"), "errors.own.twice"),
        (
            GOOD.replace("{nome}! Aqui é da {empresa}", "{nome} {empresa}"),
            "errors.own.side_by_side",
        ),
        (
            GOOD.replace("{nome}! Aqui é da {empresa}", "*{nome}*, {empresa}"),
            "errors.own.side_by_side",
        ),
        (GOOD.replace("Oi, {nome}", "*{nome}*"), "errors.own.edge"),
        (
            GOOD.replace(", combinado?", "."),
            "errors.own.edge",
        ),
        ("Oi, {nome}! De {empresa}: são {valor} e {vencimento}, combinado?", "errors.own.thin"),
        (GOOD + " palavra" * 110, "errors.own.long"),
        ("<" * 20_000 + "b>" * 20_000, "errors.own.long"),  # a tag in a tag in a tag
    ],
)
def test_what_no_network_takes_is_refused_by_name(typed: str, wrong: str) -> None:
    assert key_of(typed) == wrong


def test_the_nearest_gap_is_named_in_the_language_of_whoever_types() -> None:
    with pytest.raises(Unreadable) as caught:
        read_words(GOOD.replace("{vencimento}", "{vencimiento e}"), FORM, "en")
    assert caught.value.params["near"].params["words"] == "{due}"  # type: ignore[union-attr]


def test_every_gap_is_offered_under_a_name_that_is_understood() -> None:
    gaps = {gap for wording in WORDINGS for gap in wording.params}
    for language in LANGUAGES:
        assert {gap_named(offered(gap, language)) for gap in gaps} == gaps
    assert nearest("vencimeto", ("due", "name")) == "due"
    assert nearest("vencimeto", ("name",)) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", [w.name for w in WORDINGS if not w.to_staff])
def test_emdias_own_words_may_be_copied_and_sent_back(form: str, language: str) -> None:
    ours = catalogues().raw(f"template.{form}.body", language)
    assert read_words(as_typed(ours, language), form, language) == ours
    assert doubts(ours, language) == ()


# What may stand between the gaps of a text, fair and foul.
BETWEEN = st.lists(
    st.one_of(
        st.sampled_from([" palavra ", " duas palavras ", "Oi, ", "\n\n", " *forte* ", " _leve_ "]),
        st.sampled_from(["*", "_", "<b>", "</i>", "&", "🎉 ", " {x} ", "{", "\t", "    "]),
    ),
    min_size=1,
    max_size=6,
).map("".join)


@given(st.tuples(BETWEEN, BETWEEN, BETWEEN, BETWEEN, BETWEEN))
def test_whatever_is_taken_is_a_body_that_the_network_takes(
    parts: tuple[str, str, str, str, str],
) -> None:
    gaps = ("{nome}", "{loja}", "*{valor}*", "_{due}_", "")
    typed = "".join(part + gap for part, gap in zip(parts, gaps, strict=True))
    try:
        kept = read_words(typed, FORM, "pt_BR")
    except Unreadable:
        return
    _is_a_body(kept)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_words_around_the_gaps_are_taken_or_refused_and_nothing_else(
    before: str, after: str
) -> None:
    typed = (
        f"Oi, {before} {{nome}} aqui da {{empresa}}: são {{valor}} até {{vencimento}} {after} ok"
    )
    try:
        kept = read_words(typed, FORM, "pt_BR")
    except Unreadable:
        return
    _is_a_body(kept)
    # Typed again as it is shown, it is the same.
    assert read_words(as_typed(kept, "en"), FORM, "pt_BR") == kept


def _is_a_body(kept: str) -> None:
    marked = re.sub("</?b>", "*", re.sub("</?i>", "_", kept))
    body = re.sub(r"\{([a-z_]+)\}", r"{{\1}}", marked)
    names = variables(body)
    assert set(names) == set(gaps_in(kept)) <= set(WORDING[FORM].params)
    example = [{"param_name": name, "example": "x"} for name in names]
    part = {"type": "BODY", "text": body, "example": {"body_text_named_params": example}}
    check_components([part], named=True)
    assert len(body) <= LONGEST
    assert kept.count("<b>") == kept.count("</b>")
    assert not re.search(r"\n{3}|\t| {2}", kept)


@pytest.mark.parametrize(
    ("words", "language", "flag"),
    [
        ("Oi, {name}, {business} aqui: PROMOÇÃO de verão", "pt_BR", Flag.PROMOTION),
        ("Oi, {name}, {business} aqui: só hoje", "pt_BR", Flag.PROMOTION),
        ("Hi {name}, {business} here: renew now please", "en", Flag.PROMOTION),
        ("Hola {name}, {business}: un descuento", "es", Flag.PROMOTION),
        ("Oi, {name}, {business} aqui: sua dívida vai a protesto", "pt_BR", Flag.THREAT),
        ("Hi {name}, {business} here: our lawyer waits", "en", Flag.THREAT),
        ("Hola {name}, {business}: su deuda", "es", Flag.THREAT),
        ("Oi, {name}, {business} aqui: veja em bit.ly/abc", "pt_BR", Flag.LINK),
        ("Oi, {name}, {business} aqui: https://x.example/y", "pt_BR", Flag.LINK),
        ("Oi, {name}, {business} aqui: ligue (11) 98765-4321", "pt_BR", Flag.PHONE),
        ("Oi, {name}, {business} aqui: PAGUE AGORA por favor", "pt_BR", Flag.SHOUTING),
        ("Oi, {name}, aqui é a academia", "pt_BR", Flag.NO_BUSINESS),
        ("Oi, aqui é {business}", "pt_BR", Flag.NO_NAME),
    ],
)
def test_what_reviewers_dislike_is_flagged(words: str, language: str, flag: Flag) -> None:
    (doubt,) = doubts(words, language)
    assert doubt.flag is flag
    assert doubt.told.key == f"texts.flag.{flag}"


def test_one_language_s_words_are_not_held_against_another() -> None:
    assert doubts("Hola {name}, la factura de {business} sale el lunes", "es") == ()
    assert doubts("Oi, {name}, {business} aqui: responda PARE se quiser", "pt_BR") == ()
