"""Our WhatsApp: how it stands, a question to the network, and the approved forms of words."""

import base64
from dataclasses import asdict
from datetime import datetime

from bot.domain.errors import Conflict, Refusal
from bot.domain.message import ChannelName
from bot.domain.phone import Phone
from bot.domain.scope import Scope
from bot.domain.template import TemplateStatus
from bot.resilience.cache import Kind
from bot.services.ports.delivery import ChannelView
from bot.services.ports.kept import STATUS_S, Subject
from bot.web.api.desk import Api, ApiDesk
from bot.web.api.number_shapes import (
    ArrivedOut,
    CostOut,
    FactsOut,
    NumberOut,
    PeopleOut,
    arrived_out,
    cost_out,
    facts_out,
)
from bot.web.api.routing import WHATSAPP, Routes
from bot.web.api.shapes import Asking, PhoneWords, Told, moment

routes = Routes()

_NEVER_HEARD = ChannelView(ChannelName.WHATSAPP)


class WhatsAppOut(Told):
    """How it stands as far as we know. `trouble`: what ails it; empty when it is well."""

    on: bool
    trouble: str
    heard_at: datetime | None
    paused_until: datetime | None
    starts_rest_until: datetime | None
    held_at: datetime | None
    templates_approved: int
    templates_pending: int
    templates_refused: int
    number: FactsOut | None
    people: PeopleOut
    last_day: ArrivedOut
    month: CostOut


class TestOut(Told):
    """The queue's number of the message that is on its way."""

    message_id: int


class LinkIn(Asking):
    """`phone`: of the phone, with its country, where no code can be scanned: letters come then."""

    phone: PhoneWords | None = None


class LinkOut(Told):
    """Whether it is linked; if not, the code to scan, drawn as a PNG in base64, or letters."""

    linked: bool
    code: str
    png: str
    letters: str


class TemplateOut(Told):
    """One approved form of words in one language; `status` is the network's word."""

    name: str
    language: str
    status: str
    category: str
    reason: str


class TemplatesOut(Told):
    """Every form of words: those that may be sent, those waited for, those refused."""

    items: list[TemplateOut]


# What changes it is seen at once, but for when it was last heard.
_ON = frozenset({Subject.CHANNELS, Subject.TEMPLATES})
STATUS: Kind[WhatsAppOut] = Kind("whatsapp status", STATUS_S, _ON, WhatsAppOut)


@routes.add("GET", "/whatsapp/status", Scope.READ, rate=WHATSAPP)
async def status(desk: ApiDesk) -> WhatsAppOut:
    """How our WhatsApp stands, without asking the network; up to half a minute old."""
    return await desk.kept.get(STATUS, str(desk.whatsapp_on), lambda: _status(desk))


async def _status(desk: ApiDesk) -> WhatsAppOut:
    view = (await desk.delivery.channels()).get(ChannelName.WHATSAPP, _NEVER_HEARD)
    forms = await desk.templates.state()
    number = await desk.number.view()
    return WhatsAppOut(
        on=desk.whatsapp_on,
        trouble=next(iter(view.reasons), ""),
        heard_at=moment(view.heard_at),
        paused_until=moment(view.paused_until),
        starts_rest_until=moment(view.starts_rest_until),
        held_at=moment(view.held_at),
        templates_approved=len(forms.approved),
        templates_pending=len(forms.pending),
        templates_refused=len(forms.refused),
        number=facts_out(number.facts, number.told_at) if number.facts and number.told_at else None,
        people=PeopleOut(written_to=number.people, allowed=number.people_a_day),
        last_day=arrived_out(number.arrived),
        month=cost_out(number.bill),
    )


@routes.add("POST", "/whatsapp/check", Scope.READ, rate=WHATSAPP)
async def check(api: Api) -> NumberOut:
    """Ask the network whether the number may send; nothing is sent to anybody."""
    if api.ask_number is None:
        raise Conflict("errors.api.whatsapp_off")
    try:
        facts = await api.ask_number()
    except ConnectionError:
        raise Refusal("reason.whatsapp.no_connection") from None
    return NumberOut(well=facts.is_well, **asdict(facts))


@routes.add("POST", "/whatsapp/test", Scope.SEND, status=202, rate=WHATSAPP)
async def test(desk: ApiDesk) -> TestOut:
    """Send a message to whoever made the token, to see it arrive."""
    if not desk.whatsapp_on:
        raise Conflict("errors.api.whatsapp_off")
    sent = await desk.number.try_out(desk.me)
    if sent is None:
        raise Conflict("errors.number.no_chat")
    return TestOut(message_id=sent)


@routes.add("POST", "/whatsapp/connect", Scope.SEND, rate=WHATSAPP)
async def connect(api: Api, body: LinkIn) -> LinkOut:
    """Link WhatsApp's phone where it is a linked device; ask again for the newest code."""
    if api.link is None:
        raise Conflict("link.not_here")
    phone = Phone.read(body.phone).digits if body.phone else ""
    try:
        link = await api.link(phone)
    except ConnectionError:
        raise Refusal("reason.evolution.no_connection") from None
    png = base64.b64encode(link.picture).decode()
    return LinkOut(linked=link.linked, code=link.code, png=png, letters=link.letters)


@routes.add("GET", "/messages/templates", Scope.READ)
async def templates(desk: ApiDesk) -> TemplatesOut:
    """The approved forms of words and how each stands."""
    state = await desk.templates.state()
    every = (*state.approved, *state.pending, *state.refused)
    return TemplatesOut(items=[_template(one) for one in every])


def _template(one: TemplateStatus) -> TemplateOut:
    return TemplateOut(
        name=one.name,
        language=one.language,
        status=one.status,
        category=one.category,
        reason=one.reason,
    )
