"""Playing the ladder without sending: what it says is what the planner would have done."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import Calendar
from bot.domain.errors import Unreadable
from bot.domain.ids import ChargeId, ClientId, PlanId, StepId
from bot.domain.ladder import DEFAULT_STEPS, Step, newest_open, own_plans, rungs_of
from bot.domain.ladder_words import EARLIEST, LATEST, read_hour, read_offset, shown_offset
from bot.domain.rehearsal import Letter, Owed, foresee, replay, touched
from bot.domain.wording import WORDING, forms_for, true_form
from tests.support.calendars import SAO_PAULO, calendars

STEPS = tuple(Step(StepId(n), *step) for n, step in enumerate(DEFAULT_STEPS, 1))
GOLD, OTHER = PlanId(1), PlanId(2)
START = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def owed(due_on: date, number: int = 1, **about: object) -> Owed:
    said = {"plan_id": OTHER, "since": START - 60 * DAY, **about}
    return Owed(ChargeId(number), ClientId(number), due_on=due_on, **said)  # type: ignore[arg-type]


def days_of(letters: list[Letter], due_on: date) -> list[int]:
    return [(SAO_PAULO.today(letter.at) - due_on).days for letter in letters]


@st.composite
def ladders(draw: st.DrawFn) -> tuple[Step, ...]:
    rungs = draw(
        st.dictionaries(
            st.tuples(st.integers(-9, 12), st.sampled_from((None, GOLD, OTHER))),
            st.tuples(st.integers(0, 23), st.booleans()),
            max_size=8,
        )
    )
    return tuple(
        Step(StepId(n), offset, time(hour), "reminder_late", plan, on=on)
        for n, ((offset, plan), (hour, on)) in enumerate(rungs.items(), 1)
    )


@settings(deadline=None)
@given(
    ladders(),
    calendars(),
    st.integers(-20, 20),
    st.sampled_from((GOLD, OTHER)),
    st.integers(0, 24 * 30),
    st.none() | st.integers(0, 24 * 30),
)
def test_what_is_played_is_what_asking_hour_by_hour_gives(
    steps: tuple[Step, ...],
    calendar: Calendar,
    due_in: int,
    plan: PlanId,
    since: int,
    paid_after: int | None,
) -> None:
    due_on = START.date() + timedelta(days=due_in)
    begun = START + timedelta(hours=since)
    until = None if paid_after is None else begun + timedelta(hours=paid_after)
    charge = owed(due_on, plan_id=plan, since=begun, until=until)
    played = replay([charge], steps, calendar, START, START + 40 * DAY)
    for letter in played:
        opening = newest_open(due_on, steps, letter.at, calendar, plan)
        assert opening is not None
        assert opening.step == letter.step
        assert calendar.allows(letter.at)
        assert letter.at >= begun
        assert until is None or letter.at < until
    assert len({letter.step.id for letter in played}) == len(played)
    asked: set[int] = set()
    for hour in range(40 * 24):
        now = START + timedelta(hours=hour)
        opening = newest_open(due_on, steps, now, calendar, plan)
        is_open = now >= begun and (until is None or now < until) and calendar.allows(now)
        if opening and is_open and opening.opens_at >= START:
            asked.add(opening.step.id)
    assert asked <= {letter.step.id for letter in played}


def test_a_charge_that_is_never_paid_gets_every_step() -> None:
    due_on = date(2026, 11, 11)
    played = replay([owed(due_on)], STEPS, SAO_PAULO, START, START + 40 * DAY)
    # Three days before is a Sunday; the fifteenth day after is a Thursday.
    assert days_of(played, due_on) == [-2, 0, 1, 3, 7, 15]


def test_paying_ends_it() -> None:
    due_on = date(2026, 11, 11)
    paid = owed(due_on, until=datetime(2026, 11, 12, 3, tzinfo=UTC))
    played = replay([paid], STEPS, SAO_PAULO, START, START + 40 * DAY)
    assert days_of(played, due_on) == [-2, 0]


def test_all_that_one_client_is_told_at_once_is_one_letter() -> None:
    first, second = owed(date(2026, 11, 11)), owed(date(2026, 11, 10))
    (letter,) = [
        letter
        for letter in replay([first, second], STEPS, SAO_PAULO, START, START + 40 * DAY)
        if SAO_PAULO.today(letter.at) == date(2026, 11, 11)
    ]
    assert [step.offset_days for _, step in letter.lines] == [0, 1]
    assert letter.step.offset_days == 1


def test_what_is_open_and_not_done_goes_at_once_and_what_is_done_does_not() -> None:
    due_on = date(2026, 11, 2)
    now, tonight = START + timedelta(hours=4), START + 12 * timedelta(hours=1)
    (letter,) = foresee([owed(due_on)], STEPS, SAO_PAULO, now, tonight)
    assert letter.at == now
    done = owed(due_on, done=frozenset({STEPS[1].id}))
    assert foresee([done], STEPS, SAO_PAULO, now, tonight) == []


def test_only_those_for_whom_something_is_different_are_touched() -> None:
    some = [owed(date(2026, 11, 4), 1, plan_id=GOLD), owed(date(2026, 11, 4), 2)]
    later = (*STEPS, Step(StepId(9), 0, time(15), "reminder_today", GOLD))
    week = START + 7 * DAY
    before = foresee(some, STEPS, SAO_PAULO, START, week)
    after = foresee(some, later, SAO_PAULO, START, week)
    assert touched(before, after, week) == 1
    assert touched(before, before, week) == 0
    assert touched(before, after, START + DAY) == 0


def test_a_plan_s_own_step_takes_the_place_of_a_general_one() -> None:
    mine = Step(StepId(9), 1, time(15), "reminder_last", GOLD)
    off = Step(StepId(10), 5, time(9), "reminder_last", GOLD, on=False)
    every = (*STEPS, mine, off)
    assert [step.id for step in rungs_of(every, GOLD)] == [1, 2, 9, 4, 5, 6]
    assert rungs_of(every, OTHER) == rungs_of(every) == STEPS
    assert own_plans(every) == {GOLD}


@pytest.mark.parametrize(
    ("said", "offset"),
    [
        ("3 dias antes", -3),
        ("3 antes", -3),
        ("-3", -3),
        ("\N{MINUS SIGN}3", -3),
        ("1 day before", -1),
        ("2 días antes", -2),
        ("No dia", 0),
        ("on the day", 0),
        ("el día", 0),
        ("0", 0),
        ("5", 5),
        ("+5", 5),
        ("5 dias depois", 5),
        ("5 dias de atraso", 5),
        ("5 days after", 5),
        ("5 días después", 5),
    ],
)
def test_a_step_s_day_is_read_as_people_say_it(said: str, offset: int) -> None:
    assert read_offset(said) == offset


@pytest.mark.parametrize("said", ["", "amanhã", "três antes", "3 luas antes", "-61", "91", "3 4"])
def test_what_is_no_day_of_a_step_is_refused(said: str) -> None:
    with pytest.raises(Unreadable):
        read_offset(said)


@given(st.integers(EARLIEST, LATEST))
def test_a_day_that_was_kept_reads_back(offset: int) -> None:
    assert read_offset(str(offset)) == offset
    assert shown_offset(offset).key.startswith("ladder.")


@given(st.text())
def test_whatever_is_typed_is_a_day_in_reach_or_a_refusal(typed: str) -> None:
    try:
        offset = read_offset(typed)
    except Unreadable:
        return
    assert EARLIEST <= offset <= LATEST


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("9", time(9)),
        ("9h", time(9)),
        ("9h30", time(9, 30)),
        ("14:30", time(14, 30)),
        ("às 8h", time(8)),
        ("at 10:05", time(10, 5)),
        ("0900", time(9)),
    ],
)
def test_an_hour_is_read_as_people_write_it(said: str, at: time) -> None:
    assert read_hour(said) == at


@pytest.mark.parametrize("said", ["", "24", "9:60", "meio-dia", "9:5:1", "-9"])
def test_what_is_no_hour_is_refused(said: str) -> None:
    with pytest.raises(Unreadable):
        read_hour(said)


@given(st.integers(-60, 90), st.sampled_from(sorted(WORDING)))
def test_the_words_are_true_on_their_day(days: int, wanted: str) -> None:
    form = true_form(wanted, days)
    assert form in forms_for(days)
    assert form == wanted or wanted not in forms_for(days)
    assert (form == "reminder_before") <= (days <= 0)
    assert (form == "reminder_today") <= (days == 0)
