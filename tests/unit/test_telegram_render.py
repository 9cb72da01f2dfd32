"""Drawing messages for Telegram."""

import html
import json
import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.letters import units
from bot.channels.telegram.render import Drawing, bare, draw
from bot.domain.ids import FileId
from bot.domain.message import Attachment, Button, Outgoing, Style
from bot.domain.text import Param, Text, plain, t
from bot.services.ports.words import Marks

PICTURE = Attachment(FileId(1), "pix.png", "image/png")


SENTENCES = {
    "plain": "{words}",
    "telegram.row": "<b>{label}</b>: {hint}",
    "debt": "{name} owes <b>{what}</b>",
    "lines": "{rows}",
    "long": "x<b>y</b>" * 2500,
    "marked": "<b>x</b>" * 4096,
    "nothing": "",
}


class Catalogue:
    """Words for these tests: a few sentences, and values written the way html wants them."""

    def say(self, text: Text, language: str, style: Marks = "plain") -> str:
        sentence = SENTENCES[text.key]
        values = {name: self._value(value, language, style) for name, value in text.params.items()}
        if style == "plain":
            sentence = re.sub("<[^<>]*>", "", sentence)
        return sentence.format(**values)

    def raw(self, key: str, language: str) -> str:
        return SENTENCES[key]

    def _value(self, value: Param, language: str, style: Marks) -> str:
        if isinstance(value, Text):
            return self.say(value, language, style)
        if isinstance(value, tuple):
            return "\n".join(self.say(line, language, style) for line in value)
        return html.escape(str(value)) if style == "html" else str(value)


def drawn(*body: Text, buttons: tuple[Button, ...] = (), picture: bool = False) -> Drawing:
    outgoing = Outgoing(body, buttons, PICTURE if picture else None)
    return draw(outgoing, "en", Catalogue())


def rows_of(drawing: Drawing) -> list[list[str]]:
    assert drawing.keyboard is not None
    return [[button.text for button in row] for row in drawing.keyboard.inline_keyboard]


def test_lines_follow_each_other_with_what_people_typed_made_harmless() -> None:
    drawing = drawn(t("debt", name="<Ana & co>", what="10"), plain("soon"))
    assert drawing.text == "&lt;Ana &amp; co&gt; owes <b>10</b>\nsoon"


def test_the_bare_words_are_what_a_person_reads() -> None:
    unmarked = drawn(t("debt", name="<Ana>", what="10")).unmarked()
    assert (unmarked.text, unmarked.parse_mode) == ("<Ana> owes 10", None)


def test_short_labels_share_a_row() -> None:
    labels = ["Yes", "No", "A label of more than sixteen", "Back", "Home"]
    drawing = drawn(plain("?"), buttons=tuple(Button(plain(label), "t") for label in labels))
    assert rows_of(drawing) == [["Yes", "No"], ["A label of more than sixteen"], ["Back", "Home"]]


def test_the_rows_of_a_list_stand_alone_with_their_hints_above() -> None:
    buttons = (Button(plain("Ana"), "t1", plain("late")), Button(plain("Next"), "t2"))
    drawing = drawn(plain("Clients"), buttons=buttons)
    assert rows_of(drawing) == [["Ana"], ["Next"]]
    assert drawing.text == "Clients\n<b>Ana</b>: late"


def test_a_dangerous_button_looks_like_it() -> None:
    drawing = drawn(plain("?"), buttons=(Button(plain("Delete"), "t", style=Style.DANGER),))
    assert drawing.keyboard is not None
    assert drawing.keyboard.inline_keyboard[0][0].to_dict() == {
        "text": "Delete",
        "callback_data": "t",
        "style": "danger",
    }


def test_a_long_note_gives_way_so_that_the_marks_stay_whole() -> None:
    drawing = drawn(t("debt", name="n" * 5000, what="10"), picture=True)
    assert drawing.text.endswith("… owes <b>10</b>")


def test_a_code_stays_whole_where_a_longer_note_is_cut() -> None:
    code = "0" * 230
    assert code in drawn(plain("n" * 4000), plain(code), picture=True).text


def test_a_sentence_too_long_in_itself_loses_its_marks_rather_than_half_of_one() -> None:
    drawing = drawn(t("long"))
    assert "<" not in drawing.text
    assert units(drawing.text) == 4096


def test_marks_count_too_where_telegram_looks_at_raw_bytes() -> None:
    assert len(drawn(t("marked")).text.encode()) < 32_768


def test_buttons_too_heavy_together_are_written_out_too() -> None:
    buttons = tuple(Button(plain("🟢" * 30), "t" * 64) for _ in range(40))
    drawing = drawn(plain("Many"), buttons=buttons)
    assert drawing.keyboard is not None
    assert len(json.dumps(drawing.keyboard.to_dict())) < 10_000
    shown = sum(len(row) for row in rows_of(drawing))
    assert drawing.text.count("\n") == 40 - shown


def test_an_empty_message_still_has_something_to_send() -> None:
    assert bare(drawn(t("nothing")).text).strip()


def test_buttons_beyond_the_last_place_are_written_out() -> None:
    buttons = tuple(Button(plain(f"Choice {n}"), "t") for n in range(101))
    drawing = drawn(plain("Many"), buttons=buttons)
    assert sum(len(row) for row in rows_of(drawing)) == 100
    assert drawing.text == "Many\nChoice 100"


words = st.text(max_size=40) | st.sampled_from(["<b>", "&amp;", "𝄞" * 3000, "é" * 5000, "&" * 4096])
texts = st.recursive(
    words.map(plain) | st.sampled_from([t("long"), t("nothing")]),
    lambda inner: (
        st.builds(lambda name, what: t("debt", name=name, what=what), words, inner | st.dates())
        | st.lists(inner, max_size=60).map(lambda rows: t("lines", rows=tuple(rows)))
    ),
    max_leaves=60,
)
buttons_of_all_kinds = st.builds(
    Button,
    label=words.map(plain),
    token=st.text(min_size=1, max_size=16),
    hint=st.none() | words.map(plain),
    style=st.sampled_from(Style),
)
outgoings = st.builds(
    Outgoing,
    body=st.lists(texts, max_size=4).map(tuple),
    buttons=st.lists(buttons_of_all_kinds, max_size=120).map(tuple),
    attachment=st.none() | st.just(PICTURE),
)


@settings(max_examples=80, deadline=None)
@given(outgoing=outgoings)
def test_any_message_fits_what_telegram_takes(outgoing: Outgoing) -> None:
    drawing = draw(outgoing, "en", Catalogue())
    limit = 1024 if outgoing.attachment else 4096
    assert units(bare(drawing.text)) <= limit
    assert len(drawing.text.encode()) < 32_768
    assert bare(drawing.text) or outgoing.attachment
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;|quot;|#x27;)", re.sub("</?b>", "", drawing.text))
    if drawing.keyboard:
        rows = drawing.keyboard.inline_keyboard
        assert sum(len(row) for row in rows) <= 100
        assert all(button.text for row in rows for button in row)
        assert len(json.dumps(drawing.keyboard.to_dict())) < 10_000


def test_a_date_is_a_value_like_any_other() -> None:
    assert bare(drawn(t("debt", name="Ana", what=date(2026, 3, 2))).text) == "Ana owes 2026-03-02"
