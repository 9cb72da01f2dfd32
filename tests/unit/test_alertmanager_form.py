"""What an Alertmanager says is read strictly where it matters, and kept short where it speaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.forms.alerts import Alert, Alerts

TIMES = {"startsAt": "2026-10-15T15:00:00Z", "endsAt": "0001-01-01T00:00:00Z"}


def alert(**fields: object) -> Alert:
    return Alert.model_validate({"status": "firing", **TIMES, **fields})


def test_a_condition_of_ours_is_known_by_its_label() -> None:
    trouble = alert(labels={"condition": "breaker_open", "about": "telegram"}).trouble
    assert (trouble.condition.name, trouble.about) == ("breaker_open", "telegram")


@pytest.mark.parametrize(
    ("labels", "urgent"),
    [({}, False), ({"severity": "critical"}, True), ({"urgent": "yes"}, True)],
)
def test_a_rule_of_somebody_elses_speaks_in_its_own_words(
    labels: dict[str, str], *, urgent: bool
) -> None:
    trouble = alert(labels=labels, annotations={"summary": "Too warm\nin here"}).trouble
    assert (trouble.about, trouble.condition.urgent) == ("Too warm in here", urgent)


def test_without_words_its_name_must_do() -> None:
    assert alert(labels={"alertname": "Warm"}).trouble.about == "Warm"
    assert alert().trouble.about == "?"


@given(st.text())
def test_whatever_it_says_is_one_short_line(words: str) -> None:
    about = alert(annotations={"summary": words}).trouble.about
    assert len(about) <= 200
    assert about.isprintable()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"alerts": [{}]}',
        '{"alerts": [{"status": "odd", "startsAt": "2026-10-15T15:00:00Z"}]}',
        '{"alerts": [{"status": "firing", "startsAt": "2026-10-15T15:00:00", "endsAt": "x"}]}',
    ],
)
def test_what_is_none_of_its_is_refused(body: str) -> None:
    with pytest.raises(ValidationError):
        Alerts.model_validate_json(body)
