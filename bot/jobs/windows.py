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
from bot.services.ports.outbox import Claimed, Ending
from bot.services.reminder_words import in_own_words

# Free words go for a day after the person's last ones; a message may take a while to leave.
WINDOW = timedelta(hours=24) - timedelta(minutes=5)
_UNTIL_APPROVED = timedelta(minutes=10)
_UNTIL_THEY_WRITE = timedelta(hours=1)  # woken by their message; this is for the forgotten
_STALE = timedelta(days=7)

Told = Outgoing | Ending
Forms = frozenset[tuple[str, str]]


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
    formal = [(row, out) for row, out in going if out.template]
    book = TextBook.of(await room.texts.newest()) if formal else TextBook()
    worded = {row.id: _otherwise(row, out, book) for row, out in going}
    names = {
        out.template.name for row, out in formal if out.template and row.address.channel in strict
    }
    usable = await room.forms.usable(names) if names else frozenset()
    return {
        row.id: _allowed(row, worded[row.id], usable, now)
        if row.address.channel in strict
        else worded[row.id]
        for row, _ in going
    }


def _otherwise(row: Claimed, outgoing: Outgoing, book: TextBook) -> Outgoing:
    """Notices begin with the owner's own words; reminders have theirs already."""
    return outgoing if row.is_reminder else in_own_words(outgoing, row.language, book)


def _allowed(row: Claimed, outgoing: Outgoing, usable: Forms, now: datetime) -> Told:
    """The same in the form in which it may go, if there is one."""
    form = outgoing.template
    approved = form is not None and (form.name, row.language) in usable
    if window_open(row, now):
        return outgoing if approved else replace(outgoing, template=None)
    if approved:
        return outgoing
    if now - row.created_at > _STALE:
        return GiveUp(Reason.STALE)
    if form is not None:
        return Snooze(now + _UNTIL_APPROVED, Reason.TEMPLATE_MISSING)
    return Snooze(now + _UNTIL_THEY_WRITE, Reason.WINDOW_CLOSED)
