"""The Evolution API's requests and webhooks, restated field by field: anything else is wrong.

Shapes and limits are those of version 2's published description; where that and the server's own
checks differ, the narrower one holds. The simulator has checks of its own; these know nothing of
it.
"""

import base64
import binascii
import re
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, model_validator
from pydantic.alias_generators import to_camel

from tests.support.cloud_schemas import Strict

Said = Annotated[str, Field(min_length=1)]
Number = Annotated[str, Field(pattern=r"^([1-9]\d{7,14}|\d{5,20}@(s\.whatsapp\.net|lid))$")]
Jid = Annotated[str, Field(pattern=r"^\d{5,20}(:\d+)?@(s\.whatsapp\.net|lid)$")]
Instant = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")]
Seconds = Annotated[int, Field(ge=1_000_000_000, lt=10_000_000_000)]  # and no milliseconds
Png = Annotated[str, Field(pattern=r"^data:image/png;base64,[A-Za-z0-9+/=]+$")]
Letters = Annotated[str, Field(pattern=r"^[A-Z0-9]{8}$")]
EventName = Literal[
    "APPLICATION_STARTUP",
    "QRCODE_UPDATED",
    "MESSAGES_SET",
    "MESSAGES_UPSERT",
    "MESSAGES_EDITED",
    "MESSAGES_UPDATE",
    "MESSAGES_DELETE",
    "SEND_MESSAGE",
    "SEND_MESSAGE_UPDATE",
    "CONTACTS_SET",
    "CONTACTS_UPSERT",
    "CONTACTS_UPDATE",
    "PRESENCE_UPDATE",
    "CHATS_SET",
    "CHATS_UPSERT",
    "CHATS_UPDATE",
    "CHATS_DELETE",
    "GROUPS_UPSERT",
    "GROUP_UPDATE",
    "GROUP_PARTICIPANTS_UPDATE",
    "CONNECTION_UPDATE",
    "LABELS_EDIT",
    "LABELS_ASSOCIATION",
    "CALL",
    "TYPEBOT_START",
    "TYPEBOT_CHANGE_STATUS",
    "REMOVE_INSTANCE",
    "LOGOUT_INSTANCE",
    "INSTANCE_CREATE",
    "INSTANCE_DELETE",
    "STATUS_INSTANCE",
]


class Camel(Strict):
    """Its fields are written as the server writes them."""

    model_config = ConfigDict(alias_generator=to_camel)


def _is_content(told: str) -> str:
    """An address to fetch it from, or the bytes themselves, and no mark before them."""
    if not re.match("https?://", told):
        try:
            base64.b64decode(told, validate=True)
        except binascii.Error:
            raise ValueError("neither an address nor base64") from None
    return told


# --- what we ask for ----------------------------------------------------------------------------


class KeyOf(Camel):
    id: Said
    remote_jid: Jid | None = None
    from_me: bool | None = None


class Quoted(Camel):
    key: KeyOf
    message: dict[str, Any] | None = None


class Sent(Camel):
    """What every message may bring along."""

    number: Number
    delay: Annotated[int, Field(ge=0)] | None = None
    quoted: Quoted | None = None
    mentions_every_one: bool | None = None
    mentioned: Annotated[list[str], Field(min_length=1)] | None = None


class TextSent(Sent):
    text: Said
    link_preview: bool | None = None


class MediaSent(Sent):
    mediatype: Literal["image", "document", "video", "audio"]
    media: Annotated[str, Field(min_length=1), AfterValidator(_is_content)]
    mimetype: Annotated[str, Field(pattern=r"^[a-z]+/[\w.+-]+$")] | None = None
    file_name: Said | None = None
    caption: Said | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.mediatype == "document" and not self.file_name:
            raise ValueError("a document's bytes come with its name")
        return self


class Hook(Camel):
    enabled: bool
    url: Annotated[str, Field(pattern="^https?://")]
    events: list[EventName] | None = None
    by_events: bool | None = None
    base64: bool | None = None
    headers: dict[str, str] | None = None


class HookSet(Camel):
    webhook: Hook


class InstanceMade(Camel):
    instance_name: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    integration: Literal["WHATSAPP-BAILEYS"]
    qrcode: bool | None = None
    token: str | None = None
    number: Annotated[str, Field(pattern=r"^\d+$")] | None = None
    reject_call: bool | None = None
    msg_call: str | None = None
    groups_ignore: bool | None = None
    always_online: bool | None = None
    read_messages: bool | None = None
    read_status: bool | None = None
    sync_full_history: bool | None = None
    webhook: Hook | None = None


class FileAsked(Camel):
    class Message(Camel):
        key: KeyOf

    message: Message
    convert_to_mp4: bool | None = None


class Span(Camel):
    gte: Instant
    lte: Instant


