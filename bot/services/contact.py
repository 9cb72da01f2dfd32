"""Ask the rules of contact once more right before reminders leave: much may have left since."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.contact import DAY, MINUTE, NO_LIMIT, WEEK, ContactRules
from bot.domain.delivery import Snooze
from bot.domain.ids import OutboxId
from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.services.ports.contact import Contacts, Leaving
from bot.services.ports.outbox import Claimed

# A little less than a minute: those of the minute before took a moment to leave.
_ONE_AFTER_ANOTHER = timedelta(seconds=50)
_UNTIL_THERE_IS_ROOM = timedelta(hours=1)


class ContactGuard:
    """One transaction's look at what has left and what is about to, in all processes.

    Whoever stands in front is let through first, so that two processes that look at the same
    moment do not both step back.
    """

    def __init__(
        self, *, contacts: Contacts, rules: ContactRules, calendar: Calendar, clock: Clock
    ) -> None:
        self._contacts = contacts
        self._rules = rules
        self._calendar = calendar
        self._clock = clock

    async def held(self, rows: Sequence[Claimed]) -> Mapping[OutboxId, Snooze]:
        """Those of the claimed reminders that have to wait, until when, and by which rule.

        What somebody of the house sends again is bound by the network's limits only.
        """
        now = self._clock.now()
        people = [row.person_id for row in rows if not row.by_hand]
        starts = await self._contacts.starts(people, now - WEEK) if people else {}
        told: dict[OutboxId, Snooze] = {}
        for row in rows:
            rest = None if row.by_hand else self._rules.held(starts.get(row.person_id, ()), now)
            if rest:
                told[row.id] = self._again_at(rest.until, rest.reason)
        going = {row.id for row in rows} - told.keys()
        if going:
            leaving = [each for each in await self._contacts.leaving() if each.id not in told]
            told |= await self._over_the_day(leaving, going)
            told |= await self._one_after_another(leaving, going)
        return told

    async def _over_the_day(
        self, leaving: Sequence[Leaving], going: set[OutboxId]
    ) -> dict[OutboxId, Snooze]:
        channel = ChannelName.WHATSAPP
        theirs = [each for each in leaving if each.channel is channel]
        limit = self._rules.day_limit(await self._contacts.allowed(channel))
        if limit >= NO_LIMIT or not theirs:
            return {}
        now = self._clock.now()
        known = {*await self._contacts.reached(channel, [e.person_id for e in theirs], now - DAY)}
        count = await self._contacts.reach(channel, now - DAY)
        told: dict[OutboxId, Snooze] = {}
        for each in theirs:
            if each.person_id in known:
                continue
            if count < limit:
                known.add(each.person_id)
                count += 1
            elif each.id in going:
                told[each.id] = self._again_at(now + _UNTIL_THERE_IS_ROOM, Reason.DAY_LIMIT)
        return told

    async def _one_after_another(
        self, leaving: Sequence[Leaving], going: set[OutboxId]
    ) -> dict[OutboxId, Snooze]:
        most = self._rules.per_minute
        if not most:
            return {}
        now = self._clock.now()
        gone = await self._contacts.reminded_since(now - _ONE_AFTER_ANOTHER)
        told: dict[OutboxId, Snooze] = {}
        over = 0
        for each in leaving:
            if not each.is_reminder:
                continue
            if gone < most:
                gone += 1
                continue
            if each.id in going:
                told[each.id] = self._again_at(now + MINUTE * (1 + over // most), Reason.SPREAD)
            over += 1
        return told

    def _again_at(self, moment: datetime, reason: Reason) -> Snooze:
        return Snooze(self._calendar.next_allowed(moment), reason)
