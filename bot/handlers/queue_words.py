"""The queue in words: what waits and why, how fast it leaves, when it will be done."""

from datetime import datetime, timedelta

from bot.domain.text import Text, t
from bot.services.ports.delivery import ChannelView, QueueView

_WORTH_SAYING = timedelta(minutes=2)  # until the end; before that it is done before it is read


def lines_of(view: QueueView, now: datetime) -> list[Text]:
    """A line for each thing there is to say; one that all is well, if there is none."""
    lines: list[Text] = []
    if view.due:
        lines.append(t("queue.due", count=view.due))
    if view.due and view.oldest_at:
        lines.append(t("queue.oldest", at=view.oldest_at))
    if view.on_the_way:
        lines.append(t("queue.on_the_way", count=view.on_the_way))
    if pace := _pace(view, now):
        lines.append(pace)
    if view.in_doubt:
        lines.append(t("queue.in_doubt", count=view.in_doubt))
    for put_off in view.put_off:
        why = t(f"reason.{put_off.reason}") if put_off.reason else t("queue.later")
        lines.append(t("queue.put_off", count=put_off.count, why=why))
    lines += [
        t("queue.failed", count=failed.count, why=reason(failed.reason)) for failed in view.failed
    ]
    return lines or [t("queue.all_well")]


def reason(why: str) -> Text:
    """What stops a chat, in words."""
    return t(f"reason.{why}") if why else t("queue.unknown_trouble")


def chat_lines(chat: ChannelView, now: datetime) -> list[Text]:
    """What ails a chat; nothing, if nothing does."""
    name = t(f"channel.{chat.channel}")
    lines: list[Text] = []
    if chat.is_paused(now) and chat.paused_until:
        until = chat.paused_until
        lines.append(t("queue.paused", channel=name, why=reason(chat.trouble), until=until))
    elif chat.trouble:
        lines.append(t("queue.troubled_channel", channel=name, why=reason(chat.trouble)))
    if chat.starts_rest(now) and chat.starts_rest_until:
        why, until = reason(chat.starts_trouble), chat.starts_rest_until
        lines.append(t("queue.starts_rest", channel=name, why=why, until=until))
    elif chat.starts_trouble:
        lines.append(t("queue.troubled_channel", channel=name, why=reason(chat.starts_trouble)))
    return lines


def _pace(view: QueueView, now: datetime) -> Text | None:
    """How fast it goes, and the end of what is ready, as long as nothing is stopped."""
    a_minute = round(view.a_minute)
    if not view.due or a_minute < 1:
        return None
    left = timedelta(minutes=view.due / view.a_minute)
    stopped = any(chat.keeps_back(now) for chat in view.channels)
    if stopped or left < _WORTH_SAYING:
        return t("queue.pace", count=a_minute)
    return t("queue.pace_and_end", count=a_minute, end=now + left)
