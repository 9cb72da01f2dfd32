"""What the members of the cast do at the gym, written down as the product writes it down."""

from dataclasses import dataclass, field

from bot.composition.demo.cast import PLANS, phone_of
from bot.composition.demo.diary import Entry, What
from bot.composition.shop import Shop
from bot.domain.ids import ClientId, PersonId
from bot.domain.money import Money
from bot.domain.phone import Phone
from bot.forms.client import NewClient
from bot.forms.payment import PaymentReceived
from bot.services.ports.billing import ChargeView, NewPayment, Part

_PRICES = {name: price for name, price, _period in PLANS}


@dataclass
class Lives:
    """Everybody by their place in the cast, as soon as they have joined."""

    owner: PersonId
    clients: dict[int, ClientId] = field(default_factory=dict)

    async def live(self, shop: Shop, entry: Entry, *, quietly: bool) -> None:
        """Do what a line of the diary says. ``quietly``: the client is not thanked."""
        if entry.what is What.JOINS:
            await self._join(shop, entry)
        elif entry.what is What.STOPS:
            await self._stop(shop, entry)
        else:
            await self._pay(shop, entry, quietly=quietly)

    async def _join(self, shop: Shop, entry: Entry) -> None:
        member = entry.member
        new = NewClient(
            name=member.name,
            phone=Phone(phone_of(entry.place)),
            plan=member.plan,
            price=Money(_PRICES[member.plan], shop.house.currency),
            first_due=entry.due,
            note=member.note or None,
        )
        card = await shop.clients.add(new, by=self.owner)
        self.clients[entry.place] = card.id

    async def _stop(self, shop: Shop, entry: Entry) -> None:
        client = self.clients[entry.place]
        if entry.member.ended == "paused":
            await shop.clients.pause(client, by=self.owner)
        else:
            await shop.clients.cancel(client, by=self.owner)

    async def _pay(self, shop: Shop, entry: Entry, *, quietly: bool) -> None:
        client = self.clients[entry.place]
        charge = (await shop.unit.charges.open_of(client))[0]
        assert charge.due_on == entry.due.on
        amount = _half(charge.left) if entry.what is What.PAYS_A_PART else charge.left
        once = f"demo:{entry.place}:{entry.due.on}"
        if quietly:
            await self._credit(shop, entry, charge, amount, once)
            return
        received = PaymentReceived(
            client=client,
            amount=amount,
            paid_on=shop.calendar.today(entry.at),
            method=entry.method,
        )
        await shop.payments.record(received, by=self.owner, once=once)

    async def _credit(
        self, shop: Shop, entry: Entry, charge: ChargeView, amount: Money, once: str
    ) -> None:
        """A payment of long ago: written down without anything around it, for there are many."""
        new = NewPayment(
            client_id=self.clients[entry.place],
            amount=amount,
            paid_on=shop.calendar.today(entry.at),
            method=entry.method,
            once=once,
            recorded_by=self.owner,
        )
        part = Part(charge.id, charge.due_on, amount, charge.left - amount)
        await shop.unit.payments.add(new, [part], entry.at)


def _half(amount: Money) -> Money:
    return Money(amount.minor // 2, amount.currency)
