"""What is trouble and what is not: each condition begins, does not begin early, and is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.domain.service_level import ANSWER_S, ServiceLevel, p95
from bot.domain.watch import BY_NAME, CONDITIONS, MINUTE, Sample, Trouble, is_over, troubles

NOW = datetime(2026, 10, 15, 15, tzinfo=UTC)


def answered(fast: int = 0, slow: int = 0) -> tuple[int, ...]:
    return (fast, *(0,) * (len(ANSWER_S) - 1), slow)


@dataclass(frozen=True)
class Case:
    """A condition by what a sample shows while it holds, and while it does not."""

    name: str
    about: str
    bad: Mapping[str, float]
    good: Mapping[str, float]
    bad_answers: tuple[int, ...] = answered()
    good_answers: tuple[int, ...] = answered()
    errors: int = 0

    def samples(self, course: Sequence[bool], process: str = "one") -> list[Sample]:
        """One a minute, the last of them now; true is trouble."""
        first = NOW - MINUTE * (len(course) - 1)
        return [
            Sample(
                minute=first + MINUTE * place,
                process=process,
                figures=self.bad if trouble else self.good,
                answers=self.bad_answers if trouble else self.good_answers,
                errors=self.errors if trouble else 0,
            )
            for place, trouble in enumerate(course)
        ]


CASES = [
    Case("queue_late", "", {"queue.oldest_s": 901}, {"queue.oldest_s": 900}),
    Case(
        "sends_failing",
        "whatsapp",
        {"tried.whatsapp": 40, "failed.whatsapp": 40},
        {"tried.whatsapp": 1000, "failed.whatsapp": 0},
    ),
    Case("breaker_open", "telegram", {"breaker.telegram": 2}, {"breaker.telegram": 0}),
    Case("dependency_away", "redis", {"away.redis": 1}, {"away.redis": 0}),
    Case("disk_short", "", {"disk.free_bytes": 9e8}, {"disk.free_bytes": 2e9}),
    Case("memory_short", "", {"memory.left_share": 0.04}, {"memory.left_share": 0.4}),
    Case("answers_failing", "", {}, {}, answered(30), answered(300), errors=30),
    Case("answers_slow", "", {}, {}, answered(slow=30), answered(fast=3000)),
    Case("work_late", "", {"work.late_s": 301}, {"work.late_s": 0}),
    Case("backup_old", "", {"backup.age_s": 130_000}, {"backup.age_s": 90_000}),
    Case("webhooks_silent", "whatsapp", {"silent.whatsapp": 901}, {"silent.whatsapp": 900}),
    Case("clock_wrong", "", {"clock.apart_s": 31}, {"clock.apart_s": 1}),
]


def seen(samples: Sequence[Sample]) -> list[tuple[str, str]]:
    return [(one.condition.name, one.about) for one in troubles(samples, NOW)]


def test_every_condition_is_tried_here() -> None:
    # That nobody was there is told by what is missing: tests/contract/test_watch.py.
    assert {case.name for case in CASES} | {"away"} == {one.name for one in CONDITIONS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_lasts_is_trouble(case: Case) -> None:
    assert seen(case.samples([True] * 25)) == [(case.name, case.about)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_well_is_none(case: Case) -> None:
    assert seen(case.samples([False] * 25)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_moment_is_not_enough(case: Case) -> None:
    assert seen(case.samples([False] * 24 + [True])) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_another_process_sees_is_seen(case: Case) -> None:
    both = case.samples([True] * 25) + [
        Sample(NOW - MINUTE * back, "other", {}) for back in range(25)
    ]
    assert seen(both) == [(case.name, case.about)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_over_after_a_while_without(case: Case) -> None:
    trouble = Trouble(BY_NAME[case.name], case.about)
    assert not is_over(trouble, case.samples([True] * 25), NOW)
    assert not is_over(trouble, case.samples([False] * 5 + [True] * 20 + [False]), NOW)
    assert is_over(trouble, case.samples([True] * 5 + [False] * 20), NOW)


def test_a_share_of_few_says_nothing() -> None:
    few = Case("sends_failing", "telegram", {"tried.telegram": 0.4, "failed.telegram": 0.4}, {})
    assert seen(few.samples([True] * 25)) == []
    asked = Case("answers_failing", "", {}, {}, answered(2), errors=2)
    assert seen(asked.samples([True] * 25)) == []


def test_a_minute_of_which_nothing_is_known_begins_no_trouble() -> None:
    case = CASES[0]
    samples = case.samples([True] * 25)
    assert seen(samples[:-1]) == []


def test_ninety_five_of_a_hundred_answers_took_no_longer() -> None:
    assert p95([100, *[0] * len(ANSWER_S)]) == pytest.approx(0.0019)
    assert p95([95, 0, 0, 5, *[0] * (len(ANSWER_S) - 3)]) == pytest.approx(0.002)
    assert p95([0] * len(ANSWER_S) + [7]) == ANSWER_S[-1]
    assert p95([0] * (len(ANSWER_S) + 1)) is None


def test_a_month_without_anything_has_no_figures() -> None:
    level = ServiceLevel(0, 0, None, 0, 0, ())
    assert (level.availability, level.success, level.mean_recovery) == (None, None, None)


def test_a_month_is_told_in_shares() -> None:
    level = ServiceLevel(1000, 999, 0.01, 200, 10, (MINUTE, MINUTE * 3))
    assert level.availability == pytest.approx(0.999)
    assert level.success == pytest.approx(0.95)
    assert level.mean_recovery == MINUTE * 2
