"""Whether a client is billed and wants to hear from us: pause, resume, cancel, opt out and in."""

from datetime import date, timedelta

from bot.domain.errors import Unreadable
from bot.domain.ids import ClientId, PersonId
from bot.domain.reasons import Reason
from bot.services.client_book import ClientBook
from bot.services.ports.clients import ClientCard
from bot.services.terms import Terms, resumed

_PROMISED_AT_MOST = timedelta(days=60)  # later than that is no promise, but another due date
_QUIET_AT_MOST = timedelta(days=366)


class ClientStandings(ClientBook):
    """Deeds that stop and start; reminders that lose their reason by them are kept back."""

    async def pause(self, client: ClientId, *, by: PersonId | None = None) -> ClientCard:
        """Bill and remind no more until they are resumed; what they owe stays."""
        return await self._stop(client, "paused", by)

    async def cancel(self, client: ClientId, *, by: PersonId | None = None) -> ClientCard:
        """Let them go; what is not yet due is owed no more, what is due stays."""
        return await self._stop(client, "cancelled", by)

    async def resume(self, client: ClientId, *, by: PersonId | None = None) -> ClientCard:
        """Bill again from the next due date on; what the pause held is skipped.

        What was overdue before is not reminded of unless the owner says so: ``remind_overdue``.
        """
        on = await self._on(client)
        was = await self.card(client)
        if on.standing == "active":
            return was
        terms = Terms(on.anchor, on.day_of_month, on.next_cycle, on.next_due)
        back = resumed(terms, on.period, self._today)
        await self._set(on.id, back, standing="active", standing_since=self._now)
        await self._clients.restore_coming(client, self._today)
        await self._clients.remind(client, self._today, overdue=False)
        await self._open_due(on.id)
        return await self._done("client.resumed", was, by)

    async def remind_overdue(self, client: ClientId, *, by: PersonId | None = None) -> ClientCard:
        """Remind also of what was late already when they came, or came back."""
        was = await self.card(client)
        await self._clients.remind(client, self._today, overdue=True)
        return await self._done("client.remind_overdue", was, by)

    async def opt_out(self, client: ClientId, *, by: PersonId | None = None) -> ClientCard:
        """Send them nothing that they did not ask for, from this moment."""
        card = await self.card(client)
        if not card.opted_out:
            await self._clients.change(client, opted_out_at=self._now)
            await self._note("client.opted_out", card, await self.card(client), by)
        await self._hold.drop_moot(card.person_id, self._now, Reason.MOOT)
        return await self.card(client)

    async def opt_in(self, client: ClientId, *, by: PersonId | None = None) -> ClientCard:
        """They want to hear from us again."""
        was = await self.card(client)
        await self._clients.change(client, opted_out_at=None)
        return await self._done("client.opted_in", was, by)

    async def promise(
        self, client: ClientId, day: date, *, by: PersonId | None = None
    ) -> ClientCard:
        """They say they pay by this day: no reminder until it is over."""
        if day < self._today:
            raise Unreadable("errors.promise.past", field="day")
        if day > self._today + _PROMISED_AT_MOST:
            raise Unreadable("errors.promise.far", field="day", most=_PROMISED_AT_MOST.days)
        was = await self.card(client)
        await self._clients.change(client, promised_on=day)
        return await self._quiet("client.promised", was, Reason.PROMISED, by)

    async def forget_promise(self, client: ClientId, *, by: PersonId | None = None) -> ClientCard:
        """Remind them as if nothing had been said."""
        was = await self.card(client)
        await self._clients.change(client, promised_on=None)
        return await self._done("client.promise_forgotten", was, by)

    async def remind_from(
        self, client: ClientId, day: date | None, *, by: PersonId | None = None
    ) -> ClientCard:
        """Remind them from this day on; none: whenever something is due."""
        if day is not None and day > self._today + _QUIET_AT_MOST:
            raise Unreadable("errors.not_before.far", field="day")
        was = await self.card(client)
        await self._clients.change(client, not_before=day)
        if day is None or day <= self._today:
            return await self._done("client.not_before", was, by)
        return await self._quiet("client.not_before", was, Reason.NOT_BEFORE, by)

    async def _quiet(
        self, deed: str, was: ClientCard, reason: Reason, by: PersonId | None
    ) -> ClientCard:
        """What waits to leave is taken back; its step goes later, if it is open then."""
        await self._hold.drop_all(was.person_id, self._now, reason)
        card = await self.card(was.id)
        await self._note(deed, was, card, by)
        return card

    async def _stop(self, client: ClientId, standing: str, by: PersonId | None) -> ClientCard:
        on = await self._on(client)
        was = await self.card(client)
        if on.standing == standing:
            return was
        await self._charges.close_ahead(client, self._today)
        if standing == "cancelled":
            await self._clients.drop_coming(client, self._today, self._now)
        await self._clients.change_subscription(on.id, standing=standing, standing_since=self._now)
        return await self._done(f"client.{standing}", was, by)
