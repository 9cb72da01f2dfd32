"""What is kept of a message is exactly what was meant."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import FileId
from bot.domain.message import Attachment, Button, Outgoing, Style, TemplateUse
from bot.domain.money import Money
from bot.domain.text import Param, Text
from bot.storage.wire import pack, unpack

_words = st.text(st.characters(codec="utf-8"), max_size=20)
_plain: Any = st.one_of(
    _words,
    st.integers(-(2**40), 2**40),
    st.builds(Money, st.integers(0, 10**9), st.sampled_from(("BRL", "USD"))),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    st.decimals(-1000, 1000, allow_nan=False, places=2),
)
_text: Any = st.recursive(
    st.builds(Text, _words, st.dictionaries(_words, _plain, max_size=3)),
    lambda inner: st.builds(
        Text,
        _words,
        st.dictionaries(_words, st.one_of(inner, st.lists(inner, max_size=2).map(tuple))),
    ),
    max_leaves=4,
)
_outgoing = st.builds(
    Outgoing,
    body=st.lists(_text, max_size=3).map(tuple),
    buttons=st.lists(
        st.builds(Button, _text, _words, st.none() | _text, st.sampled_from(Style)), max_size=2
    ).map(tuple),
    asks_number=st.booleans(),
    takes_number=st.booleans(),
    attachment=st.none() | st.builds(Attachment, st.integers(1, 9).map(FileId), _words, _words),
    template=st.none()
    | st.builds(TemplateUse, _words, st.dictionaries(_words, _plain, max_size=2), st.booleans()),
    edits=st.none() | _words,
    renews=st.none() | _words.filter(bool),
)


@given(_outgoing)
def test_a_message_reads_back_as_it_was(outgoing: Outgoing) -> None:
    assert unpack(pack(outgoing)) == outgoing


def test_values_keep_their_kind() -> None:
    params: dict[str, Param] = {
        "a": Decimal("1.50"),
        "b": Money(5, "USD"),
        "c": date(2026, 12, 5),
        "d": "5",
    }
    kept = unpack(pack(Outgoing((Text("k", params),)))).body[0].params
    assert kept == params
    assert [type(value) for value in kept.values()] == [Decimal, Money, date, str]
