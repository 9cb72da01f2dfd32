"""What the business sends: checked, accepted, and set on its way."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from bot.sandbox.ledger import Accepted
from bot.sandbox.seen import Seen
from bot.sandbox.whatsapp.checks import (
    Json,
    check_audio,
    check_document,
    check_image,
    check_reaction,
    check_sticker,
    check_text,
    check_video,
    words,
)
from bot.sandbox.whatsapp.contents import is_what_it_says
from bot.sandbox.whatsapp.errors import GraphError, invalid, missing
from bot.sandbox.whatsapp.interactive import check_interactive
from bot.sandbox.whatsapp.message import Content, Message
from bot.sandbox.whatsapp.person import WhatsAppPerson, digits_of, same_phone_key
from bot.sandbox.whatsapp.template import Template
from bot.sandbox.whatsapp.template_send import check_template
from bot.sandbox.whatsapp.world import WhatsApp

MOST_OPAQUE = 512
_TYPING = timedelta(seconds=25)
_PHONE = range(8, 16)
_CHECKS = {
    "text": check_text,
    "image": check_image,
    "document": check_document,
    "audio": check_audio,
    "video": check_video,
    "sticker": check_sticker,
    "interactive": check_interactive,
}


class Sending:
    """``POST /{phone number id}/messages``."""

    def __init__(self, world: WhatsApp) -> None:
        self._world = world

    async def take(self, payload: Json) -> dict[str, Any]:
        """The answer to one request; raises what is refused."""
        if payload.get("messaging_product") != "whatsapp":
            raise missing("messaging_product")
        if payload.get("status") == "read":
            return self._mark_read(payload)
        kind = str(payload.get("type", "text"))
        content = self._content(kind, payload)
        opaque = payload.get("biz_opaque_callback_data", "")
        if not isinstance(opaque, str) or len(opaque) > MOST_OPAQUE:
            raise invalid("biz_opaque_callback_data must be at most 512 characters")
        given = str(payload.get("to") or payload.get("recipient") or "")
        if payload.get("recipient_type", "individual") != "individual":
            raise invalid("recipient_type must be individual")
        person = self._recipient(payload)
        if self._world.refuses_at_once and not (content.template or person.window_open):
            raise GraphError(131047, "more than 24 hours have passed since they wrote")
        self._world.limits.check(person.phone, window_open=person.window_open)
        failure = await self._trouble_ahead(person, content)
        message = self._accept(person, content, payload, opaque)
        held = self._held(payload) if content.template else None
        if held:
            self._world.statuses.assess(person, message, failure, held)
        else:
            self._world.statuses.follow(person, message, failure)
        self._world.news.tell()
        contact = {"input": given, "wa_id": person.wa_id, "user_id": person.user_id}
        taken = {"id": message.id}
        if kind == "template":
            taken["message_status"] = "held_for_quality_assessment" if held else "accepted"
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [taken]}

    def _content(self, kind: str, payload: Json) -> Content:
        media = self._world.media
        if kind == "template":
            return check_template(payload, self._world.templates, media)
        if kind == "reaction":
            return check_reaction(payload)
        check = _CHECKS.get(kind)
        if check is None:
            raise GraphError(131051, f"the sandbox does not send messages of type {kind!r}")
        return check(payload, media)

    def _held(self, payload: Json) -> Template | None:
        """The template, if what is sent by it is held back for now."""
        named = payload["template"]
        found = self._world.templates.find(named["name"], named["language"]["code"])
        return found if found and found.paced else None

    def _recipient(self, payload: Json) -> WhatsAppPerson:
        to = payload.get("to")
        if not to:
            person = self._world.by_user_id(words(payload, "recipient", 160))
            if person is None:
                raise invalid("recipient is not known")
            return person
        digits = digits_of(str(to))
        if len(digits) not in _PHONE or not set(str(to)) <= set("+0123456789 -()"):
            raise GraphError(131009, "to is not a valid phone number")
        if same_phone_key(digits) == same_phone_key(self._world.display_phone):
            raise GraphError(131021, "Recipient cannot be the sender")
        return self._world.person(digits)

    async def _trouble_ahead(self, person: WhatsAppPerson, content: Content) -> int | None:
        """The number of what will go wrong after it is accepted, if anything will."""
        if content.link:
            status, body, mime = await self._world.courier.fetch(content.link)
            if status != HTTPStatus.OK:
                return 131053
            name = content.link.rpartition("/")[2] or "file"
            content.file = self._world.media.shelf.put(body, name, mime)
        if content.file and not is_what_it_says(content.file):
            return 131053
        if person.not_on_whatsapp:
            return 131026
        if person.fails_with is not None:
            return person.fails_with
        if content.category == "MARKETING" and (person.no_advertising or person.advertised_enough):
            return 131050 if person.no_advertising else 131049
        return None if content.template or person.window_open else 131047

    def _accept(
        self, person: WhatsAppPerson, content: Content, payload: Json, opaque: str
    ) -> Message:
        now = self._world.clock.now()
        message = Message(self._world.next_id(), mine=False, at=now, content=content, opaque=opaque)
        message.quotes = self._quoted(person, payload)
        self._world.ledger.add(
            Accepted(
                channel="whatsapp",
                method="messages",
                to=person.phone,
                id=message.id,
                opaque=opaque,
                kind=content.kind,
                text=content.text,
                at=now,
            )
        )
        if content.kind == "reaction":
            message.undelivered = True
            self._react(person, payload)
        person.messages.append(message)
        person.typing_until = None
        return message

    def _react(self, person: WhatsAppPerson, payload: Json) -> None:
        for message in person.messages:
            if message.id == payload["reaction"].get("message_id"):
                message.reaction = str(payload["reaction"].get("emoji", ""))

    def _quoted(self, person: WhatsAppPerson, payload: Json) -> str:
        quoted = (payload.get("context") or {}).get("message_id")
        found: Seen | None = next((s for s in person.visible() if s.id == quoted), None)
        return found.text if found else ""

    def _mark_read(self, payload: Json) -> dict[str, Any]:
        """It and everything before it in the chat turns read."""
        message_id = words(payload, "message_id", 512)
        for person in self._world.people.values():
            ids = [message.id for message in person.messages if message.mine]
            if message_id in ids:
                read = set(ids[: ids.index(message_id) + 1])
                for message in person.messages:
                    if message.id in read:
                        message.moves_to("read")
                if "typing_indicator" in payload:
                    person.typing_until = self._world.clock.now() + _TYPING
                self._world.news.tell()
                return {"success": True}
        raise invalid("message_id is not known")
