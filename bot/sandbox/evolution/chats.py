"""``/chat``: who is on WhatsApp, read marks, the bytes of a file, what the server remembers."""

import base64
from datetime import datetime
from typing import Any

from bot.sandbox.evolution import checks
from bot.sandbox.evolution.errors import EvolutionError, closed, wrong
from bot.sandbox.evolution.world import Evolution
from bot.sandbox.whatsapp.person import digits_of

Json = dict[str, Any]
_PAGE = 50


def _stamp(told: Any) -> float | None:
    return datetime.fromisoformat(str(told)).timestamp() if told else None


class Chats:
    """What can be asked of the chats."""

    def __init__(self, world: Evolution) -> None:
        self._world = world
        self.asked: list[str] = []
        """Whose numbers were looked up: many at once get a number banned."""

    def numbers(self, body: Json) -> list[Json]:
        """Whether these are on WhatsApp."""
        if not self._world.is_open:
            raise closed()
        told = body.get("numbers")
        if not isinstance(told, list) or not told:
            raise wrong('instance requires property "numbers"')
        self.asked += [str(one) for one in told]
        found = []
        for one in told:
            person = self._world.person(digits_of(str(one)))
            there = not person.not_on_whatsapp
            known = {"name": person.name, "lid": person.lid} if there else {}
            found.append({"jid": person.jid, "exists": there, "number": str(one)} | known)
        return found

    def mark_read(self, body: Json) -> Json:
        """Blue ticks for what people wrote."""
        told = body.get("readMessages")
        if not isinstance(told, list) or not told:
            raise wrong('instance requires property "readMessages"')
        wanted = {str(one.get("id")) for one in told}
        for person in self._world.people.values():
            for message in person.messages:
                if message.mine and message.id in wanted:
                    message.moves_to("read")
        self._world.news.tell()
        return {"message": "Read messages", "read": "success"}

    def presence(self, body: Json) -> Json:
        """Show that we are typing."""
        checks.number(body)
        if body.get("presence") not in ("composing", "paused", "available", "unavailable"):
            raise wrong("instance.presence is not one of enum values")
        return {"presence": body["presence"]}

    def bytes_of(self, body: Json) -> Json:
        """The bytes of a file that came or went."""
        wanted = ((body.get("message") or {}).get("key") or {}).get("id")
        for person in self._world.people.values():
            for message in person.messages:
                file = message.content.file
                if message.id == wanted and file is not None:
                    return {
                        "mediaType": message.content.kind,
                        "fileName": file.name,
                        "size": {"fileLength": str(file.size)},
                        "mimetype": file.mime,
                        "base64": base64.b64encode(file.content).decode(),
                    }
        raise EvolutionError(400, "Message not found")

    def statuses(self, body: Json) -> list[Json]:
        """How far a message came, as far as the server knows."""
        wanted = (body.get("where") or {}).get("id")
        return [
            {"keyId": message.id, "status": event["status"]}
            for person in self._world.people.values()
            for message in person.messages
            if message.id == wanted
            for event in message.events
        ]

    def messages(self, body: Json) -> Json:
        """What the server has stored of a chat, the newest first."""
        where = body.get("where") or {}
        key, between = where.get("key") or {}, where.get("messageTimestamp") or {}
        earliest, latest = (_stamp(between.get(name)) for name in ("gte", "lte"))
        records = [
            data
            for data in reversed(self._world.stored.values())
            if all(data["key"].get(name) == value for name, value in key.items())
            and (earliest is None or data["messageTimestamp"] >= earliest)
            and (latest is None or data["messageTimestamp"] <= latest)
        ]
        shown = records[: int(body.get("offset", _PAGE))]
        return {
            "messages": {
                "total": len(records),
                "pages": 1,
                "currentPage": 1,
                "records": shown,
            }
        }
