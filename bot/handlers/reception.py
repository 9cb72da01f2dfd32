"""One message, one transaction: who it is, where they were, what they are answered."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.dialog.screen import Deed, Screen, say
from bot.dialog.session import Session, Shown
from bot.dialog.switchboard import Switchboard
from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.ids import PersonId
from bot.domain.message import Address, Button, Incoming, Outgoing
from bot.domain.role import Role
from bot.handlers.choosing import Choosing
from bot.handlers.client_invite import welcomed
from bot.handlers.corrections import too_late
from bot.handlers.desk import Desk
from bot.handlers.patience import Patience, kept_waiting
from bot.handlers.visit import Visit
from bot.services.ports.inbox import SEEN_FOR
from bot.services.ports.people import Caller
from bot.services.ports.post import NewRow
from bot.services.team import Entry
from bot.telemetry.metrics import INBOX_HANDLED
from bot.telemetry.origin import begun, origin

ANSWER_PRIORITY = 1  # somebody is looking at the screen


@dataclass(frozen=True, slots=True)
class Reception:
    """Answers whatever people do. ``language`` is of those who tell us none."""

    visits: Callable[[], AbstractAsyncContextManager[Visit]]
    switchboard: Switchboard
    clock: Clock
    pack: Callable[[Outgoing], str]
    language: Callable[[str], str]
    patience: Patience
    choosing: Choosing

    async def answer(self, incoming: Incoming, refused: Refusal | None = None) -> bool:
        """Queue the answer and commit it with all it changed; no if it was answered before.

        ``refused`` is why a file of the message could not be had.
        """
        with begun(incoming.channel, origin().request_id):
            new = await self._answer(incoming, refused)
        result = "refused" if refused else "answered"
        INBOX_HANDLED.labels(incoming.channel.value, result if new else "seen").inc()
        return new

    async def _answer(self, incoming: Incoming, refused: Refusal | None) -> bool:
        now = self.clock.now()
        async with self.visits() as visit:
            new = await visit.seen.first_time(incoming.channel, incoming.message_id, now)
            if not new or incoming.at < now - SEEN_FOR:
                return False
            person = await visit.people.calling(self._caller(incoming), now)
            await visit.wake(person.id, now)
            session = await visit.sessions.lock(person.id, now)
            desk = visit.desk(person, incoming)
            if screen := await self._answered(visit, session, desk, refused):
                await self._send(screen, visit, session, desk)
            await visit.sessions.save(person.id, session, now)
        return True

    async def _answered(
        self, visit: Visit, session: Session, desk: Desk, refused: Refusal | None
    ) -> Screen | None:
        """What they are told; nothing if they write too much, and were told so."""
        try:
            desk.incoming = await self.choosing.meant(desk, visit.offers, session)
        except Refusal as refusal:
            refused = refusal
        heard = await self.patience.hears(desk)
        if desk.incoming.corrects and desk.role is not Role.CLIENT:
            await too_late(desk)
            return None
        screen = heard.instead
        if heard.done:
            screen = say(refused.text) if refused else await self._screen(visit, session, desk)
        if screen is None or not heard.answered:
            return None
        if desk.role is Role.STRANGER and not await visit.door.may_answer(desk.person):
            return None
        return screen

    def _caller(self, incoming: Incoming) -> Caller:
        address = Address(incoming.channel, incoming.sender)
        language = self.language(incoming.language)
        return Caller(address, incoming.name, language, incoming.aliases, incoming.at)

    async def _screen(self, visit: Visit, session: Session, desk: Desk) -> Screen:
        incoming = desk.incoming
        if incoming.token or not incoming.text:
            return await self.switchboard.answer(incoming, session, desk)
        if visit.door.is_try(incoming.text) and (screen := await self._tries(visit, session, desk)):
            return screen
        return await self.switchboard.answer(incoming, session, desk)

    async def _tries(self, visit: Visit, session: Session, desk: Desk) -> Screen | None:
        """What whoever brought a code is told; none if it is no code, like most words."""
        if wait := await visit.door.wait(desk.person):
            return kept_waiting(desk, wait)
        try:
            async with desk.trying():  # a code that is refused is not used up
                if client := await desk.client_doors.enter(desk.person, desk.incoming):
                    desk.person = client
                    return welcomed(client, desk.house)
                if desk.role.is_staff or await desk.client_doors.leads_here(desk.incoming):
                    return None
                entry = await desk.team.enter(desk.person, desk.incoming)
        except Refusal as refusal:
            return say(refusal.text)
        if entry is None:
            await visit.door.wrong(desk.person, desk.incoming.channel)
            return None
        return await self._welcome(entry, visit, session, desk)

    async def _welcome(self, entry: Entry, visit: Visit, session: Session, desk: Desk) -> Screen:
        """Greet whoever was let in, and go on as one of the house."""
        if entry is Entry.CHAT:
            # Whose chat it was until now has none any more, and could not be answered.
            caller = self._caller(desk.incoming)
            desk.person = await visit.people.calling(caller, self.clock.now())
            return say("welcome.chat_added")
        desk.person = await desk.team.member(desk.me)
        first = "set_up" if entry is Entry.OWNER and not desk.house.set_up else "home"
        screen = await self.switchboard.open(Deed(first), session, desk)
        greeting = say("welcome.owner" if entry is Entry.OWNER else "welcome.member")
        return Screen(
            (*greeting.body, *screen.body), screen.choices, screen.attachment, screen.expects
        )

    async def _send(self, screen: Screen, visit: Visit, session: Session, desk: Desk) -> None:
        """Queue the screen and what follows it; its choices may also be said in words."""
        session.shown = []
        rows: list[NewRow] = []
        address = await self._back_to(visit, desk)
        edits = desk.incoming.tapped
        for part in (screen, *screen.then):
            deeds = [(choice.deed.name, choice.deed.about) for choice in part.choices]
            tokens = await visit.tickets.issue(desk.me, deeds, self.clock.now())
            buttons = tuple(
                Button(choice.label, token, choice.hint, choice.style)
                for choice, token in zip(part.choices, tokens, strict=True)
            )
            session.shown += [
                Shown(label=desk.say(button.label), token=button.token) for button in buttons
            ]
            outgoing = Outgoing(
                part.body,
                buttons,
                part.attachment,
                edits=edits,
                asks_number=part.asks_number,
                takes_number=not session.numbers_mean_choices,
            )
            rows.append(self._row(desk.me, address, outgoing))
            edits = None
        await visit.outbox.add(rows)

    async def _back_to(self, visit: Visit, desk: Desk) -> Address:
        """The chat they have just written in, as it is written down: a number has many forms."""
        incoming = desk.incoming
        for known in await visit.people.addresses(desk.me):
            if known.address.channel is incoming.channel:
                return known.address
        return Address(incoming.channel, incoming.sender)

    def _row(self, person: PersonId, address: Address, outgoing: Outgoing) -> NewRow:
        return NewRow(
            person_id=person,
            channel=address.channel,
            send_to=address.to,
            kind="screen",
            purpose="answer",
            payload=self.pack(outgoing),
            priority=ANSWER_PRIORITY,
        )
