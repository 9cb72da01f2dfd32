"""The parts of a webhook that we read, and no others: whatever else it holds may change."""

from typing import Any, NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict


class Words(TypedDict):
    """What was written."""

    body: str


class Quick(TypedDict):
    """A tap on a template's button."""

    payload: NotRequired[str | None]
    text: NotRequired[str | None]


class Reply(TypedDict):
    """A tap on a button or a row of a message that was no template."""

    id: str
    title: NotRequired[str | None]


class Interactive(TypedDict):
    """One of the two, or something newer."""

    type: NotRequired[str]
    button_reply: NotRequired[Reply]
    list_reply: NotRequired[Reply]


class Media(TypedDict):
    """A file, with the words under it."""

    id: str
    mime_type: NotRequired[str | None]
    filename: NotRequired[str | None]
    caption: NotRequired[str | None]


class CardPhone(TypedDict):
    """A number on a contact card."""

    phone: NotRequired[str | None]
    wa_id: NotRequired[str | None]


class Card(TypedDict):
    """A contact card."""

    phones: NotRequired[list[CardPhone]]
    origin: NotRequired[str | None]


class System(TypedDict):
    """What WhatsApp itself says of a person."""

    type: NotRequired[str]
    wa_id: NotRequired[str | None]
    new_wa_id: NotRequired[str | None]
    user_id: NotRequired[str | None]
    previous_user_id: NotRequired[str | None]


class Edit(TypedDict):
    """What a message says from now on, as a message of its own without a head."""

    original_message_id: str
    message: dict[str, Any]


class Revoke(TypedDict):
    """Which message was taken back."""

    original_message_id: str


class Wish(TypedDict):
    """Whether somebody wants a firm's advertising."""

    category: str
    value: str
    timestamp: int
    wa_id: NotRequired[str | None]
    user_id: NotRequired[str | None]


# Written so because of its "from", which is a word of Python's.
Message = TypedDict(
    "Message",
    {
        "id": str,
        "timestamp": int,
        "type": str,
        "from": NotRequired[str | None],
        "from_user_id": NotRequired[str | None],
        "group_id": NotRequired[str | None],
        "text": NotRequired[Words],
        "button": NotRequired[Quick],
        "interactive": NotRequired[Interactive],
        "image": NotRequired[Media],
        "document": NotRequired[Media],
        "video": NotRequired[Media],
        "audio": NotRequired[Media],
        "sticker": NotRequired[Media],
        "contacts": NotRequired[list[Card]],
        "system": NotRequired[System],
        "edit": NotRequired[Edit],
        "revoke": NotRequired[Revoke],
        "errors": NotRequired[list[Any] | None],
    },
)


class Priced(TypedDict):
    """How a message of ours is billed."""

    category: str
    type: NotRequired[str | None]
    billable: NotRequired[bool | None]


class Status(TypedDict):
    """How far a message of ours got."""

    id: str
    status: str
    timestamp: int
    biz_opaque_callback_data: NotRequired[str | None]
    errors: NotRequired[list[Any] | None]
    pricing: NotRequired[Any]


class Rejection(TypedDict):
    """What a reviewer says of a template that was turned down."""

    reason: NotRequired[str | None]
    recommendation: NotRequired[str | None]


class Aside(TypedDict):
    """What is said of an event besides: of a pause, which one it is."""

    title: NotRequired[str | None]


class TemplateStory(TypedDict):
    """What befell one template."""

    message_template_name: str
    message_template_language: str
    event: NotRequired[str]
    reason: NotRequired[str | None]
    message_template_category: NotRequired[str | None]
    new_category: NotRequired[str | None]
    previous_category: NotRequired[str | None]
    correct_category: NotRequired[str | None]
    new_quality_score: NotRequired[str | None]
    rejection_info: NotRequired[Rejection | None]
    other_info: NotRequired[Aside | None]


MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)
PRICED: TypeAdapter[Priced] = TypeAdapter(Priced)
WISH: TypeAdapter[Wish] = TypeAdapter(Wish)
STATUS: TypeAdapter[Status] = TypeAdapter(Status)
TEMPLATE_STORY: TypeAdapter[TemplateStory] = TypeAdapter(TemplateStory)
