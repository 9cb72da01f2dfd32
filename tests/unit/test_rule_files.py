"""The book of rules as files: read back equal, and refused with the place that is wrong."""

import tomllib
from dataclasses import fields
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.contact import ContactRules
from bot.domain.errors import Unreadable
from bot.domain.ids import PlanId, StepId
from bot.domain.ladder import Step
from bot.domain.message import ChannelName
from bot.domain.money import Money
from bot.domain.own_text import TextKey
from bot.domain.plan import Period
from bot.domain.rule_book import HouseRules, PlanRule, RuleBook, TextRule
from bot.domain.rule_files import LADDER, PLANS, SETTINGS, TEXTS, digest, render
from bot.domain.rule_reading import parse, parse_edit
from bot.domain.toml_text import quoted
from bot.services.ports.house import BusinessView

# Whatever may be in a database: UTF-8 has no half of a pair.
WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
HOURS = st.times().map(lambda at: at.isoformat("minutes"))
MINUTES = st.times().map(lambda at: time(at.hour, at.minute))

houses = st.builds(
    HouseRules,
    name=WORDS,
    city=WORDS,
    pix_key=st.none() | WORDS,
    evening_digest=st.booleans(),
    hours=st.dictionaries(st.integers(0, 6), st.tuples(HOURS, HOURS)),
    closed_days=st.frozensets(st.dates()),
    rules=st.builds(
        ContactRules,
        gap_hours=st.integers(0, 168),
        people_a_day=st.none() | st.integers(1, 10**6),
        other_chat=st.booleans(),
    ),
)
steps = st.builds(
    Step,
    id=st.integers(0, 99).map(StepId),
    offset_days=st.integers(-60, 90),
    at=MINUTES,
    template=WORDS,
    plan_id=st.none() | st.integers(1, 5).map(PlanId),
    channel=st.none() | st.sampled_from(ChannelName),
    on=st.booleans(),
)
prices = st.builds(Money, st.integers(1, 10**9), st.sampled_from(("BRL", "JPY", "JOD")))
plans = st.builds(
    PlanRule,
    id=st.integers(0, 9).map(PlanId),
    name=WORDS,
    price=prices,
    period=st.sampled_from(Period),
    on_sale=st.booleans(),
)
texts = st.builds(
    TextRule,
    st.builds(TextKey, WORDS, WORDS, st.none() | st.integers(1, 5).map(PlanId)),
    WORDS | st.lists(WORDS, max_size=3).map("\n".join),
)
books = st.builds(
    RuleBook.of,
    houses,
    st.lists(steps, max_size=4),
    st.lists(plans, max_size=4),
    st.none() | st.lists(texts, max_size=4),
)

BOOK = RuleBook.of(
    HouseRules(
        "Academia Boa Forma",
        "Vitória",
        "pix@boaforma.com.br",
        hours={0: ("09:00", "19:00"), 5: ("09:00", "13:00")},
        closed_days=frozenset({date(2026, 12, 24)}),
    ),
    [
        Step(StepId(1), -3, time(9), "reminder_before"),
        Step(StepId(7), 0, time(10, 30), "reminder_today", PlanId(2), ChannelName.TELEGRAM),
    ],
    [
        PlanRule(PlanId(1), "Mensal", Money(4990), Period.MONTHLY),
        PlanRule(PlanId(2), 'Ouro "VIP"', Money(9990), Period.ANNUAL, on_sale=False),
    ],
    [TextRule(TextKey("reminder_today", "pt_BR", PlanId(2)), 'Oi {name}!\nÉ "hoje": {amount}.')],
)


@given(books)
def test_what_is_written_reads_back_equal(book: RuleBook) -> None:
    assert parse(render(book)) == book


@given(books)
def test_the_same_book_is_written_the_same_way(book: RuleBook) -> None:
    again = RuleBook.of(book.house, reversed(book.steps), reversed(book.plans))
    if len({step.id for step in book.steps}) == len(book.steps):
        assert render(again)[SETTINGS] == render(book)[SETTINGS]
    assert digest(render(parse(render(book)))) == digest(render(book))


@given(WORDS)
def test_any_words_can_be_quoted(words: str) -> None:
    written = quoted(words)
    assert "\n" not in written
    assert tomllib.loads(f"words = {written}") == {"words": words}


