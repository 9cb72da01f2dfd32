"""What the house reads of itself: its own counters, its disk and memory, its regular work."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.service_level import ANSWER_S
from bot.jobs.punctual import Punctuality
from bot.telemetry import machine
from bot.telemetry.machine import disk_free, memory_left
from bot.telemetry.meter import Meter, breakers, cache_looks
from bot.telemetry.metrics import HTTP_REQUESTS_SECONDS, OUTBOX, breaker_turned, cache_read


def answered(route: str, status: str, seconds: float) -> None:
    HTTP_REQUESTS_SECONDS.labels(route, "GET", status).observe(seconds)


def test_only_what_is_new_is_told() -> None:
    answered("/clients", "200", 0.001)
    meter = Meter()
    answered("/clients", "200", 0.001)
    answered("/clients", "500", 0.3)
    answered("/clients", "200", 30)
    counts = meter.take()
    assert counts.answers[0] == 1
    assert counts.answers[ANSWER_S.index(0.5)] == 1
    assert counts.answers[-1] == 1
    assert (sum(counts.answers), counts.errors) == (3, 1)
    assert sum(meter.take().answers) == 0


def test_what_monitors_ask_is_not_counted() -> None:
    meter = Meter()
    answered("/healthz", "200", 0.001)
    answered("/readyz", "503", 3)
    counts = meter.take()
    assert (sum(counts.answers), counts.errors) == (0, 0)


def test_what_was_put_off_was_not_tried() -> None:
    meter = Meter()
    for outcome in ("accepted", "trylater", "snooze", "giveup", "uncertain"):
        OUTBOX.labels("whatsapp", "reminder", outcome).inc()
    counts = meter.take()
    assert (counts.tried["whatsapp"], counts.failed["whatsapp"]) == (4, 3)


def test_breakers_are_read_by_name() -> None:
    breaker_turned("a test's", "open")
    assert breakers()["a test's"] == 2


def test_the_room_on_the_disk_is_told_before_the_folder_is_made(tmp_path: Path) -> None:
    assert disk_free(tmp_path / "not" / "yet") == pytest.approx(disk_free(tmp_path), rel=0.2)


def test_a_containers_own_limit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = memory_left()
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("995\n")
    (tmp_path / "memory.stat").write_text("anon 900\ninactive_file 5\n")
    monkeypatch.setattr(machine, "_GROUP", tmp_path)
    assert memory_left() == pytest.approx(0.01)
    (tmp_path / "memory.max").write_text("max\n")
    assert memory_left() == pytest.approx(whole, abs=0.3)


def test_where_nobody_can_tell_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_GROUP", tmp_path / "none")
    monkeypatch.setattr(machine, "_MEMINFO", tmp_path / "none")
    assert memory_left() is None


def test_what_is_not_done_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [1000.0]
    monkeypatch.setattr("bot.jobs.punctual.time.monotonic", lambda: seconds[0])
    work = Punctuality({"plan": timedelta(seconds=20), "forget": timedelta(hours=6)})
    assert work.late_s() == 0  # not begun
    work.begin()
    seconds[0] += 80
    assert work.late_s() == 60
    with work.timing("plan"):
        pass
    assert work.late_s() == 0


def test_what_fails_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [1000.0]
    monkeypatch.setattr("bot.jobs.punctual.time.monotonic", lambda: seconds[0])
    work = Punctuality({"plan": timedelta(seconds=20)})
    work.begin()
    seconds[0] += 50

    def fails() -> None:
        with work.timing("plan"):
            raise ConnectionError

    with pytest.raises(ConnectionError):
        fails()
    assert work.late_s() == 30
    work.done("plan")
    assert work.late_s() == 0
    seconds[0] += 500
    work.end()
    assert work.late_s() == 0


def test_looks_for_kept_answers_are_counted_with_what_they_found() -> None:
    looks, found = cache_looks()
    for where in ("memory", "redis", "waited", "loaded", "own"):
        cache_read("test", where)
    assert cache_looks() == (looks + 5, found + 3)
