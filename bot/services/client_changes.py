"""What may change about a client: the name, the phone, the plan, the price, the day, the note."""

from bot.domain.days import DueDay
from bot.domain.errors import Conflict, Unreadable
from bot.domain.ids import ClientId, PersonId
from bot.domain.money import Money
from bot.domain.names import fold
from bot.domain.phone import Phone
from bot.domain.tags import tags_in
from bot.services.client_book import ClientBook
from bot.services.ports.clients import ClientCard
from bot.services.terms import likely, moved


class ClientChanges(ClientBook):
    """Corrections. What is due already keeps the words it came with."""

    async def refuse_known_phone(self, phone: Phone, *, but: ClientId | None = None) -> None:
        """Tell whose phone it is, if it is somebody's; ``but`` may keep their own."""
        known = await self._clients.with_phone(phone.key)
        if known and known[0] != but:
            raise Conflict("errors.client.known_phone", field="phone", name=known[1])

    async def change_name(
        self, client: ClientId, name: str, *, by: PersonId | None = None
    ) -> ClientCard:
        """Call them otherwise."""
        was = await self.card(client)
        await self._clients.change(client, name=name, name_key=fold(name))
        return await self._done("client.renamed", was, by)

    async def change_phone(
        self, client: ClientId, phone: Phone, *, by: PersonId | None = None
    ) -> ClientCard:
        """Reach them elsewhere; the old phone is nobody's."""
        await self.refuse_known_phone(phone, but=client)
        # Else the chat would be the client's, and whoever runs the house by it locked out.
        known = await self._clients.with_phone(phone.key)
        if known is None and await self._clients.is_of_the_house(phone.key):
            raise Conflict("errors.client.phone_of_the_house", field="phone")
        was = await self.card(client)
        await self._clients.move(client, phone)
        return await self._done("client.moved", was, by)

    async def change_note(
        self, client: ClientId, note: str, *, by: PersonId | None = None
    ) -> ClientCard:
        """Write down what is worth knowing; ``#words`` are tags."""
        was = await self.card(client)
        await self._clients.change(client, note=note, tags=tags_in(note))
        return await self._done("client.noted", was, by)

    async def change_price(
        self, client: ClientId, price: Money, *, by: PersonId | None = None
    ) -> ClientCard:
        """Another price for what is not due yet; what is due keeps its own."""
        was = await self.card(client)
        await self._charges.close_ahead(client, self._today)
        on = await self._on(client)
        await self._clients.change_subscription(on.id, price=price.minor, currency=price.currency)
        await self._open_due(on.id)
        return await self._done("client.repriced", was, by)

    async def change_due_day(
        self, client: ClientId, next_due: DueDay, *, by: PersonId | None = None
    ) -> ClientCard:
        """Let the next charge fall due on another day, and all later ones count from it."""
        if next_due.on < self._today:
            raise Unreadable("errors.day.past", field="first_due")
        likely(next_due, self._today)
        was = await self.card(client)
        await self._charges.close_ahead(client, self._today)
        on = await self._on(client)
        await self._set(on.id, moved(next_due, on.period, on.next_cycle))
        await self._open_due(on.id)
        return await self._done("client.due_day_changed", was, by)

    async def change_plan(
        self, client: ClientId, plan: str, price: Money, *, by: PersonId | None = None
    ) -> ClientCard:
        """Put them on another plan; the next due date stays, later ones follow its period."""
        wanted = await self._plan(plan)
        was = await self.card(client)
        await self._charges.close_ahead(client, self._today)
        on = await self._on(client)
        day = DueDay(on.next_due, on.day_of_month or on.next_due.day)
        await self._set(
            on.id,
            moved(day, wanted.period, on.next_cycle),
            plan_id=wanted.id,
            period=wanted.period.value,
            price=price.minor,
            currency=price.currency,
        )
        await self._open_due(on.id)
        return await self._done("client.replanned", was, by)
