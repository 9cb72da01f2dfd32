"""Drawing messages for WhatsApp: within its limits, with every choice whole."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp.letters import clean, cut, cut_at_line, one_line, units
from bot.channels.whatsapp.render import Media, draw
from bot.domain.message import Button, Outgoing
from bot.domain.text import Text, plain, t
from bot.sandbox.surroundings import surroundings
from bot.sandbox.whatsapp.checks import check_document, check_image, check_text
from bot.sandbox.whatsapp.interactive import check_interactive
from bot.sandbox.whatsapp.media import Media as Shelf
from tests.support.cloud import WORDS

CHECKS = {
    "text": check_text,
    "image": check_image,
    "document": check_document,
    "interactive": check_interactive,
}
PICTURE = Media("image", "700", "pix.png")


def drawn(
    *labels: str,
    body: str = "Oi",
    hint: str = "",
    media: Media | None = None,
    takes_number: bool = False,
) -> dict[str, Any]:
    hints: Text | None = plain(hint) if hint else None
    buttons = tuple(Button(plain(label), f"t{n}", hints) for n, label in enumerate(labels))
    outgoing = Outgoing((plain(body),), buttons, takes_number=takes_number)
    return draw(outgoing, "pt_BR", WORDS, media)


def form_of(content: dict[str, Any]) -> str:
    kind = str(content["type"])
    return str(content["interactive"]["type"]) if kind == "interactive" else kind


@pytest.mark.parametrize(
    ("labels", "hint", "form"),
    [
        ([], "", "text"),
        (["Sim"], "", "button"),
        (["x" * 20, "Não", "Sim"], "", "button"),
        (["x" * 21], "", "list"),
        (["Sim", "Sim"], "", "list"),
        (["Sim"], "agora", "list"),
        (["1", "2", "3", "4"], "", "list"),
        (["x" * 24] * 10, "", "list"),
        (["x" * 25], "", "text"),
        (["x"] * 11, "", "text"),
        (["😀" * 10], "", "button"),
        (["😀" * 11], "", "list"),
        (["😀" * 13], "", "text"),
    ],
)
def test_the_narrowest_form_that_shows_every_choice_whole(
    labels: list[str], hint: str, form: str
) -> None:
    assert form_of(drawn(*labels, hint=hint)) == form


def test_words_too_long_to_stand_above_buttons_are_not_cut_but_followed_by_numbers() -> None:
    content = drawn("Sim", body="x" * 1025)
    assert content["text"]["body"].startswith("x" * 1025 + "\n\n1. Sim")


def test_a_form_that_speaks_of_tapping_does_not_where_its_choices_are_numbered() -> None:
    form = Text("template.waiting.body", {"count": 2})
    few, many = (
        tuple(Button(plain(f"Ação {n}"), f"t{n}") for n in range(size)) for size in (2, 11)
    )
    tapped = draw(Outgoing((form,), few), "pt_BR", WORDS)["interactive"]["body"]["text"]
    answered = draw(Outgoing((form,), many), "pt_BR", WORDS)["text"]["body"]
    assert "Toque em Ver agora" in tapped
    assert "Responda Ver agora" in answered


def test_numbers_follow_the_order_of_the_buttons() -> None:
    lines = drawn(*(f"Opção {letter}" for letter in "ABCDEFGHIJK"))["text"]["body"].splitlines()
    assert lines[2] == "1. Opção A"
    assert lines[12] == "11. Opção K"
    assert lines[-1] == "Responda com o número ou com as palavras da opção."


def test_where_a_number_is_the_answer_choices_have_none() -> None:
    asked = drawn(*(f"Opção {letter}" for letter in "ABCDEFGHIJK"), takes_number=True)
    assert "▸ Opção K" in asked["text"]["body"]
    assert "11." not in asked["text"]["body"]


def test_hints_stand_beside_their_numbers() -> None:
    assert (
        "1. Ana Maria dos Santos Oliveira: em dia"
        in (drawn("Ana Maria dos Santos Oliveira", hint="em dia")["text"]["body"])
    )


def test_a_long_hint_of_a_row_is_cut() -> None:
    row = drawn("Ana", hint="h" * 99)["interactive"]["action"]["sections"][0]["rows"][0]
    assert row["description"] == "h" * 71 + "…"


def test_bold_words_are_marked_the_way_of_the_chat() -> None:
    content = draw(Outgoing((t("form.readback", label="Nome", value="*Ana*"),)), "pt_BR", WORDS)
    assert content["text"]["body"].endswith("*")
    assert content["text"]["body"].count("*") == 2


def test_under_a_picture_the_body_gives_way_before_the_choices() -> None:
    caption = drawn(*"ABCD", body="linha\n" * 400, media=PICTURE)["image"]["caption"]
    assert units(caption) <= 1024
    assert "…\n\n1. A\n2. B\n3. C\n4. D" in caption


def test_a_picture_alone_needs_no_words() -> None:
    assert drawn(body="", media=PICTURE) == {"type": "image", "image": {"id": "700"}}


def test_an_empty_message_still_has_something_to_send() -> None:
    assert drawn(body=" ")["text"]["body"] == "·"
    assert drawn("", body="")["interactive"]["body"]["text"] == "·"


def test_a_token_no_button_could_carry_is_a_mistake_of_ours() -> None:
    for token in ("", "x" * 201):
        with pytest.raises(ValueError, match="token"):
            draw(Outgoing((), (Button(plain("Sim"), token),)), "pt_BR", WORDS)


words = st.text(max_size=40) | st.sampled_from(["x" * 5000, "😀" * 900, "linha\n" * 300, "*b*"])
tokens = st.text("abcdefgh0123456789", min_size=1, max_size=22)
buttons_of_all_kinds = st.lists(
    st.builds(
        Button,
        label=(st.text(max_size=26) | words).map(plain),
        token=tokens,
        hint=st.none() | words.map(plain),
    ),
    max_size=14,
    unique_by=lambda button: button.token,
)


@settings(max_examples=150, deadline=None)
@given(
    body=st.lists(words.map(plain), max_size=3),
    buttons=buttons_of_all_kinds,
    kind=st.sampled_from(["", "image", "document"]),
)
def test_any_message_is_taken_by_the_network(
    body: list[Text], buttons: list[Button], kind: str
) -> None:
    shelf = Shelf(surroundings().clock)
    media = None
    if kind:
        mime = "image/png" if kind == "image" else "application/pdf"
        media = Media(kind, shelf.keep(b"x", "a", mime).id, "a")
    outgoing = Outgoing(tuple(body), tuple(buttons))
    content = draw(outgoing, "pt_BR", WORDS, media)
    taken = CHECKS[content["type"]](content, shelf)
    assert (taken.file is not None) is bool(kind)
    if taken.choices:
        assert [choice.id for choice in taken.choices] == [button.token for button in buttons]


@given(st.text(), st.integers(1, 60))
def test_what_is_cut_never_exceeds_its_room(text: str, limit: int) -> None:
    assert units(cut(text, limit)) <= limit
    assert units(cut_at_line(text, limit)) <= limit
    assert cut(text, 10_000) == cut_at_line(text, 10_000) == text


def test_half_a_character_in_the_words_does_not_stop_the_message() -> None:
    assert drawn(body="Oi \ud83d")["text"]["body"] == "Oi \N{REPLACEMENT CHARACTER}"


def test_half_a_letter_is_never_left() -> None:
    assert cut("😀😀😀", 4) == "😀…"


def test_a_line_is_kept_whole_where_more_than_half_is_left() -> None:
    assert cut_at_line("12345678\nabcdef", 14) == "12345678\n…"
    assert cut_at_line("12\nabcdefghijklmn", 14) == "12\nabcdefghij…"


def test_a_label_is_one_line() -> None:
    assert one_line(" a\n\tb   c ") == "a b c"


@given(st.text(st.characters(codec="utf-8") | st.characters(categories=["Cs"])))
def test_what_is_clean_can_be_stored(text: str) -> None:
    assert "\x00" not in clean(text)
    clean(text).encode()
