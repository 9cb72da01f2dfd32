"""Every figure we publish, named in one place. Labels are few words of our own, never people's."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.process_collector import ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_SEND_S = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
_ANSWER_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
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
    "Things people did, once each: answered, refused, seen before, failed.",
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
    buckets=_ANSWER_S,
    registry=REGISTRY,
)

_BREAKER_STATES = {"closed": 0, "half_open": 1, "open": 2}


def breaker_turned(name: str, state: str) -> None:
    """Publish how a breaker stands; give it to a Breaker as ``on_change``."""
    BREAKER_STATE.labels(name).set(_BREAKER_STATES[state])


def exposition() -> bytes:
    """All of it in Prometheus's text form, version 0.0.4."""
    return generate_latest(REGISTRY)
