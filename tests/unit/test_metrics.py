"""Figures: each named once, published in Prometheus's own form."""

from prometheus_client.parser import text_string_to_metric_families

from bot.telemetry import metrics


def published() -> dict[str, float]:
    text = metrics.exposition().decode()
    return {
        sample.name + str(sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_every_figure_of_ours_is_published() -> None:
    text = metrics.exposition().decode()
    names = {family.name for family in text_string_to_metric_families(text)}
    ours = {name for name in names if name.startswith("emdia_")}
    assert {name for name in ours if not name.endswith("_created")} == {
        "emdia_backup_timestamp_seconds",
        "emdia_breaker_state",
        "emdia_cache_failures",
        "emdia_cache_reads",
        "emdia_channel_heard_timestamp_seconds",
        "emdia_channel_silent_seconds",
        "emdia_channel_stopped",
        "emdia_clock_apart_seconds",
        "emdia_dependency_seconds",
        "emdia_dependency_up",
        "emdia_disk_free_bytes",
        "emdia_due_to_accepted_seconds",
        "emdia_due_to_delivered_seconds",
        "emdia_http_requests_seconds",
        "emdia_inbox_handled",
        "emdia_memory_left_ratio",
        "emdia_outbox",
        "emdia_outbox_claimed",
        "emdia_outbox_given_up",
        "emdia_outbox_messages",
        "emdia_outbox_oldest_seconds",
        "emdia_outbox_retried",
        "emdia_outbox_waiting",
        "emdia_reminders_planned",
        "emdia_send_seconds",
        "emdia_tick_late_seconds",
        "emdia_tick_seconds",
        "emdia_webhooks",
    }


def test_every_figure_says_what_it_is() -> None:
    families = text_string_to_metric_families(metrics.exposition().decode())
    assert [family.name for family in families if not family.documentation] == []


def test_what_is_counted_is_seen() -> None:
    before = published()
    metrics.WEBHOOKS.labels("test", "kept").inc()
    metrics.INBOX_HANDLED.labels("test", "answered").inc()
    metrics.OUTBOX.labels("test", "notice", "accepted").inc(2)
    metrics.REMINDERS_PLANNED.inc(3)
    metrics.SEND_SECONDS.labels("test").observe(0.03)
    metrics.DUE_TO_ACCEPTED_SECONDS.labels("test").observe(4)
    metrics.HTTP_REQUESTS_SECONDS.labels("/healthz", "GET", "200").observe(0.001)
    after = published()
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown["emdia_webhooks_total['kept', 'test']"] == 1
    assert grown["emdia_inbox_handled_total['answered', 'test']"] == 1
    assert grown["emdia_outbox_total['accepted', 'notice', 'test']"] == 2
    assert grown["emdia_reminders_planned_total[]"] == 3
    assert grown["emdia_send_seconds_count['test']"] == 1
    assert grown["emdia_due_to_accepted_seconds_bucket['5.0', 'test']"] == 1
    assert grown["emdia_http_requests_seconds_count['/healthz', '200', 'GET']"] == 1


def test_how_the_queue_stands_is_seen() -> None:
    metrics.OUTBOX_WAITING.set(7)
    metrics.OUTBOX_OLDEST_SECONDS.set(12.5)
    now = published()
    assert (now["emdia_outbox_waiting[]"], now["emdia_outbox_oldest_seconds[]"]) == (7, 12.5)


def test_the_breakers_three_ways_are_three_numbers() -> None:
    seen = []
    for state in ("closed", "half_open", "open"):
        metrics.breaker_turned("three", state)
        seen.append(published()["emdia_breaker_state['three']"])
    assert seen == [0, 1, 2]
