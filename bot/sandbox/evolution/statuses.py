"""What becomes of a message once the server has taken it."""

from typing import Any

from bot.sandbox.clock import Agenda
from bot.sandbox.evolution.network import Link
from bot.sandbox.evolution.wire import TICKS
from bot.sandbox.whatsapp.message import Message
from bot.sandbox.whatsapp.network import Holder
from bot.sandbox.whatsapp.statuses import Pace

TIME_LOCK = "463"
"""The account may start no new chats for a while."""


class Statuses:
    """SERVER_ACK, DELIVERY_ACK, READ; or ERROR; or nothing at all, where the session is dead."""

    def __init__(self, world: Link, agenda: Agenda) -> None:
        self._world, self._agenda = world, agenda
        self.pace = Pace()

    def follow(self, person: Holder, message: Message, failure: str = "") -> None:
        """Let it take its course; a failure is the number that the network gives for it."""
        if self._world.zombie:
            message.undelivered = True
            return
        if failure:
            message.undelivered = True
            why = {"messageStubParameters": [failure]}
            self._agenda.after(self.pace.sent, lambda: self._move(person, message, "failed", why))
            return
        self._agenda.after(self.pace.sent, lambda: self._move(person, message, "sent"))
        if person.blocked:
            message.undelivered = True
            return
        self._agenda.after(self.pace.delivered, lambda: self._deliver(person, message))
        if person.reads_at_once:
            self._agenda.after(self.pace.read, lambda: self.read(person, message))

    def read(self, person: Holder, message: Message) -> None:
        """The person looks at it; told only if their phone tells."""
        if person.reads_at_once:
            person.unread = 0
        if not person.no_read_receipts:
            self._move(person, message, "read")

    def _deliver(self, person: Holder, message: Message) -> None:
        if message.status != "read":
            person.unread += 1
        self._move(person, message, "delivered")

    def _move(
        self, person: Holder, message: Message, status: str, more: dict[str, Any] | None = None
    ) -> None:
        if self._world.zombie or not message.moves_to(status):
            return
        stamp = int(self._world.clock.now().timestamp())
        message.events.append({"status": TICKS[status], "timestamp": stamp})
        data = {
            "keyId": message.id,
            "remoteJid": f"{person.wa_id}@s.whatsapp.net",
            "fromMe": True,
            "status": TICKS[status],
            "messageId": f"db-{message.id}",
        }
        told = {"event": "messages.update", "data": data | (more or {})}
        self._world.tell(person, told, "status", None)
        self._world.news.tell()
