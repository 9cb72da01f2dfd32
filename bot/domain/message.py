"""What a person did, and what we say to them, before any channel has touched it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.delivery import Report, Stop
from bot.domain.ids import FileId, PlanId
from bot.domain.news import News
from bot.domain.template import TemplateNews
from bot.domain.text import Param, Text


class ChannelName(StrEnum):
    """The chats we speak; the value is stored."""

    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is reached: a Telegram chat id, an E.164 phone on WhatsApp."""

    channel: ChannelName
    to: str


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A picture or document as the channel names it; its bytes are fetched by ``remote_id``."""

    remote_id: str
    mime: str
    name: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person did: wrote, tapped, sent a file. Exactly-once by (channel, message_id).

    ``sender`` is the address answers go to. ``token`` is what a tapped button carried.
    ``tapped`` is the message whose button it was, where the channel can edit it.
    ``file_id`` is set once the file's bytes are ours. ``unsupported`` is what we cannot read
    (a poll, a place): it still wants an answer. ``aliases`` are other addresses the
    channel gives for the same person; one of them may be all it gives the next time. ``quotes``
    is the message under which it was said, by the channel's name for it; ``corrects`` the one
    that these words replace. ``own_number``: the text is the person's own phone, given because we
    asked for it.
    """

    channel: ChannelName
    sender: str
    message_id: str
    at: datetime
    text: str = ""
    token: str | None = None
    file: IncomingFile | None = None
    file_id: FileId | None = None
    name: str = ""
    language: str = ""
    tapped: str | None = None
    unsupported: bool = False
    aliases: tuple[str, ...] = ()
    quotes: str = ""
    corrects: str = ""
    own_number: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """What one delivery of a provider held, read out of its raw bytes.

    ``unreachable`` are the addresses that closed themselves to us, ``acknowledge`` names what
    wants a sign at once (a tap's spinner), ``unknown`` counts what was not understood, ``news`` is
    what the network tells of people besides. ``alarms`` name what ails the account
    (``reason.<alarm>`` says what to do about it), ``stops`` what keeps it from sending, ``mended``
    what is over. ``people_a_day`` is to how many people we may write first within a day, if that
    changed.
    """

    incomings: tuple[Incoming, ...] = ()
    reports: tuple[Report, ...] = ()
    unreachable: tuple[Address, ...] = ()
    acknowledge: tuple[str, ...] = ()
    templates: tuple[TemplateNews, ...] = ()
    news: tuple[News, ...] = ()
    alarms: tuple[str, ...] = ()
    stops: tuple[Stop, ...] = ()
    mended: tuple[str, ...] = ()
    people_a_day: int | None = None
    unknown: int = 0


class Style(StrEnum):
    """How a button wants to look, where the channel has looks."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A tap that comes back to us as ``token`` (the id of a ticket)."""

    label: Text
    token: str
    hint: Text | None = None
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file that goes with the message; a picture is shown, anything else is offered."""

    file_id: FileId
    name: str
    mime: str

    @property
    def is_picture(self) -> bool:
        """Whether channels should show it rather than offer it."""
        return self.mime in {"image/png", "image/jpeg"}


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """An approved form of words, for where free words may not go first (WhatsApp, outside 24 h).

    Its sentence is ``template.<name>.body`` in the catalogues, its buttons are
    ``template.<name>.button.<n>``; the message's own buttons carry the tokens, in that order.
    ``always`` sends the template even where free words would be allowed.
    ``others`` are forms that would be true as well, for when this one may not be sent; ``plan_id``
    says whose text it is. ``known_as`` and ``words`` are the owner's own text under its name at the
    provider: they are chosen right before it leaves, and written down nowhere. So is ``copies``:
    whether it goes with the button that copies ``pix_code``, instead of the one that asks for it.
    """

    name: str
    params: Mapping[str, Param] = field(default_factory=dict)
    always: bool = False
    plan_id: PlanId | None = None
    others: tuple[str, ...] = ()
    known_as: str = ""
    words: str = ""
    pix_code: str = ""
    copies: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one person, in keys. ``edits`` names a message of ours to replace.

    ``renews`` is one that a newer picture or newer letters take the place of, where a chat can.
    ``asks_number``: with a way to give one's own phone, where the channel has one.
    ``takes_number``: a number that is typed is the answer itself, and never the place of a choice.
    """

    body: tuple[Text, ...]
    buttons: tuple[Button, ...] = ()
    attachment: Attachment | None = None
    template: TemplateUse | None = None
    edits: str | None = None
    renews: str | None = None
    asks_number: bool = False
    takes_number: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """An Outgoing on its way: to whom, in which language, and what proves that it arrived.

    ``opaque`` is our own id, echoed by channels that can. ``window_open`` says whether free
    words are allowed to this person now. ``blob`` holds the attachment's bytes. ``doubted_since``:
    it may have left then; a channel that can find out does, before it sends the same again.
    """

    address: Address
    outgoing: Outgoing
    language: str
    opaque: str
    window_open: bool = True
    blob: bytes | None = None
    doubted_since: datetime | None = None