class MessagesAsked(Camel):
    class Where(Camel):
        class Key(Camel):
            id: Said | None = None
            remote_jid: Jid | None = None
            from_me: bool | None = None

        key: Key | None = None
        message_timestamp: Span | None = None

    where: Where
    page: Annotated[int, Field(ge=1)] | None = None
    offset: Annotated[int, Field(ge=1)] | None = None


class NumbersAsked(Camel):
    numbers: Annotated[list[Number], Field(min_length=1)]


class Nothing(Camel):
    """A body without anything in it."""


# --- what the server tells ----------------------------------------------------------------------


class Key(Camel):
    """Who and what. The number may stand beside a privacy id; under which name has changed."""

    remote_jid: Jid
    from_me: bool
    id: Said
    participant: Jid | None = None
    addressing_mode: Literal["pn", "lid"] | None = None
    remote_jid_alt: Jid | None = None
    sender_pn: Jid | None = None


_ORNAMENTS = frozenset({"base64", "mediaUrl", "messageContextInfo", "contextInfo"})
Ack = Literal["ERROR", "PENDING", "SERVER_ACK", "DELIVERY_ACK", "READ", "PLAYED"]


class MessageTold(Camel):
    """A message of theirs or ours. One that mends or takes back another has events of its own."""

    key: Key
    push_name: str
    status: Ack
    message: Annotated[dict[str, Any], Field(min_length=1)]
    message_type: Said
    message_timestamp: Seconds
    instance_id: Said
    source: Literal["android", "ios", "web", "desktop", "unknown"]
    context_info: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _as_it_says(self) -> Self:
        kinds = [name for name in self.message if name not in _ORNAMENTS]
        if kinds != [self.message_type]:
            raise ValueError("the content is that of its type, and no other")
        if self.message_type in ("protocolMessage", "editedMessage"):
            raise ValueError("nobody tells of that as a message")
        return self


class Update(Camel):
    """How far a message came, or what it has become. Of when it was, nothing is told."""

    key_id: Said
    remote_jid: Jid
    from_me: bool
    status: Ack
    instance_id: Said
    message_id: Said | None = None
    participant: Jid | None = None
    poll_updates: list[Any] | None = None
    message: dict[str, Any] | None = None
    # Not in the description: the network's own number, where a server passes it on.
    message_stub_parameters: list[str] | None = None

    @model_validator(mode="after")
    def _refused(self) -> Self:
        if self.message_stub_parameters is not None and self.status != "ERROR":
            raise ValueError("only a refusal has a number")
        return self


class Mended(Camel):
    """The network's own note of it. Its key is the writer's: what is theirs is called ours."""

    key: Key
    type: Literal["MESSAGE_EDIT", "REVOKE"]
    edited_message: dict[str, Any] | None = None
    timestamp_ms: int | None = None

    @model_validator(mode="after")
    def _into_something(self) -> Self:
        if (self.type == "MESSAGE_EDIT") != (self.edited_message is not None):
            raise ValueError("what is mended reads otherwise, and what is taken back not at all")
        return self


class Deleted(Key):
    status: Literal["DELETED"]


class Connection(Camel):
    instance: Said
    state: Literal["open", "connecting", "close", "refused"]
    status_reason: int
    wuid: Jid | None = None
    profile_name: str | None = None
    profile_picture_url: str | None = None


class Standing(Camel):
    instance: Said
    status: Literal["created", "closed", "removed"]
    disconnection_at: Instant | None = None
    disconnection_reason_code: int | None = None
    disconnection_object: str | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.status == "closed") != (self.disconnection_reason_code is not None):
            raise ValueError("what is closed says why")
        return self


class CodeShown(Camel):
    class Code(Camel):
        instance: Said
        pairing_code: Letters | None
        code: Said
        base64: Png

    qrcode: Code


class NoMoreCodes(Camel):
    message: Said
    status_code: int


class Envelope(Strict):
    """What stands around every event."""

    instance: Said
    destination: Annotated[str, Field(pattern="^https?://")]
    date_time: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    sender: Jid
    server_url: Annotated[str, Field(pattern="^https?://")]
    apikey: None


class MessageCame(Envelope):
    event: Literal["messages.upsert", "send.message"]
    data: MessageTold


class MessageMoved(Envelope):
    event: Literal["messages.update"]
    data: Update


class MessageMended(Envelope):
    event: Literal["messages.edited"]
    data: Mended


class MessageGone(Envelope):
    event: Literal["messages.delete"]
    data: Deleted


class ConnectionMoved(Envelope):
    event: Literal["connection.update"]
    data: Connection


class InstanceMoved(Envelope):
    event: Literal["status.instance"]
    data: Standing


class CodeCame(Envelope):
    event: Literal["qrcode.updated"]
    data: CodeShown | NoMoreCodes


Webhook: TypeAlias = Annotated[
    MessageCame
    | MessageMoved
    | MessageMended
    | MessageGone
    | ConnectionMoved
    | InstanceMoved
    | CodeCame,
    Field(discriminator="event"),
]
WEBHOOK: TypeAdapter[Webhook] = TypeAdapter(Webhook)
