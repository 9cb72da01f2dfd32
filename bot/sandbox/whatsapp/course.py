"""The course of a message once a network took it; each network says how a move is told."""

from abc import ABC, abstractmethod
from datetime import timedelta

from bot.sandbox.clock import Agenda
from bot.sandbox.whatsapp.message import Message
from bot.sandbox.whatsapp.network import Holder, Network

# How long after acceptance each status comes, in the sandbox's time.
_SENT = timedelta(milliseconds=5)
_DELIVERED = timedelta(milliseconds=15)
_READ = timedelta(milliseconds=30)


class Course(ABC):
    """sent, delivered, read; or failed."""

    def __init__(self, network: Network, agenda: Agenda) -> None:
        self._network, self._agenda = network, agenda
        self._waiting: dict[str, list[Message]] = {}

    def follow(self, person: Holder, message: Message, failure: int | None) -> None:
        """Let it take its course; a failure is the number of what went wrong."""
        if failure is not None:
            message.undelivered = True
            self._agenda.after(_SENT, lambda: self._move(person, message, "failed", failure))
            return
        self._agenda.after(_SENT, lambda: self._move(person, message, "sent"))
        # Who blocked the business never gets it, and the business is not told so.
        if person.blocked:
            message.undelivered = True
            return
        if person.phone_off:
            message.undelivered = True
            self._waiting.setdefault(person.phone, []).append(message)
            return
        self._arrive(person, message)

    def turned_on(self, person: Holder) -> None:
        """Their phone is on again: what has waited arrives, unless it has waited too long."""
        for message in self._waiting.pop(person.phone, []):
            if self._network.clock.now() - message.at < message.content.lives:
                message.undelivered = False
                self._arrive(person, message)

    def _arrive(self, person: Holder, message: Message) -> None:
        self._agenda.after(_DELIVERED, lambda: self._deliver(person, message))
        if person.reads_at_once:
            self._agenda.after(_READ, lambda: self.read(person, message))

    def read(self, person: Holder, message: Message) -> None:
        """The person looks at it; told only if their phone tells."""
        if person.reads_at_once:
            person.unread = 0
        if not person.no_read_receipts:
            self._move(person, message, "read")

    def _deliver(self, person: Holder, message: Message) -> None:
        # Unread from now on, not before: what is still on its way cannot be read by opening.
        if message.status != "read":
            person.unread += 1
        self._move(person, message, "delivered")

    def _move(
        self, person: Holder, message: Message, status: str, failure: int | None = None
    ) -> None:
        if not message.moves_to(status):
            return
        self._tell(person, message, int(self._network.clock.now().timestamp()), failure)
        self._network.news.tell()

    @abstractmethod
    def _tell(self, person: Holder, message: Message, stamp: int, failure: int | None) -> None:
        """Note the message's new status among its events, and tell the business of it.

        ``stamp`` is when, in seconds since 1970.
        """
