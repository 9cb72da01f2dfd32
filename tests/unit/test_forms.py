"""What people say becomes a value, and reads back as the same value from plain JSON."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from bot.domain.charge import Standing
from bot.domain.days import DueDay
from bot.domain.errors import Refusal, Unreadable
from bot.domain.money import Money
from bot.domain.phone import Phone
from bot.domain.plan import Period, due
from bot.domain.tags import tags_in
from bot.forms import fields
from bot.forms.client import NewClient
from bot.forms.contact import PeopleADay, RestBetween
from bot.forms.filters import ClientFilter
from bot.services.terms import begun, moved, resumed

TODAY = date(2026, 10, 15)
CONTEXT = {"today": TODAY, "country": "BR", "currency": "BRL"}

FIELDS: dict[str, Any] = {
    "PersonName": (fields.PersonName, "  Ana   Souza "),
    "PlanName": (fields.PlanName, "3 meses"),
    "BusinessName": (fields.BusinessName, "Academia Boa Forma"),
    "City": (fields.City, "São Paulo"),
    "SearchWords": (fields.SearchWords, "#vip"),
    "Note": (fields.Note, "linha\nquebrada"),
    "PhoneNumber": (fields.PhoneNumber, "11 8765-4321"),
    "Price": (fields.Price, "R$ 1.250,00"),
    "FirstDue": (fields.FirstDue, "dia 31"),
    "Day": (fields.Day, "ontem"),
    "PeriodField": (fields.PeriodField, "3 meses"),
    "PixKeyField": (fields.PixKeyField, "529.982.247-25"),
    "StandingField": (fields.StandingField, "Em dia"),
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_reads_its_own_json(name: str) -> None:
    kind, typed = FIELDS[name]
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    value = adapter.validate_python(typed, context=CONTEXT)
    kept = adapter.dump_python(value, mode="json")
    assert isinstance(kept, str)
    later = {**CONTEXT, "today": date(2027, 5, 5)}  # a form may be finished another day
    assert adapter.validate_python(kept, context=later) == value
    assert adapter.validate_python(value, context=CONTEXT) == value


@pytest.mark.parametrize(
    ("kind", "typed", "key"),
    [
        (fields.PersonName, "   ", "errors.name.missing"),
        (fields.PersonName, "11 98765-4321", "errors.name.no_letters"),
        (fields.PersonName, "x" * 81, "errors.text.too_long"),
        (fields.PersonName, "\u202e\u200b", "errors.name.missing"),
        (fields.PlanName, "", "errors.plan.missing"),
        (fields.PlanName, "1", "errors.plan.no_letters"),
        (fields.BusinessName, "", "errors.business.missing"),
        (fields.City, "123", "errors.city.no_letters"),
        (fields.SearchWords, " ", "errors.text.missing"),
        (fields.Note, "x" * 501, "errors.text.too_long"),
        (fields.PhoneNumber, "", "errors.phone.missing"),
        (fields.PhoneNumber, "1234", "errors.phone.unreadable"),
        (fields.Price, "", "errors.money.missing"),
        (fields.Price, "quarenta", "errors.money.unreadable"),
        (fields.FirstDue, "", "errors.day.missing"),
        (fields.FirstDue, "32", "errors.day.no_such_day"),
        (fields.Day, "", "errors.day.missing"),
        (fields.PeriodField, "às vezes", "errors.period.unreadable"),
        (fields.StandingField, "talvez", "errors.standing.unreadable"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(kind: Any, typed: str, key: str) -> None:
    with pytest.raises(Unreadable) as refused:
        TypeAdapter(kind).validate_python(typed, context=CONTEXT)
    assert refused.value.key == key


@pytest.mark.parametrize("said", [date(2026, 10, 14), datetime(2026, 10, 14, 12, 0)])  # noqa: DTZ001
def test_a_day_that_is_one_already_stays_one(said: date) -> None:
    assert TypeAdapter(fields.Day).validate_python(said, context=CONTEXT) == date(2026, 10, 14)


@pytest.mark.parametrize("standing", Standing)
def test_a_standing_is_read_by_its_own_name(standing: Standing) -> None:
    adapter: TypeAdapter[Standing] = TypeAdapter(fields.StandingField)
    assert adapter.validate_python(standing.value, context=CONTEXT) is standing


def test_a_new_client_is_read_from_words() -> None:
    said = {
        "name": "Ana Souza",
        "phone": "11 98765-4321",
        "plan": "Mensal",
        "price": "49,90",
        "first_due": "dia 10",
    }
    read = NewClient.model_validate(said, context=CONTEXT)
    assert read.phone == Phone("+5511987654321")
    assert (read.price, read.first_due) == (Money(4990), DueDay(date(2026, 11, 10), 10))
    assert NewClient.model_validate(read.model_dump(mode="json"), context=CONTEXT) == read


def test_a_field_left_out_is_left_out() -> None:
    class Note(BaseModel):
        note: fields.Note | None = None

    assert Note.model_validate({"note": None}).note is None


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"amount_from": "50", "amount_to": "49,90"}, "errors.filter.amounts"),
        ({"due_from": "20/12/2026", "due_to": "19/12/2026"}, "errors.filter.days"),
    ],
)
def test_a_range_that_runs_backwards_is_refused(said: dict[str, str], key: str) -> None:
    with pytest.raises(Refusal) as refused:
        ClientFilter.model_validate(said, context=CONTEXT)
    assert refused.value.key == key


def test_a_range_of_one_day_is_fine() -> None:
    said = {"due_from": "20/12/2026", "due_to": "20/12/2026", "amount_from": "5", "amount_to": "5"}
    assert ClientFilter.model_validate(said, context=CONTEXT).due_to == date(2026, 12, 20)


@pytest.mark.parametrize(
    ("note", "tags"),
    [
        ("", ""),
        ("nada", ""),
        ("#VIP e #família, #vip", " vip familia "),
        ("a#b ##c # d #e", ""),
        ("#aula_2", " aula_2 "),
        (" ".join(f"#tag{n}" for n in range(30)), f" {' '.join(f'tag{n}' for n in range(20))} "),
    ],
)
def test_tags_are_the_words_after_a_hash(note: str, tags: str) -> None:
    assert tags_in(note) == tags


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.sampled_from(Period),
    st.integers(0, 60),
)
def test_a_moved_subscription_falls_due_on_the_day_asked_for(
    day: date, period: Period, cycle: int
) -> None:
    terms = moved(DueDay(day, day.day), period, cycle)
    assert due(terms.anchor, period, cycle, terms.day_of_month) == day == terms.next_due


@given(
    st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    st.sampled_from(Period),
    st.dates(date(2025, 1, 1), date(2027, 12, 31)),
)
def test_who_is_resumed_is_next_due_today_or_later_and_on_the_days_agreed(
    anchor: date, period: Period, today: date
) -> None:
    began = begun(DueDay(anchor, anchor.day), period)
    back = resumed(began, period, today)
    assert back.next_due >= max(today, anchor)
    assert back.anchor == anchor
    paid = begun(DueDay(anchor, anchor.day), period, paid_up_to=today)
    assert paid.next_due > today or anchor > today


@pytest.mark.parametrize(
    ("typed", "number"),
    [("20", 20), (20, 20), (" 20h", 20), ("20 horas", 20), ("3 vezes", 3), ("12 Pessoas", 12)],
)
def test_a_number_may_say_what_it_counts(typed: object, number: int) -> None:
    assert RestBetween.model_validate({"gap_hours": typed}).gap_hours == number


def test_a_large_number_may_be_written_with_points() -> None:
    for typed in ("1.000", "1,000", "1000", "1.000 pessoas"):
        assert PeopleADay.model_validate({"people_a_day": typed}).people_a_day == 1000


@pytest.mark.parametrize("typed", ["", "-5", "169", "24,5", "20%", "h", "dez", "2.0", "9" * 5000])
def test_what_is_no_number_within_bounds_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable, match=r"errors\.number\.outside"):
        RestBetween.model_validate({"gap_hours": typed})
