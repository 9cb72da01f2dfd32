"""What a client's few words mean: only what is plain is understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.intent import Intent, intent_of


@pytest.mark.parametrize("word", ["PARE", "pare!", "Sair.", "STOP", "baja", " Parar ", "🛑 stop"])
def test_a_bare_word_stops_the_notices(word: str) -> None:
    assert intent_of(word) is Intent.STOP


@pytest.mark.parametrize("word", ["voltar", "Alta", "START", "retomar"])
def test_a_bare_word_brings_them_back(word: str) -> None:
    assert intent_of(word) is Intent.RESUME


@pytest.mark.parametrize(
    "said",
    ["Paguei", "já paguei!", "Pago ✅", "acabei de pagar", "Ya pagué", "I paid yesterday", "paid"],
)
def test_a_client_says_that_it_is_paid(said: str) -> None:
    assert intent_of(said) is Intent.PAID


@pytest.mark.parametrize(
    "said", ["pix", "Me manda o pix", "qual a chave pix?", "send me the pix code", "Código do Pix"]
)
def test_a_client_asks_for_the_code(said: str) -> None:
    assert intent_of(said) is Intent.PIX


@pytest.mark.parametrize(
    "said",
    [
        "pare de mandar o boleto para minha mãe",
        "não paguei",
        "vou pagar amanhã",
        "ainda não recebi o pix",
        "quero cancelar meu plano",
        "já paguei mas cobraram de novo",
        "bom dia",
        "",
        "👍",
    ],
)
def test_what_is_longer_or_unclear_is_left_to_a_person(said: str) -> None:
    assert intent_of(said) is Intent.OTHER


@given(st.text(max_size=200))
def test_any_words_mean_something(said: str) -> None:
    assert intent_of(said) in Intent


@given(st.sampled_from(["pare", "já paguei", "chave pix", "voltar"]), st.sampled_from("!.?…*"))
def test_marks_and_case_change_no_meaning(said: str, mark: str) -> None:
    assert intent_of(f" {said.upper()}{mark}") is intent_of(said)
