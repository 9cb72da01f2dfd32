"""What the business sends: checked, taken with a 201 that promises nothing, set on its way."""

from typing import Any

from bot.sandbox.evolution import checks, wire
from bot.sandbox.evolution.errors import EvolutionError, closed, wrong
from bot.sandbox.evolution.person import EvolutionPerson
from bot.sandbox.evolution.statuses import TIME_LOCK
from bot.sandbox.evolution.world import Evolution
from bot.sandbox.ledger import Accepted
from bot.sandbox.seen import Choice
from bot.sandbox.whatsapp.message import Content, Message

Json = dict[str, Any]


class Sending:
    """``POST /message/...``."""

    def __init__(self, world: Evolution) -> None:
        self._world = world

    def text(self, body: Json) -> Json:
        """A plain text."""
        words = checks.words(body, "text")
        return self._take("sendText", body, Content("text", words), wire.text(words))

    def media(self, body: Json) -> Json:
        """A picture or a document, with the words under it."""
        kind, content, mime = checks.media(body)
        caption = checks.caption(body)
        usual = {"image": "image/jpeg", "audio": "audio/ogg", "video": "video/mp4"}
        name = str(body.get("fileName") or f"{kind}.bin")
        file = self._world.media.shelf.put(content, name, mime or usual.get(kind, ""))
        shown = Content(kind, caption, file=file, picture=kind == "image")
        message = wire.file_of(file, caption, with_bytes=False)
        return self._take("sendMedia", body, shown, message)

    def poll(self, body: Json) -> Json:
        """A question with answers to tick; it does show."""
        name, values = checks.poll(body)
        shown = Content("poll", name, list_label="\n".join(values))
        told = {"pollCreationMessage": {"name": name, "options": list(values)}}
        return self._take("sendPoll", body, shown, told)

    def buttons(self, body: Json) -> Json:
        """Taken as everything is; most phones show nothing."""
        title, replies = checks.buttons(body)
        choices = tuple(Choice(token, label) for token, label in replies)
        return self._maybe_shown("sendButtons", body, title, choices)

    def list(self, body: Json) -> Json:
        """Taken as everything is; most phones show nothing."""
        title, rows = checks.rows(body)
        choices = tuple(Choice(token, label, "row") for token, label in rows)
        return self._maybe_shown("sendList", body, title, choices)

    def reaction(self, body: Json) -> Json:
        """An emoji on a message."""
        key = body.get("key") or {}
        message_id, emoji = checks.words(key, "id"), body.get("reaction")
        if not isinstance(emoji, str):
            raise wrong('instance requires property "reaction"')
        person = self._recipient({"number": checks.words(key, "remoteJid")})
        for message in person.messages:
            if message.id == message_id:
                message.reaction = emoji
        content = Content("reaction", emoji)
        return self._accept("sendReaction", person, content, {"reactionMessage": {"text": emoji}})

    def _maybe_shown(
        self, method: str, body: Json, title: str, choices: tuple[Choice, ...]
    ) -> Json:
        content = Content("interactive", title, choices=choices)
        return self._take(method, body, content, {"interactiveMessage": {"body": title}})

    def _take(self, method: str, body: Json, content: Content, message: Json) -> Json:
        checks.manners(body)
        person = self._recipient(body)
        if person.not_on_whatsapp:
            said = str(body["number"])
            raise EvolutionError(400, {"jid": person.jid, "exists": False, "number": said})
        return self._accept(method, person, content, message, body.get("quoted") or {})

    def _recipient(self, body: Json) -> EvolutionPerson:
        number = checks.number(body)
        if not self._world.is_open:
            raise closed()
        person = self._world.found(number)
        if person is None:
            raise EvolutionError(400, {"jid": number, "exists": False, "number": number})
        return person

    def _accept(
        self,
        method: str,
        person: EvolutionPerson,
        content: Content,
        message: Json,
        quoted: Json | None = None,
    ) -> Json:
        world = self._world
        now = world.clock.now()
        sent = Message(world.next_id(), mine=False, at=now, content=content)
        sent.quotes = _quoted(person, quoted or {})
        entry = Accepted(
            "whatsapp", method, person.phone, sent.id, "", content.kind, content.text, now
        )
        world.ledger.add(entry)
        cold = person.last_inbound is None and not any(
            one.status in ("delivered", "read") for one in person.messages
        )
        if content.kind == "reaction" or (content.choices and not world.buttons_visible):
            sent.undelivered = True
        data = {
            "key": {"remoteJid": person.jid, "fromMe": True, "id": sent.id},
            "pushName": "",
            "status": "PENDING",
            "message": message,
            "contextInfo": None,
            "messageType": wire.message_type(message),
            "messageTimestamp": int(now.timestamp()),
            "source": "unknown",
        }
        person.messages.append(sent)
        world.keep(sent, data)
        world.tell(person, {"event": "send.message", "data": data}, "other", None)
        if world.echoes:
            world.tell(person, {"event": "messages.upsert", "data": data}, "inbound", None)
        world.statuses.follow(person, sent, TIME_LOCK if world.time_locked and cold else None)
        world.news.tell()
        assert world.instance is not None  # it is open
        return {**data, "instanceId": world.instance.id}


def _quoted(person: EvolutionPerson, quoted: Json) -> str:
    wanted = (quoted.get("key") or {}).get("id")
    return next((one.content.text for one in person.messages if one.id == wanted), "")
