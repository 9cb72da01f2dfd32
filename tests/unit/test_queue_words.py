"""The queue in words: how fast it goes and when it is done, only where that is true."""

from datetime import UTC, datetime, timedelta

from bot.domain.message import ChannelName
from bot.handlers.queue_words import lines_of
from bot.services.ports.delivery import ChannelView, QueueView, Reasons

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WHATSAPP = ChannelName.WHATSAPP


def keys(view: QueueView) -> list[str]:
    return [line.key for line in lines_of(view, NOW)]


def test_a_quiet_queue_says_that_all_is_well() -> None:
    assert keys(QueueView()) == ["queue.all_well"]


def test_what_leaves_says_when_it_will_be_done() -> None:
    view = QueueView(due=300, a_minute=30.0)
    line = next(line for line in lines_of(view, NOW) if line.key == "queue.pace_and_end")
    assert line.params == {"count": 30, "end": NOW + timedelta(minutes=10)}


def test_what_is_done_in_a_moment_has_no_end_to_name() -> None:
    assert "queue.pace" in keys(QueueView(due=30, a_minute=30.0))


def test_nobody_knows_the_end_of_what_is_stopped() -> None:
    held = ChannelView(WHATSAPP, held_at=NOW)
    paused = ChannelView(WHATSAPP, paused_until=NOW + timedelta(hours=1))
    for channel in (held, paused):
        view = QueueView(due=300, a_minute=30.0, channels=(channel,))
        assert "queue.pace" in keys(view)


def test_what_has_stopped_moving_has_no_pace() -> None:
    assert keys(QueueView(due=300)) == ["queue.due"]


def test_reasons_are_told_each_with_its_number() -> None:
    view = QueueView(put_off=[Reasons("outbox.pace", 2)], failed=[Reasons("", 1)], in_doubt=3)
    assert keys(view) == ["queue.in_doubt", "queue.put_off", "queue.failed"]