def test_a_person_can_read_it() -> None:
    files = render(BOOK)
    assert 'monday = "09:00-19:00"' in files[SETTINGS]
    assert 'sunday = "closed"' in files[SETTINGS]
    assert "  2026-12-24," in files[SETTINGS]
    assert "days = -3" in files[LADDER]
    assert 'plan = 2  # "Ouro \\"VIP\\""' in files[LADDER]
    assert 'price = "49.90"' in files[PLANS]
    assert 'words = """\nOi {name}!\nÉ \\"hoje\\": {amount}."""' in files[TEXTS]


def test_other_contents_have_another_hash() -> None:
    files = render(BOOK)
    assert digest(files) != digest({**files, LADDER: f"{files[LADDER]}\n"})
    assert digest({"ab": "c"}) != digest({"a": "bc"})


@pytest.mark.parametrize(
    ("path", "was", "now", "where"),
    [
        (LADDER, "days = -3", "days = ", "versions.at_line"),
        (LADDER, "days = -3", 'days = "three"', "three"),
        (LADDER, "days = -3", "", "days"),
        (LADDER, "days = -3", "days = true", "True"),
        (LADDER, 'at = "09:00"', 'at = "nine"', "nine"),
        (LADDER, 'at = "09:00"', 'at = "09:00-03:00"', "09:00-03:00"),
        (LADDER, 'at = "09:00"', 'at = "09:00:30"', "09:00:30"),
        (LADDER, '"telegram"', '"pigeon"', "pigeon"),
        (LADDER, "[[step]]", "[step]", ""),
        (SETTINGS, '"09:00-13:00"', '"nine to one"', "nine to one"),
        (SETTINGS, '"09:00-13:00"', '"29:00-13:00"', ""),
        (SETTINGS, "per_week = 3", "per_weak = 3", "per_weak"),
        (SETTINGS, "[hours]", "[ours]", "hours"),
        (SETTINGS, "evening_digest = true", "evening_digest = 1", "1"),
        (PLANS, '"49.90"', '"a lot"', ""),
        (PLANS, '"monthly"', '"sometimes"', "sometimes"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    path: str, was: str, now: str, where: str
) -> None:
    files = render(BOOK)
    assert was in files[path]
    with pytest.raises(Unreadable) as refusal:
        parse({**files, path: files[path].replace(was, now)})
    assert path in str(refusal.value.text.params["file"])
    assert where in str(refusal.value.text.params["where"])


@pytest.mark.parametrize(
    ("path", "was", "now"),
    [
        (LADDER, "days = -3", f"days = {10**30}"),
        (SETTINGS, "  2026-12-24,", "  2026-12-24,\n" * 3000),
        (PLANS, "[[plan]]", "[[plan]]\n" * 3000),
        (PLANS, "[[plan]]", f"deep = {'[' * 20_000}"),
        (SETTINGS, "closed_days = [", "closed_days = 7\nnone = ["),
    ],
)
def test_what_has_no_end_is_refused(path: str, was: str, now: str) -> None:
    files = render(BOOK)
    with pytest.raises(Unreadable):
        parse({**files, path: files[path].replace(was, now, 1)})


@pytest.mark.parametrize(
    ("now", "key"),
    [
        (f"{'a.' * 100_000}a = 1\n", "errors.versions.unreadable"),
        (f"[{'a.' * 100_000}a]\n", "errors.versions.unreadable"),
        ("# S\ufffdo Paulo\n", "errors.versions.letters"),
    ],
)
def test_what_others_wrote_keeps_nobody_busy_and_is_text(now: str, key: str) -> None:
    files = render(BOOK)
    assert parse_edit(files) == BOOK
    with pytest.raises(Unreadable) as refusal:
        parse_edit({**files, SETTINGS: f"{files[SETTINGS]}{now}"})
    assert refusal.value.key == key


def test_a_book_of_before_there_were_texts_says_nothing_about_them() -> None:
    files = render(BOOK)
    del files[TEXTS]
    assert parse(files).texts is None
    assert TEXTS not in render(parse(files))


def test_a_file_that_is_missing_is_told() -> None:
    files = render(BOOK)
    with pytest.raises(Unreadable):
        parse({path: text for path, text in files.items() if path != PLANS})


def test_every_thing_that_an_owner_may_change_has_its_place_in_the_book() -> None:
    """A new one needs a field of ``HouseRules``, and a deed in ``services.rule_changes``."""
    of_the_installation = {"zone", "currency", "country", "language", "set_up", "owned"}
    known = {each.name for each in fields(BusinessView)} - of_the_installation
    assert known == {each.name for each in fields(HouseRules)}
