"""Turn claimed rows into parcels, or say why they do not go now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.clock import Clock
from bot.domain.delivery import GiveUp, Snooze
from bot.domain.errors import NotFound
from bot.domain.ids import FileId, OutboxId
from bot.domain.message import ChannelName, Outgoing, Parcel, TemplateUse
from bot.domain.reasons import Reason
from bot.domain.text import t
from bot.jobs.rooms import Room, Rooms
from bot.jobs.windows import Told, as_allowed, window_open
from bot.services.ports.outbox import Cancelled, Claimed, Finished
from bot.services.ports.post import Notice, Press

log = structlog.get_logger(__name__)

_UNTIL_SET_UP = timedelta(minutes=10)
_KNOCKED_LATELY = timedelta(hours=20)
_WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Packed:
    """A claimed row, ready to go."""

    row: Claimed
    parcel: Parcel


class Packer:
    """Packs for every channel; ``plain`` ones have no window, no approved forms, no buttons."""

    def __init__(self, clock: Clock, plain: Collection[ChannelName] = ()) -> None:
        self._clock = clock
        self._plain = plain

    async def pack_apart(
        self, rooms: Rooms, rows: Sequence[Claimed]
    ) -> tuple[list[Packed], list[Claimed]]:
        """Those that could be packed, and those that could not.

        What fails is our own fault or the store's; it must neither block the others nor be tried
        without end.
        """
        try:
            async with rooms() as room:
                return await self.pack(room, rows), []
        except Exception:
            # Whatever it is: found out row by row, and logged with the one that causes it.
            if len(rows) == 1:
                log.exception("outbox.pack_failed", row=rows[0].id)
                return [], [*rows]
        packed: list[Packed] = []
        spoilt: list[Claimed] = []
        for row in rows:
            one, none = await self.pack_apart(rooms, [row])
            packed += one
            spoilt += none
        return packed, spoilt

    async def pack(self, room: Room, rows: Sequence[Claimed]) -> list[Packed]:
        """What goes; whatever does not is written back in the same transaction."""
        now = self._clock.now()
        told: dict[OutboxId, Told] = {row.id: self._first_word(row) for row in rows}
        number = await room.careful()
        waits = await number.pacing.waits(rows) if number else {}
        reminders = [
            row for row in rows if row.is_reminder and not row.arrived and row.id not in waits
        ]
        told |= {**await self._reminders(room, reminders, now), **waits}
        told |= await as_allowed(room, rows, told, now, self._plain)
        if number:
            told |= await number.pacing.starting(
                [r for r in rows if isinstance(told[r.id], Outgoing)]
            )
        blobs = await _blobs(room, told.values())
        packed: list[Packed] = []
        stays: list[Finished] = []
        for row in rows:
            outgoing = told[row.id]
            if isinstance(outgoing, Outgoing):
                packed.append(Packed(row, parcel_of(row, outgoing, blobs, now)))
                if outgoing.buttons and row.address.channel in self._plain:
                    await room.offers.keep(row.id, outgoing, now)
            else:
                stays.append(Finished(row, outgoing, now))
        if stays:
            await room.outcomes.record(stays, now)
            await self._knock(room, stays, now)
        return packed

    def _first_word(self, row: Claimed) -> Told:
        if row.arrived:
            return Cancelled(Reason.ARRIVED)
        if row.unreachable and row.kind != "screen":
            return GiveUp(Reason.UNREACHABLE)
        if row.outgoing is None:
            return GiveUp(Reason.UNREADABLE)
        return row.outgoing

    async def _reminders(
        self, room: Room, rows: Sequence[Claimed], now: datetime
    ) -> Mapping[OutboxId, Told]:
        reachable = [row for row in rows if not row.unreachable]
        gone = {row.id: GiveUp(Reason.UNREACHABLE) for row in rows if row.unreachable}
        if not reachable:
            return gone
        reminders = await room.reminders()
        if reminders is None:
            later = Snooze(now + _UNTIL_SET_UP, Reason.HOURS)
            return {**gone, **{row.id: later for row in reachable}}
        return {**gone, **await reminders.compose(reachable)}

    async def _knock(self, room: Room, stays: Sequence[Finished], now: datetime) -> None:
        """Ask people of the house to open their window, by an approved form, once a day."""
        for done in stays:
            closed = isinstance(done.ending, Snooze) and done.ending.reason == Reason.WINDOW_CLOSED
            person = done.row.person_id
            if not closed or not done.row.to_staff:
                continue
            if await room.waiting.told_lately(person, _WAITING, now, _KNOCKED_LATELY):
                continue
            count = await room.waiting.waiting_for(person)
            await room.post.tell(
                person,
                Notice(
                    _WAITING,
                    (t("template.waiting.body", count=count),),
                    (Press(t("template.waiting.button.1"), "home"),),
                    template=TemplateUse(_WAITING, {"count": count}, always=True),
                ),
            )


async def _blobs(room: Room, told: Iterable[Told]) -> Mapping[FileId, bytes]:
    """The bytes of what goes along; of a file that is gone, the words still go."""
    wanted = {
        each.attachment.file_id for each in told if isinstance(each, Outgoing) and each.attachment
    }
    blobs: dict[FileId, bytes] = {}
    for file_id in wanted:
        try:
            blobs[file_id] = (await room.files.get(file_id)).content
        except NotFound:
            continue
    return blobs


def parcel_of(
    row: Claimed, outgoing: Outgoing, blobs: Mapping[FileId, bytes], now: datetime
) -> Parcel:
    """The message on its way, with what the channel must know."""
    attachment = outgoing.attachment
    return Parcel(
        address=row.address,
        outgoing=outgoing,
        language=row.language,
        opaque=row.opaque,
        window_open=window_open(row, now),
        blob=blobs.get(attachment.file_id) if attachment else None,
        doubted_since=row.doubted_since,
    )
