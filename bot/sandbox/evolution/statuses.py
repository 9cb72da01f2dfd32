"""What becomes of a message once the server has taken it."""

from typing import Any

from bot.sandbox.clock import Agenda
from bot.sandbox.evolution.network import Link
from bot.sandbox.evolution.wire import TICKS
from bot.sandbox.whatsapp.course import Course
from bot.sandbox.whatsapp.message import Message
from bot.sandbox.whatsapp.network import Holder

TIME_LOCK = 463
"""The account may start no new chats for a while."""


class Statuses(Course):
    """SERVER_ACK, DELIVERY_ACK, READ; or ERROR; or nothing at all, where the session is dead."""

    def __init__(self, link: Link, agenda: Agenda) -> None:
        super().__init__(link, agenda)
        self._link = link

    def follow(self, person: Holder, message: Message, failure: int | None) -> None:
        """Let it take its course; a failure is the number that the network gives for it."""
        if self._link.zombie:
            message.undelivered = True
            return
        super().follow(person, message, failure)

    def _move(
        self, person: Holder, message: Message, status: str, failure: int | None = None
    ) -> None:
        if not self._link.zombie:
            super()._move(person, message, status, failure)

    def _tell(self, person: Holder, message: Message, stamp: int, failure: int | None) -> None:
        tick = TICKS[message.status]
        message.events.append({"status": tick, "timestamp": stamp})
        data: dict[str, Any] = {
            "keyId": message.id,
            "remoteJid": f"{person.wa_id}@s.whatsapp.net",
            "fromMe": True,
            "status": tick,
            "messageId": f"db-{message.id}",
        }
        if failure is not None:
            data["messageStubParameters"] = [str(failure)]
        told = {"event": "messages.update", "data": data}
        self._link.tell(person, told, "status", None)
