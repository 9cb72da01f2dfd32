"""What was counted since the last look: the published figures, read by the house itself."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from prometheus_client import Counter as Counted
from prometheus_client import Gauge, Histogram
from prometheus_client.samples import Sample

from bot.domain.service_level import ANSWER_S
from bot.telemetry.metrics import BREAKER_STATE, CACHE_READS, HTTP_REQUESTS_SECONDS, OUTBOX

# Asked every few seconds by monitors, and quick: they would hide how long people wait.
CHECKS = frozenset({"/healthz", "/readyz", "/metrics", "/system/health"})
_FAILED = frozenset({"trylater", "uncertain", "giveup"})
_KEPT = frozenset({"memory", "redis", "waited"})
_PUT_OFF = "snooze"  # costs no try
_OUR_FAILURE = "5"  # 500 and on


@dataclass(frozen=True, slots=True)
class Counts:
    """Since the last look. ``answers``: how many requests were answered within each step of
    ``ANSWER_S``, and slower. ``tried`` and ``failed`` to send, by channel.
    """

    answers: tuple[int, ...]
    errors: int
    tried: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)


class Meter:
    """Remembers where the counters stood."""

    def __init__(self) -> None:
        self._before: Counter[tuple[str, str]] = Counter()
        self.take()

    def take(self) -> Counts:
        """What was added since the last time."""
        now = _requests() + _sends()
        grown = now - self._before
        self._before = now
        upto = [grown["within", str(float(bound))] for bound in ANSWER_S]
        upto.append(grown["within", "+Inf"])
        steps = [upto[0], *(b - a for a, b in pairwise(upto))]
        return Counts(
            answers=tuple(steps),
            errors=grown["errors", ""],
            tried={name: count for (what, name), count in grown.items() if what == "tried"},
            failed={name: count for (what, name), count in grown.items() if what == "failed"},
        )


def breakers() -> dict[str, float]:
    """How each breaker of this process stands: 0 closed, 1 half open, 2 open."""
    return {sample.labels["name"]: sample.value for sample in _samples(BREAKER_STATE)}


def cache_looks() -> tuple[int, int]:
    """How often a kept answer was looked for since the start, and how often there was one."""
    looks = [sample for sample in _samples(CACHE_READS) if sample.name.endswith("_total")]
    found = (sample.value for sample in looks if sample.labels["result"] in _KEPT)
    return int(sum(sample.value for sample in looks)), int(sum(found))


def _requests() -> Counter[tuple[str, str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for sample in _samples(HTTP_REQUESTS_SECONDS):
        if sample.labels["route"] in CHECKS:
            continue
        if sample.name.endswith("_bucket"):
            counted["within", sample.labels["le"]] += int(sample.value)
        elif sample.name.endswith("_count") and sample.labels["status"].startswith(_OUR_FAILURE):
            counted["errors", ""] += int(sample.value)
    return counted


def _sends() -> Counter[tuple[str, str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for sample in _samples(OUTBOX):
        outcome, channel = sample.labels.get("outcome"), sample.labels["channel"]
        if not sample.name.endswith("_total") or outcome == _PUT_OFF:
            continue
        counted["tried", channel] += int(sample.value)
        if outcome in _FAILED:
            counted["failed", channel] += int(sample.value)
    return counted


def _samples(metric: Counted | Gauge | Histogram) -> list[Sample]:
    return [sample for family in metric.collect() for sample in family.samples]
