"""Reach somebody over whichever chat they are best reached by."""

from collections.abc import Callable, Sequence

from bot.domain.clock import Clock
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import Address, Button, Outgoing
from bot.domain.role import Role
from bot.services.ports.desk import TicketDrawer
from bot.services.ports.people import People
from bot.services.ports.post import NewRow, Notice, Outbox

NOTICE_PRIORITY = 3  # after answers, before reminders


class Postman:
    """Fills ``services.ports.post.Post``: a notice becomes tickets and a row of the outbox."""

    def __init__(
        self,
        *,
        people: People,
        outbox: Outbox,
        tickets: TicketDrawer,
        clock: Clock,
        pack: Callable[[Outgoing], str],
    ) -> None:
        self._people = people
        self._outbox = outbox
        self._tickets = tickets
        self._clock = clock
        self._pack = pack

    async def tell(self, person: PersonId, notice: Notice) -> OutboxId | None:
        """Queue a notice in this transaction; none if there is no address to send it to."""
        address = await self._best(person, notice)
        if address is None:
            return None
        deeds = [(press.deed, press.about) for press in notice.buttons]
        tokens = await self._tickets.issue(person, deeds, self._clock.now())
        outgoing = Outgoing(
            body=tuple(notice.body),
            buttons=tuple(
                Button(press.label, token, style=press.style)
                for press, token in zip(notice.buttons, tokens, strict=True)
            ),
            attachment=notice.attachment,
            template=notice.template,
            renews=notice.renews,
        )
        row = NewRow(
            person_id=person,
            channel=address.channel,
            send_to=address.to,
            kind="notice",
            purpose=notice.purpose,
            payload=self._pack(outgoing),
            priority=NOTICE_PRIORITY,
        )
        return (await self._outbox.add([row]))[0]

    async def staff(self) -> Sequence[PersonId]:
        """Everyone of the house who decides on payments: owner and managers."""
        return [one.id for one in await self._people.staff() if one.role >= Role.MANAGER]

    async def _best(self, person: PersonId, notice: Notice) -> Address | None:
        """The chat they last wrote in, of those that are open to us."""
        for reached in await self._people.addresses(person):
            chat = reached.address.channel
            wanted = chat is not notice.not_over and notice.over in (None, chat)
            if wanted and not reached.unreachable:
                return reached.address
        return None
