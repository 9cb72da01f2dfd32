"""The house and the box before the doors open: time moves at will, and nothing is waited for.

What happens here happens through the product itself: templates are asked for, reminders planned,
messages sent over HTTP, answers read. Only the networks' reports take a shorter way, for there are
hundreds, and each would come as a request of its own.
"""

from datetime import datetime

from bot.composition.house import House
from bot.composition.work import new_rooms
from bot.domain.calendar import Calendar
from bot.domain.clock import SystemClock
from bot.domain.delivery import Report
from bot.domain.message import ChannelName
from bot.jobs.rounds import Rounds
from bot.jobs.worker import Worker
from bot.sandbox import Sandbox

ME = ChannelName.WHATSAPP
_NOWHERE = "http://127.0.0.1/"  # what is posted there is read here instead


class Stage:
    """One house in one box, at a time of our choosing. The clock only moves ahead."""

    def __init__(self, box: Sandbox, house: House, calendar: Calendar) -> None:
        self.box = box
        self.house = house
        self.calendar = calendar
        rooms = new_rooms(house.units, house.premises)
        self.rounds = Rounds(rooms)
        # A linked device sends at a person's pace, for which a month is too long.
        senders = {chat.name: chat.sender for chat in house.chats}
        plain = house.premises.plain
        self._worker = Worker(rooms=rooms, senders=senders, clock=house.clock, plain=plain)
        self._heard: list[bytes] = []

    @property
    def linked(self) -> bool:
        """Whether clients are reached through a linked device."""
        return self.house.evolution is not None

    def begin(self, at: datetime) -> None:
        """Set the clock back, once, before anything has happened."""
        self.box.clock.offset = at - SystemClock().now()
        self._follow()
        self.box.on_clock_moved.append(self._follow)
        self.box.clients.webhooks.instead = self._heard.append
        if self.linked:
            self.box.evolution.ready(self._instance, _NOWHERE)

    def end(self) -> None:
        """From now on the networks call the house themselves; a phone has to be linked anew."""
        self.box.clients.webhooks.instead = None
        if self.linked:
            self.box.evolution.make(self._instance)
        self.box.on_clock_moved.remove(self._follow)

    def go_to(self, moment: datetime) -> None:
        """Let time pass until then; not at all if it is over."""
        wait = moment - self.box.clock.now()
        if wait.total_seconds() > 0:
            self.box.clock.advance(wait)

    def nobody_looks(self) -> None:
        """From now on a message is read when its chat is opened."""
        self.box.clients.reads_at_once = False
        for person in self.box.clients.people.values():
            person.reads_at_once = False

    async def approve_templates(self) -> None:
        """Have the product's forms of words approved, as on its first day, where there are any."""
        if self.house.whatsapp:
            await self.rounds.sync_templates(self.house.whatsapp.templates)

    async def hurry(self) -> None:
        """Until the doors open, the number need not be warmed up."""
        async with self.house.units.write() as unit:
            await unit.number_paces.begin(kept=False)

    async def remind(self) -> None:
        """What the ticks do by themselves later: open what is due, remind of it, look after it."""
        await self.rounds.open_charges()
        await self.rounds.plan()
        await self.rounds.watch_arrivals()
        await self.send()

    async def send(self) -> None:
        """Whatever waits leaves, and is seen at once by whoever looks."""
        if await self._worker.once():
            self.box.advance(seconds=1)
            await self._take_reports()

    async def listen(self) -> None:
        """Read what people wrote, and answer."""
        await self._take_reports()
        await self.house.intake.once()
        await self.send()

    async def _take_reports(self) -> None:
        heard, self._heard[:] = self._heard.copy(), []
        reader = next(chat.way_in.reader for chat in self.house.chats if chat.name is ME)
        reports: list[Report] = []
        for body in heard:
            received = reader.read(body)
            reports += received.reports
            if received.incomings:
                await self.house.raw_inbox.keep(ME, body)
        if reports:
            async with self.house.units.write() as unit:
                await unit.reports.apply(ME, reports, self.box.clock.now())

    @property
    def _instance(self) -> str:
        return self.house.settings.evolution_instance

    def _follow(self) -> None:
        self.house.clock.offset = self.box.clock.offset
