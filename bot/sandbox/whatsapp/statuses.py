"""What becomes of a message after it was accepted, told status by status."""

from datetime import timedelta
from typing import Any

from bot.sandbox.whatsapp.course import Course
from bot.sandbox.whatsapp.errors import status_error
from bot.sandbox.whatsapp.message import Message
from bot.sandbox.whatsapp.network import Holder
from bot.sandbox.whatsapp.template import Template

_ASSESSED = timedelta(hours=1)
_TEMPLATE_PAUSED = 132015


class Statuses(Course):
    """As the Cloud API tells it."""

    def assess(
        self, person: Holder, message: Message, failure: int | None, template: Template
    ) -> None:
        """Hold it back for an hour; it is dropped if its template rests by then."""
        message.undelivered = True

        def go_on() -> None:
            message.undelivered = False
            stopped = template.status != "APPROVED"
            self.follow(person, message, _TEMPLATE_PAUSED if stopped else failure)

        self._agenda.after(_ASSESSED, go_on)

    def _tell(self, person: Holder, message: Message, stamp: int, failure: int | None) -> None:
        status = message.status
        message.events.append({"delivery_status": status.upper(), "timestamp": stamp})
        told: dict[str, Any] = {"id": message.id, "status": status, "timestamp": str(stamp)}
        told["recipient_user_id"] = person.user_id
        if not person.username_only:
            told["recipient_id"] = person.wa_id
        if message.opaque:
            told["biz_opaque_callback_data"] = message.opaque
        if failure is not None:
            told["errors"] = [status_error(failure, "")]
        elif status != "read":
            told["pricing"] = _pricing(message)
        contacts = {} if failure is not None else {"contacts": [person.contact()]}
        self._network.tell(person, {"statuses": [told]} | contacts, "status", None)


def _pricing(message: Message) -> dict[str, Any]:
    category = message.content.category.lower() or "service"
    return {"billable": True, "pricing_model": "PMP", "type": "regular", "category": category}
