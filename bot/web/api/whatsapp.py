"""Our WhatsApp: how it stands, a question to the network, and the approved forms of words."""

from datetime import datetime

from bot.domain.errors import Conflict, Refusal
from bot.domain.message import ChannelName
from bot.domain.scope import Scope
from bot.domain.template import TemplateStatus
from bot.resilience.cache import Kind
from bot.services.ports.kept import STATUS_S, Subject
from bot.web.api.desk import Api, ApiDesk
from bot.web.api.routing import WHATSAPP, Routes
from bot.web.api.shapes import Told, moment

routes = Routes()


class WhatsAppOut(Told):
    """How it stands as far as we know. `trouble`: what ails it; empty when it is well."""

    on: bool
    trouble: str
    heard_at: datetime | None
    paused_until: datetime | None
    held_at: datetime | None
    templates_approved: int
    templates_pending: int
    templates_refused: int


class NumberOut(Told):
    """What the network says of the number just now, in its own words."""

    well: bool
    phone: str
    name: str
    status: str
    quality: str
    name_status: str
    limit: str


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
    view = (await desk.delivery.channels()).get(ChannelName.WHATSAPP)
    forms = await desk.templates.state()
    return WhatsAppOut(
        on=desk.whatsapp_on,
        trouble=view.trouble if view else "",
        heard_at=moment(view.heard_at if view else None),
        paused_until=moment(view.paused_until if view else None),
        held_at=moment(view.held_at if view else None),
        templates_approved=len(forms.approved),
        templates_pending=len(forms.pending),
        templates_refused=len(forms.refused),
    )


@routes.add("POST", "/whatsapp/test", Scope.SEND, rate=WHATSAPP)
async def test(api: Api) -> NumberOut:
    """Ask the network whether the number may send; nothing is sent to anybody."""
    if api.ask_number is None:
        raise Conflict("errors.api.whatsapp_off")
    try:
        facts = await api.ask_number()
    except ConnectionError:
        raise Refusal("reason.whatsapp.no_connection") from None
    return NumberOut(
        well=facts.status in {"", "CONNECTED"} and facts.name_status in {"", "APPROVED"},
        phone=facts.phone,
        name=facts.name,
        status=facts.status,
        quality=facts.quality,
        name_status=facts.name_status,
        limit=facts.limit,
    )


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
