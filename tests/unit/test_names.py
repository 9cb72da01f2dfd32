"""Names, notes and search words: nothing unseen is kept, and accents part nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import fold, tidy, tidy_lines

ANY_TEXT = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize(
    "typed", ["João D'Ávila", "JOÃO d'ávila", "  Joa\u0303o   D'A\u0301vila\n"]
)
def test_case_accents_and_blanks_part_nobody(typed: str) -> None:
    assert fold(typed) == "joao d'avila"


def test_letters_that_only_look_wide_are_the_same_letters() -> None:
    assert fold("\uff26oo Straße") == "foo strasse"


def test_what_shows_nothing_does_not_tell_two_names_apart() -> None:
    assert fold("Ana\u200b\u202eSouza") == fold("AnaSouza")


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT)
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(ANY_TEXT)
def test_a_tidy_name_compares_as_it_was_typed(text: str) -> None:
    assert fold(tidy(text)) == fold(text)


@given(ANY_TEXT)
def test_a_tidy_name_stands_on_one_line_and_can_be_stored(text: str) -> None:
    tidied = tidy(text)
    assert tidied.splitlines() in ([], [tidied])
    assert tidied.encode().decode() == tidied


def test_a_name_cannot_turn_what_follows_round() -> None:
    assert tidy("Ana\u202e oãoJ\u2066 \u200fX") == "Ana oãoJ X"


def test_letters_are_composed() -> None:
    assert tidy("Joa\u0303o") == "João"


@pytest.mark.parametrize("picture", ["👨‍👩‍👧", "🏳️‍🌈", "👩🏽‍⚕️", "🎾", "❤️‍🔥"])
def test_pictures_stay_whole(picture: str) -> None:
    assert tidy(f"Ana  {picture}") == f"Ana {picture}"


def test_a_joiner_that_joins_no_picture_goes() -> None:
    assert tidy("A\u200dna") == "Ana"


def test_a_name_of_nothing_seen_is_empty() -> None:
    assert tidy("\u200b\u3164 \u2800\x00") == ""


def test_a_note_keeps_its_lines() -> None:
    assert tidy_lines("  paga  tarde\r\n\x00liga antes\u2028fim  ") == "paga tarde\nliga antes\nfim"


def test_a_note_keeps_one_empty_line_of_many() -> None:
    assert tidy_lines("\n\na\n\n\n \n\nb\n") == "a\n\nb"


@given(ANY_TEXT)
def test_tidying_lines_twice_changes_nothing(text: str) -> None:
    assert tidy_lines(tidy_lines(text)) == tidy_lines(text)
