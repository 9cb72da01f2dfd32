"""In which words a message may go now: free ones, an approved form, or not yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.delivery import GiveUp, Snooze
from bot.domain.ids import OutboxId
from bot.domain.message import ChannelName, Outgoing
from bot.domain.own_text import TextBook
from bot.domain.reasons import Reason
from bot.jobs.rooms import Room
from bot.services.approved import Approved, approved_now
from bot.services.ports.outbox import Claimed, Ending
from bot.services.reminder_words import in_own_words

# Free words go for a day after the person's last ones; a message may take a while to leave.
WINDOW = timedelta(hours=24) - timedelta(minutes=5)
_UNTIL_APPROVED = timedelta(minutes=10)
_UNTIL_THEY_WRITE = timedelta(hours=1)  # woken by their message; this is for the forgotten
_STALE = timedelta(days=7)

Told = Outgoing | Ending


def window_open(row: Claimed, now: datetime) -> bool:
    """Whether free words may go to this person now."""
    if row.address.channel is not ChannelName.WHATSAPP:
        return True
    if row.window_closed or row.last_inbound_at is None:
        return False
    return now - row.last_inbound_at < WINDOW


async def as_allowed(
    room: Room,
    rows: Sequence[Claimed],
    told: Mapping[OutboxId, Told],
    now: datetime,
    plain: Collection[ChannelName] = (),
) -> Mapping[OutboxId, Told]:
    """What goes of these, each in the words in which it may; or why it stays.

    Only WhatsApp has windows and approved forms, and not where it is ``plain``.
    """
    strict = frozenset({ChannelName.WHATSAPP}).difference(plain)
    going = [(row, out) for row in rows if isinstance(out := told[row.id], Outgoing)]
    # Elsewhere reminders have all their words already.
    formal = any(
        out.template and (row.address.channel in strict or not row.is_reminder)
        for row, out in going
    )
    approved = await approved_now(room.forms, room.texts, now) if formal else Approved()
    worded = {row.id: _otherwise(row, out, approved.book) for row, out in going}
    return {
        row.id: _allowed(row, worded[row.id], approved, now)
        if row.address.channel in strict
        else worded[row.id]
        for row, _ in going
    }


def _otherwise(row: Claimed, outgoing: Outgoing, book: TextBook) -> Outgoing:
    """Notices begin with the owner's own words; reminders have theirs already."""
    return outgoing if row.is_reminder else in_own_words(outgoing, row.language, book)


def _allowed(row: Claimed, outgoing: Outgoing, approved: Approved, now: datetime) -> Told:
    """The same in the form in which it may go, if there is one."""
    wanted = outgoing.template
    form = approved.form(wanted, row.language) if wanted else None
    if form is not None or window_open(row, now):
        return replace(outgoing, template=form)
    if now - row.created_at > _STALE:
        return GiveUp(Reason.STALE)
    if wanted is not None:
        return Snooze(now + _UNTIL_APPROVED, Reason.TEMPLATE_MISSING)
    return Snooze(now + _UNTIL_THEY_WRITE, Reason.WINDOW_CLOSED)
