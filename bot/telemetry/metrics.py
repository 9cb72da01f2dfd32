"""Every figure we publish, named in one place. Labels are few words of our own, never people's."""

from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.process_collector import ProcessCollector

from bot.domain.service_level import ANSWER_S

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_SEND_S = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
# From the moment a notice is due to its acceptance: minutes are fine, hours are a fault.
_LATE_S = (1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600)

WEBHOOKS = Counter(
    "emdia_webhooks",
    "Deliveries of the gateways: kept, or refused for want of proof.",
    ["channel", "result"],
    registry=REGISTRY,
)
INBOX_HANDLED = Counter(
    "emdia_inbox_handled",
    "Things people did: answered; refused, for a file or a failure; or seen before.",
    ["channel", "result"],
    registry=REGISTRY,
)
OUTBOX = Counter(
    "emdia_outbox",
    "Attempts to send, by what became of them.",
    ["channel", "kind", "outcome"],
    registry=REGISTRY,
)
SEND_SECONDS = Histogram(
    "emdia_send_seconds",
    "How long the provider took to take a message.",
    ["channel"],
    buckets=_SEND_S,
    registry=REGISTRY,
)
DUE_TO_ACCEPTED_SECONDS = Histogram(
    "emdia_due_to_accepted_seconds",
    "From the moment a message was due to the provider's acceptance.",
    ["channel"],
    buckets=_LATE_S,
    registry=REGISTRY,
)
OUTBOX_CLAIMED = Counter(
    "emdia_outbox_claimed", "Messages taken up by a worker.", ["channel"], registry=REGISTRY
)
OUTBOX_RETRIED = Counter(
    "emdia_outbox_retried",
    "Messages that go once more: refused for now, or nobody knew whether they had left.",
    ["channel", "reason"],
    registry=REGISTRY,
)
OUTBOX_GIVEN_UP = Counter(
    "emdia_outbox_given_up",
    "Messages that will not go by themselves any more, by why.",
    ["channel", "reason"],
    registry=REGISTRY,
)
DUE_TO_DELIVERED_SECONDS = Histogram(
    "emdia_due_to_delivered_seconds",
    "From the moment a message was due to the word that it arrived.",
    ["channel"],
    buckets=_LATE_S,
    registry=REGISTRY,
)
OUTBOX_WAITING = Gauge(
    "emdia_outbox_waiting", "Messages that are due and have not left.", registry=REGISTRY
)
OUTBOX_OLDEST_SECONDS = Gauge(
    "emdia_outbox_oldest_seconds", "How long the oldest of them has waited.", registry=REGISTRY
)
BREAKER_STATE = Gauge(
    "emdia_breaker_state", "0 closed, 1 half open, 2 open.", ["name"], registry=REGISTRY
)
REMINDERS_PLANNED = Counter(
    "emdia_reminders_planned", "Reminders put into the outbox.", registry=REGISTRY
)
HTTP_REQUESTS_SECONDS = Histogram(
    "emdia_http_requests_seconds",
    "How long we took to answer, by the route's pattern.",
    ["route", "method", "status"],
    buckets=ANSWER_S,
    registry=REGISTRY,
)
OUTBOX_MESSAGES = Gauge(
    "emdia_outbox_messages",
    "Messages by how they stand; of those that did not go, those that want a decision.",
    ["state"],
    registry=REGISTRY,
)
DEPENDENCY_UP = Gauge(
    "emdia_dependency_up", "1 if it answered when it was last asked.", ["name"], registry=REGISTRY
)
DEPENDENCY_SECONDS = Gauge(
    "emdia_dependency_seconds", "How long its last answer took.", ["name"], registry=REGISTRY
)
DISK_FREE_BYTES = Gauge(
    "emdia_disk_free_bytes", "Room on the disk that holds our data.", registry=REGISTRY
)
MEMORY_LEFT_RATIO = Gauge(
    "emdia_memory_left_ratio",
    "The share of the memory, the machine's or the container's, that is free for us.",
    registry=REGISTRY,
)
CLOCK_APART_SECONDS = Gauge(
    "emdia_clock_apart_seconds",
    "How far our clock is from that of a provider, either way.",
    registry=REGISTRY,
)
BACKUP_TIMESTAMP_SECONDS = Gauge(
    "emdia_backup_timestamp_seconds", "When the last backup was made.", registry=REGISTRY
)
TICK_SECONDS = Histogram(
    "emdia_tick_seconds",
    "How long each kind of regular work took, by whether it was done or failed.",
    ["tick", "result"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 60),
    registry=REGISTRY,
)
TICK_LATE_SECONDS = Gauge(
    "emdia_tick_late_seconds",
    "For how long each kind of regular work should have been done again and was not.",
    ["tick"],
    registry=REGISTRY,
)
CHANNEL_HEARD_TIMESTAMP_SECONDS = Gauge(
    "emdia_channel_heard_timestamp_seconds",
    "When a webhook or an update last came in.",
    ["channel"],
    registry=REGISTRY,
)
CHANNEL_SILENT_SECONDS = Gauge(
    "emdia_channel_silent_seconds", "How long a chat tells nothing.", ["channel"], registry=REGISTRY
)
CHANNEL_STOPPED = Gauge(
    "emdia_channel_stopped",
    "1 while a chat is stopped by a trouble of its account.",
    ["channel"],
    registry=REGISTRY,
)
CACHE_READS = Counter(
    "emdia_cache_reads",
    "Looks for a kept answer, by where it was: in memory, in the Redis, brought by another who"
    " asked at the same time; or loaded, because it was nowhere or because the asker changed it.",
    ["kind", "result"],
    registry=REGISTRY,
)
CACHE_FAILURES = Counter(
    "emdia_cache_failures", "Times that the shared cache did not answer.", registry=REGISTRY
)

_BREAKER_STATES = {"closed": 0, "half_open": 1, "open": 2}


def breaker_turned(name: str, state: str) -> None:
    """Publish how a breaker stands; give it to a Breaker as ``on_change``."""
    BREAKER_STATE.labels(name).set(_BREAKER_STATES[state])


def cache_read(kind: str, result: str) -> None:
    """Count a look; give it to a Cache as ``count``."""
    CACHE_READS.labels(kind, result).inc()


def channel_stands(name: str, heard_at: datetime | None, *, stopped: bool) -> None:
    """Publish how a chat stands."""
    CHANNEL_STOPPED.labels(name).set(stopped)
    if heard_at is not None:
        CHANNEL_HEARD_TIMESTAMP_SECONDS.labels(name).set(heard_at.timestamp())


def channel_is_silent(name: str, seconds: float) -> None:
    """Publish for how long a chat has told nothing of what it took: 0 if it told something."""
    CHANNEL_SILENT_SECONDS.labels(name).set(seconds)


def queue_stands(waited_s: float, **messages: int) -> None:
    """Publish how many messages stand how, and how long the oldest that is due has waited."""
    OUTBOX_WAITING.set(messages["due"])
    OUTBOX_OLDEST_SECONDS.set(waited_s)
    for state, count in messages.items():
        OUTBOX_MESSAGES.labels(state).set(count)


def exposition() -> bytes:
    """All of it in Prometheus's text form, version 0.0.4."""
    return generate_latest(REGISTRY)
