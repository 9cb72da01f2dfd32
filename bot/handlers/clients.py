"""Look around: all clients, a search, who is due today, who is late."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialog.handler import Said, action, listing
from bot.dialog.screen import Choice, Deed, Offer, Page, Row, Screen, say
from bot.domain.charge import Standing
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.forms.filters import ClientFilter, ClientSearch, Everything
from bot.handlers.desk import Desk
from bot.services.ports.clients import ClientRow
from bot.services.ports.paging import ROWS, Found

_WORDS = 60  # letters of a message that are looked for


@listing(ClientFilter, command="clients")
async def clients(wanted: ClientFilter, after: Mapping[str, Any] | None, desk: Desk) -> Page:
    """By name, a page at a time; each row opens its client."""
    found = await desk.clients.search(wanted, after=after)
    extra = (
        Choice(t("home.go.add"), Deed("add_client")),
        Choice(t("home.go.import"), Deed("import_clients")),
    )
    return Page(
        title=_title("clients.title", found),
        rows=_rows(found),
        next=found.next,
        empty=t("clients.none"),
        extra=extra if not found.items else (),
    )


@clients.offers("standing")
async def standings(desk: Desk, _said: Said) -> Sequence[Offer]:
    """How a client may stand."""
    del desk
    return [Offer(standing.value, standing.shown) for standing in Standing]


@clients.offers("plan")
async def plans_there_are(desk: Desk, _said: Said) -> Sequence[Offer]:
    """Every plan, the most used first."""
    return [Offer(plan.name, plain(plan.name)) for plan in (await desk.plans.all())[:ROWS]]


@action("find", needs=Role.VIEWER)
async def find(desk: Desk, typed: str = "") -> Screen | Deed:
    """Ask for what to look for, or go straight to what was found."""
    del desk
    if not typed.strip():
        return say("find.ask").expecting(find).offer("go.home", "home")
    return Deed("found", {"typed": typed.strip()[:_WORDS]})


@listing(ClientSearch, typed="text")
async def found(wanted: ClientSearch, after: Mapping[str, Any] | None, desk: Desk) -> Page:
    """Part of a name without accents, of a phone, or a tag."""
    if wanted.text is None:
        return await clients.run(ClientFilter(), after, desk)
    some = await desk.clients.find(wanted.text, after=after)
    return Page(
        title=_title("find.title", some, words=plain(wanted.text)),
        rows=_rows(some),
        next=some.next,
        empty=t("find.none"),
        extra=() if some.items else (Choice(t("home.go.add"), Deed("add_client")),),
    )


@action("client", needs=Role.VIEWER)
async def client_by_name(desk: Desk, typed: str = "") -> Screen | Deed:
    """The card of the one who is meant; of several, the list of them."""
    words = typed.strip()[:_WORDS]
    if not words:
        return say("find.ask").expecting(client_by_name).offer("go.home", "home")
    some = await desk.clients.find(words, after=None)
    if len(some.items) == 1:
        return Deed("client_card", {"client": some.items[0].id})
    return Deed("found", {"typed": words})


@listing(Everything, command="today")
async def today(wanted: Everything, after: Mapping[str, Any] | None, desk: Desk) -> Page:
    """Whose charge is due today and not paid."""
    del wanted
    some = await desk.clients.due_on(desk.today, after=after)
    return Page(
        title=_title("today.title", some, day=desk.today),
        rows=_rows(some),
        next=some.next,
        empty=t("today.none"),
    )


@listing(Everything, command="overdue")
async def overdue(wanted: Everything, after: Mapping[str, Any] | None, desk: Desk) -> Page:
    """Whoever is late, the longest first."""
    del wanted
    some = await desk.clients.overdue(after=after)
    return Page(
        title=_title("overdue.title", some),
        rows=_rows(some),
        next=some.next,
        empty=t("overdue.none"),
        extra=(Choice(t("home.go.remind"), Deed("remind")),) if some.items else (),
    )


def _title(key: str, some: Found[ClientRow], **params: Any) -> Text:
    """What a list is, and how many are in it."""
    total = some.total.text if some.total else t("total.exact", count=len(some.items))
    return Text(key, {"of": total, **params})


def _rows(some: Found[ClientRow]) -> tuple[Row, ...]:
    return tuple(
        Row(plain(one.name), Deed("client_card", {"client": one.id}), hint_of(one))
        for one in some.items
    )


def hint_of(client: ClientRow) -> Text:
    """How a client stands, in a few words."""
    match client.standing:
        case Standing.LATE:
            return t("row.late", owed=client.owed, count=client.days_late)
        case Standing.PAUSED | Standing.CANCELLED | Standing.CLAIMED:
            return client.standing.shown
    if client.next_due is None:
        return t("row.up_to_date")
    if client.owed.is_zero:
        return t("row.next", price=client.price, due=client.next_due)
    return t("row.due", owed=client.owed, due=client.next_due)
