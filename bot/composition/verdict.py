"""What a look at the house comes to, for a monitor: each part, and one word for the whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.composition.probes import Readings
from bot.domain.evidence import REPORTING
from bot.domain.message import ChannelName
from bot.domain.watch import LATE_S
from bot.services.ports.delivery import QueueView
from bot.services.ports.watch import Incident
from bot.telemetry.meter import breakers, cache_looks

_BREAKER = ("closed", "half_open", "open")
_VERDICTS = {
    "well": "All is well.",
    "look": "It works; something deserves a look. See what to do with /saude or emdia doctor.",
    "act": "Somebody has to do something now. See what with /saude or emdia doctor.",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What one look into the store found."""

    queue: QueueView
    riddles: int
    troubles: Sequence[Incident]
    waited_s: float
    backup_at: datetime | None = None
    silent_s: Mapping[ChannelName, float] = field(default_factory=dict)

    @property
    def stopped(self) -> bool:
        """Whether a chat is in trouble."""
        return any(view.reasons for view in self.queue.channels)

    @property
    def is_late(self) -> bool:
        """Whether something due has waited too long."""
        return self.waited_s > LATE_S

    @property
    def urgent(self) -> bool:
        """Whether a trouble cannot wait until morning."""
        return any(one.trouble.condition.urgent for one in self.troubles)


def silent_for(since: Mapping[ChannelName, datetime], now: datetime) -> dict[ChannelName, float]:
    """For how many seconds each chat that tells of arrivals has told nothing: 0 if it did."""
    return {
        channel: max((now - since.get(channel, now)).total_seconds(), 0.0) for channel in REPORTING
    }


def report_of(look: Look, readings: Readings, redis: str, took_s: float) -> dict[str, Any]:
    """The whole; ``took_s``: how long the database needed to answer."""
    away = [name for name, took in readings.took_s.items() if took is None]
    degraded = look.stopped or look.is_late or redis == "away" or away or look.troubles
    verdict = "act" if look.stopped or look.urgent else "look" if degraded else "well"
    return {
        "status": "degraded" if degraded else "ok",
        "verdict": verdict,
        "says": _VERDICTS[verdict],
        "troubles": [_named(incident) for incident in look.troubles],
        "database": {"status": "ok", "milliseconds": _milliseconds(took_s)},
        "redis": {"status": redis},
        **_queue(look),
        "not_understood": look.riddles,
        "last_backup_at": look.backup_at.isoformat() if look.backup_at else None,
        "outside": _outside(readings),
        "breakers": {name: _BREAKER[int(state)] for name, state in breakers().items()},
        "cache": _cache(),
        "machine": {
            "disk_free_bytes": readings.disk_free,
            "memory_left_share": _rounded(readings.memory_left),
            "clock_apart_seconds": _rounded(readings.apart_s),
        },
    }


DOWN = {
    "status": "down",
    "verdict": "act",
    "says": "The database does not answer: see whether it runs. Nothing is lost.",
    "database": {"status": "down"},
}


def _queue(look: Look) -> dict[str, Any]:
    queue = look.queue
    heard = [view.heard_at for view in queue.channels if view.heard_at]
    return {
        "queue": {
            "status": "late" if look.is_late else "ok",
            "due": queue.due,
            "on_the_way": queue.on_the_way,
            "in_doubt": queue.in_doubt,
            "wants_decision": queue.troubled,
            "oldest_seconds": round(look.waited_s),
        },
        "channels": {
            view.channel: {
                "status": next(iter(view.reasons), "ok"),
                "heard_at": view.heard_at and view.heard_at.isoformat(),
            }
            for view in queue.channels
        },
        "last_heard_at": max(heard).isoformat() if heard else None,
    }


def _cache() -> dict[str, Any]:
    """Of the process that is asked, since its start."""
    looks, found = cache_looks()
    return {"looks": looks, "found": found, "share": round(found / looks, 3) if looks else None}


def _named(incident: Incident) -> dict[str, Any]:
    return {
        "condition": incident.trouble.condition.name,
        "about": incident.trouble.about,
        "since": incident.began_at.isoformat(),
        "urgent": incident.trouble.condition.urgent,
    }


def _outside(readings: Readings) -> dict[str, Any]:
    return {
        name: {"status": "away"}
        if took is None
        else {"status": "ok", "milliseconds": _milliseconds(took)}
        for name, took in readings.took_s.items()
    }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
