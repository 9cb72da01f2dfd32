"""What leaves the house: how much waits, what did not go, and what is done about it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.charge import Standing
from bot.domain.delivery import State
from bot.domain.errors import Conflict
from bot.domain.ids import ClientId, OutboxId
from bot.domain.message import ChannelName
from bot.domain.scope import Scope
from bot.services.ports.by_hand import Whom
from bot.services.ports.delivery import Pile, QueueView, Reasons, TroubledView
from bot.web.api.desk import ApiDesk
from bot.web.api.reading import cursor_of, key_of
from bot.web.api.routing import SENDING, Routes
from bot.web.api.shapes import USUAL_ROWS, Asking, Cursor, Number, PlanWords, Rows, Told, moment

routes = Routes()


class ForceIn(Asking):
    """Whom to remind now; nothing of it: all who are late. The hours and their wish hold."""

    client: Number | None = None
    status: Literal["late", "due"] | None = None
    plan: PlanWords | None = None


class QueuedOut(Told):
    """How many messages were queued."""

    queued: int


class ReasonOut(Told):
    """How many messages share a reason."""

    reason: str
    count: int


class QueueOut(Told):
    """The queue in figures; counts go as far as they matter."""

    due: int
    a_minute: float
    on_the_way: int
    in_doubt: int
    oldest_at: datetime | None
    put_off: list[ReasonOut]
    failed: list[ReasonOut]
    dead: int


class DeadQuery(Asking):
    """A page of what did not go."""

    limit: Rows = USUAL_ROWS
    cursor: Cursor = None


class MessageOut(Told):
    """A message that did not go, or of which nobody knows. `decided`: nothing is to be done."""

    id: int
    to: str
    channel: ChannelName
    purpose: str
    state: State
    reason: str
    created_at: datetime
    attempts: int
    decided: bool


class DeadPage(Told):
    """A page, the newest first."""

    items: list[MessageOut]
    next: Annotated[str | None, Field(description="The `cursor` of the next page; none at the end")]


class DecidedOut(Told):
    """So many were decided about; `left` share the reason and still wait for a decision."""

    taken: int
    left: int


@routes.add("POST", "/api/reminders/force-send", Scope.SEND, status=202, rate=SENDING)
async def force_send(desk: ApiDesk, body: ForceIn) -> QueuedOut:
    """Remind now, as `/cobrar` does: seen by the same rules, once a day for each."""
    plan = await desk.plans.get(body.plan) if body.plan is not None else None
    if body.client is not None:
        await desk.clients.card(ClientId(body.client))
    whom = Whom(
        client=None if body.client is None else ClientId(body.client),
        standing=Standing(body.status) if body.status else None,
        plan=plan.id if plan else None,
    )
    return QueuedOut(queued=await desk.by_hand.send(whom, by=desk.me))


@routes.add("GET", "/api/queue", Scope.READ)
async def queue(desk: ApiDesk) -> QueueOut:
    """Everything at a glance."""
    return _queue(await desk.delivery.queue())


@routes.add("GET", "/api/queue/dead", Scope.READ)
async def dead_letters(desk: ApiDesk, query: DeadQuery) -> DeadPage:
    """What did not go or may not have arrived, the newest first."""
    found = await desk.delivery.troubled(key_of(query.cursor, id=int))
    return DeadPage(items=[_message(one) for one in found.items], next=cursor_of(found.next))


@routes.add("GET", "/api/queue/dead/{number}", Scope.READ)
async def dead_letter(desk: ApiDesk, number: int) -> MessageOut:
    """One message: to whom, what became of it and why."""
    return _message(await desk.delivery.get(OutboxId(number)))


@routes.add("POST", "/api/queue/dead/{number}/retry", Scope.SEND, status=202)
async def retry(desk: ApiDesk, number: int) -> MessageOut:
    """Queue it once more; it may arrive twice if nobody knows what became of it."""
    await desk.delivery.send_again(OutboxId(number), by=desk.me)
    return _message(await desk.delivery.get(OutboxId(number)))


@routes.add("POST", "/api/queue/dead/{number}/retry-like", Scope.SEND, status=202)
async def retry_all_like(desk: ApiDesk, number: int) -> DecidedOut:
    """Queue once more all that share what became of it and why."""
    decided = await desk.delivery.send_all_again(await _pile(desk, number), by=desk.me)
    return DecidedOut(taken=decided.taken, left=decided.left)


@routes.add("POST", "/api/queue/dead/{number}/drop", Scope.WRITE)
async def drop(desk: ApiDesk, number: int) -> MessageOut:
    """Let it be, and take it off the list."""
    await desk.delivery.drop(OutboxId(number), by=desk.me)
    return _message(await desk.delivery.get(OutboxId(number)))


async def _pile(desk: ApiDesk, number: int) -> Pile:
    """All of its kind, as they are now."""
    found = await desk.delivery.get(OutboxId(number))
    for pile in await desk.delivery.piles():
        if found.is_troubled and (pile.state, pile.reason) == (found.state, found.reason):
            return pile
    raise Conflict("errors.delivery.decided")


def _queue(view: QueueView) -> QueueOut:
    return QueueOut(
        due=view.due,
        a_minute=round(view.a_minute, 1),
        on_the_way=view.on_the_way,
        in_doubt=view.in_doubt,
        oldest_at=moment(view.oldest_at),
        put_off=[_reason(one) for one in view.put_off],
        failed=[_reason(one) for one in view.failed],
        dead=view.troubled,
    )


def _reason(one: Reasons) -> ReasonOut:
    return ReasonOut(reason=one.reason, count=one.count)


def _message(found: TroubledView) -> MessageOut:
    return MessageOut(
        id=found.id,
        to=found.person_name,
        channel=found.channel,
        purpose=found.purpose,
        state=found.state,
        reason=found.reason,
        created_at=found.created_at.replace(microsecond=0),
        attempts=found.attempts,
        decided=not found.is_troubled,
    )
