"""What becomes of a message after it was accepted, told status by status."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.sandbox.clock import Agenda
from bot.sandbox.whatsapp.errors import status_error
from bot.sandbox.whatsapp.message import Message
from bot.sandbox.whatsapp.network import Holder, Network


@dataclass(slots=True)
class Pace:
    """How long after acceptance each status comes, in the sandbox's time."""

    sent: timedelta = timedelta(milliseconds=5)
    delivered: timedelta = timedelta(milliseconds=15)
    read: timedelta = timedelta(milliseconds=30)


class Statuses:
    """sent, delivered, read; or failed."""

    def __init__(self, world: Network, agenda: Agenda) -> None:
        self._world, self._agenda = world, agenda
        self.pace = Pace()

    def follow(self, person: Holder, message: Message, failure: int | None) -> None:
        """Let it take its course; a failure is the number of what went wrong."""
        if failure is not None:
            message.undelivered = True
            self._agenda.after(self.pace.sent, lambda: self._fail(person, message, failure))
            return
        self._agenda.after(self.pace.sent, lambda: self._move(person, message, "sent"))
        # Who blocked the business never gets it, and the business is not told so.
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
        # Unread from now on, not before: what is still on its way cannot be read by opening.
        if message.status != "read":
            person.unread += 1
        self._move(person, message, "delivered")

    def _fail(self, person: Holder, message: Message, code: int) -> None:
        self._move(person, message, "failed", [status_error(code, "")])

    def _move(
        self,
        person: Holder,
        message: Message,
        status: str,
        errors: list[dict[str, Any]] | None = None,
    ) -> None:
        if not message.moves_to(status):
            return
        stamp = int(self._world.clock.now().timestamp())
        message.events.append({"delivery_status": status.upper(), "timestamp": stamp})
        told: dict[str, Any] = {"id": message.id, "status": status, "timestamp": str(stamp)}
        told["recipient_user_id"] = person.user_id
        if not person.username_only:
            told["recipient_id"] = person.wa_id
        if message.opaque:
            told["biz_opaque_callback_data"] = message.opaque
        if errors:
            told["errors"] = errors
        elif status != "read":
            told["pricing"] = _pricing(message)
        contacts = {} if errors else {"contacts": [person.contact()]}
        self._world.tell(person, {"statuses": [told]} | contacts, "status", None)
        self._world.news.tell()


def _pricing(message: Message) -> dict[str, Any]:
    category = "utility" if message.content.template else "service"
    return {"billable": True, "pricing_model": "PMP", "type": "regular", "category": category}
