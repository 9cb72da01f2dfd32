"""The dashboard as a message: the month in figures, six months as a picture."""

from bot.dialog.handler import action
from bot.dialog.screen import Screen
from bot.domain.charge import AGES
from bot.domain.message import Attachment
from bot.domain.role import Role
from bot.domain.text import Text, t
from bot.handlers.desk import Desk
from bot.handlers.home import called
from bot.services.figures import Numbers
from bot.services.ports.desk import Bars


@action("numbers", needs=Role.VIEWER)
async def numbers(desk: Desk, typed: str = "") -> Screen:
    """How the month goes; the figures stand under the picture, in one message."""
    del typed
    await desk.pause_for_breath()
    found = await desk.stats.numbers()
    picture = await desk.pictures.bars(_bars(found, desk))
    file_id = await desk.files.put("numbers.png", "image/png", picture)
    return (
        Screen(tuple(_lines(found, desk)))
        .showing(Attachment(file_id, "numbers.png", "image/png"))
        .offer("numbers.go.overdue", "overdue")
        .offer("numbers.go.claims", "claims")
        .offer("go.home", "home")
    )


def _lines(found: Numbers, desk: Desk) -> list[Text]:
    month, reminders = found.month, found.reminders
    lines = [
        t("numbers.title", business=called(desk.house), day=found.today),
        t("numbers.clients", count=found.active_clients),
        t("numbers.received", received=month.received, expected=month.expected),
    ]
    if found.rate is not None:
        lines.append(t("numbers.rate", rate=found.rate))
    lines.append(t("numbers.open", count=found.open.number, left=found.open.left))
    lines.append(t("numbers.late", count=found.late.number, left=found.late.left))
    for (first, last), left in zip(AGES, found.ages, strict=True):
        if left and last is not None:
            lines.append(t("numbers.age", first=first, last=last, left=left))
        elif left:
            lines.append(t("numbers.age_beyond", first=first, left=left))
    lines.append(t("numbers.due_today", count=found.due_today.number, left=found.due_today.left))
    lines.append(t("numbers.soon", count=found.soon.number, left=found.soon.left))
    lines.append(
        t(
            "numbers.reminders",
            sent=reminders.sent,
            delivered=reminders.delivered,
            read=reminders.read,
            failed=reminders.failed,
        )
    )
    return lines


def _bars(found: Numbers, desk: Desk) -> Bars:
    return Bars(
        title=desk.say(t("numbers.chart", business=called(desk.house))),
        months=[desk.say(t(f"month.short.{month.first.month}")) for month in found.months],
        received=[month.received.minor for month in found.months],
        expected=[month.expected.minor for month in found.months],
        received_labels=[
            desk.say(t("payment.amount", amount=month.received)) for month in found.months
        ],
        received_word=desk.say(t("numbers.word.received")),
        expected_word=desk.say(t("numbers.word.expected")),
    )
