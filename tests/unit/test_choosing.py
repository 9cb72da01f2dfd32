"""What a number means where no buttons are: the newest choice, a quoted one, or a question back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialog.session import Session
from bot.domain.errors import Refusal
from bot.domain.message import Button, ChannelName, Incoming
from bot.domain.text import Text, plain
from bot.handlers.choosing import as_tap
from bot.services.ports.offers import Offer
from tests.support.engine_room import NOON

HOUR = timedelta(hours=1)


def say(text: Text) -> str:
    return str(text.params["words"])


def offer(prefix: str, *labels: str, ago: timedelta = HOUR) -> Offer:
    """Choices whose tokens are the prefix and their place."""
    buttons = tuple(Button(plain(label), f"{prefix}{n}") for n, label in enumerate(labels, 1))
    return Offer(buttons, NOON - ago)


REMINDER = offer("r", "Já paguei", "Ver Pix", "Parar avisos", ago=5 * HOUR)
CLAIM = offer("c", "✅ Confirmar", "Ainda não")


def said(text: str, quotes: str = "") -> Incoming:
    return Incoming(ChannelName.WHATSAPP, "5511", "m1", NOON, text=text, quotes=quotes)


def chosen(text: str, *offers: Offer, numbers: bool = True, quotes: str = "") -> str | None:
    session = Session(numbers_mean_choices=numbers)
    return as_tap(said(text, quotes), session, offers, say).token


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("1", "c1"),
        (" 2 ", "c2"),
        ("confirmar", "c1"),
        ("Ainda Nao", "c2"),
        ("3", None),
        ("já paguei", "r1"),
        ("0", None),
        ("11", None),
        ("oi", None),
    ],
)
def test_numbers_are_the_newest_ones_and_words_any(text: str, token: str | None) -> None:
    assert chosen(text, CLAIM, REMINDER) == token


def test_while_a_form_takes_numbers_only_a_quoted_one_is_a_choice() -> None:
    assert chosen("1", CLAIM, numbers=False) is None
    assert chosen("confirmar", CLAIM, numbers=False) == "c1"
    assert chosen("1", CLAIM, numbers=False, quotes="x") == "c1"


def test_nothing_offered_is_nothing_chosen() -> None:
    assert chosen("1") is None
    # What they had not yet seen when they wrote, they cannot have meant.
    assert chosen("1", offer("n", "Sim", ago=-timedelta(minutes=1))) is None
    assert chosen("1", offer("n", "Sim", ago=-timedelta(minutes=1)), REMINDER) == "r1"


@pytest.mark.parametrize("text", ["1", "2"])
def test_two_at_once_are_asked_about(text: str) -> None:
    fresh = offer("f", "Sim", "Não", ago=timedelta(seconds=2))
    with pytest.raises(Refusal) as asked:
        chosen(text, fresh, CLAIM)
    assert asked.value.key == "choice.which_one"
    # Words that only one of them has leave no doubt; nor do those of days ago.
    assert chosen("sim", fresh, CLAIM) == "f1"
    assert chosen(text, fresh, offer("o", "A", "B", ago=25 * HOUR)) == f"f{text}"
    assert chosen(text, fresh) == f"f{text}"


@given(st.text(max_size=12), st.booleans())
def test_only_what_was_offered_can_be_chosen(text: str, numbers: bool) -> None:  # noqa: FBT001
    tokens = {button.token for one in (CLAIM, REMINDER) for button in one.buttons}
    token = chosen(text, CLAIM, REMINDER, numbers=numbers)
    assert token is None or token in tokens


def test_who_says_nothing_chooses_nothing() -> None:
    assert as_tap(said(""), Session(), [CLAIM], say).token is None


def test_where_a_number_is_the_answer_choices_are_named_by_words_even_when_quoted() -> None:
    asked = replace(offer("d", "Dia 5", "Dia 10", "Voltar"), takes_number=True)
    assert chosen("2", asked, CLAIM, quotes="m0") is None
    assert chosen("dia 10", asked, CLAIM, numbers=False) == "d2"
    assert chosen("2", asked, CLAIM) is None
