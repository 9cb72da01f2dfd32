"""Clients over HTTP: add, list, look at, change, let go."""

from bot.domain.errors import Refusal
from bot.domain.ids import ClientId
from bot.domain.scope import Scope
from bot.forms.client import (
    ChangeDueDay,
    ChangeName,
    ChangeNote,
    ChangePhone,
    ChangePlan,
    ChangePrice,
    NewClient,
)
from bot.forms.filters import ClientFilter, ClientSearch
from bot.web.api.client_asking import ClientIn, ClientPatch, ClientQuery
from bot.web.api.client_shapes import ClientOut, ClientPage, client_of, page_of
from bot.web.api.desk import ApiDesk
from bot.web.api.reading import by_form, exact, key_of
from bot.web.api.routing import ADDING, Routes

routes = Routes()


@routes.add("POST", "/clients/add", Scope.WRITE, status=201, rate=ADDING)
async def add_client(desk: ApiDesk, body: ClientIn) -> ClientOut:
    """Write a client down and open what they owe already."""
    given = {
        "name": body.name,
        "phone": body.phone,
        "plan": body.plan,
        "price": exact(body.price, desk.house.currency, "price"),
        "first_due": body.first_due.isoformat(),
        "note": body.note,
    }
    if body.note is None:
        del given["note"]
    new = by_form(NewClient, given, desk.reading)
    return client_of(await desk.clients.add(new, by=desk.me))


@routes.add("GET", "/clients", Scope.READ)
async def list_clients(desk: ApiDesk, query: ClientQuery) -> ClientPage:
    """Clients by name, narrowed and searched, a page at a time."""
    given = query.model_dump(exclude_none=True, mode="json")
    given["standing"] = given.pop("status", None)
    for name in ("amount_from", "amount_to"):
        if name in given:
            given[name] = exact(given[name], desk.house.currency, name)
    asked = {name: value for name, value in given.items() if value is not None}
    wanted = by_form(ClientFilter, asked, desk.reading)
    text = ""
    if query.q is not None:
        text = by_form(ClientSearch, {"text": query.q}, desk.reading).text or ""
    after = key_of(query.cursor, name=str, id=int)
    return page_of(await desk.clients.search(wanted, after=after, text=text))


@routes.add("GET", "/clients/{number}", Scope.READ)
async def get_client(desk: ApiDesk, number: int) -> ClientOut:
    """All that the card in the chat shows."""
    return client_of(await desk.clients.card(ClientId(number)))


@routes.add("PATCH", "/clients/{number}", Scope.WRITE)
async def change_client(desk: ApiDesk, number: int, body: ClientPatch) -> ClientOut:
    """Change what is given, all of it or nothing; what is due already keeps its price and day."""
    if not body.model_dump(exclude_none=True):
        raise Refusal("errors.api.nothing_to_change")
    client = ClientId(number)
    await desk.clients.card(client)
    await _words(desk, client, body)
    await _terms(desk, client, body)
    await _standing(desk, client, body)
    return client_of(await desk.clients.card(client))


@routes.add("DELETE", "/clients/{number}", Scope.WRITE)
async def let_client_go(desk: ApiDesk, number: int) -> ClientOut:
    """Cancel: bill no more; what is due stays owed, and nothing is erased."""
    await desk.clients.card(ClientId(number))
    return client_of(await desk.clients.cancel(ClientId(number), by=desk.me))


async def _words(desk: ApiDesk, client: ClientId, body: ClientPatch) -> None:
    context = desk.reading
    if body.name is not None:
        name = by_form(ChangeName, {"client": client, "name": body.name}, context).name
        await desk.clients.change_name(client, name, by=desk.me)
    if body.phone is not None:
        phone = by_form(ChangePhone, {"client": client, "phone": body.phone}, context).phone
        await desk.clients.change_phone(client, phone, by=desk.me)
    if body.note is not None:
        note = by_form(ChangeNote, {"client": client, "note": body.note}, context).note or ""
        await desk.clients.change_note(client, note, by=desk.me)


async def _terms(desk: ApiDesk, client: ClientId, body: ClientPatch) -> None:
    price = None if body.price is None else exact(body.price, desk.house.currency, "price")
    if body.plan is not None:
        known = await desk.plans.get(body.plan)
        about = {"client": client, "plan": body.plan, "price": price or str(known.price)}
        plan = by_form(ChangePlan, about, desk.reading)
        await desk.clients.change_plan(client, plan.plan, plan.price, by=desk.me)
    elif price is not None:
        new = by_form(ChangePrice, {"client": client, "price": price}, desk.reading)
        await desk.clients.change_price(client, new.price, by=desk.me)
    if body.next_due is not None:
        day = {"client": client, "first_due": body.next_due.isoformat()}
        moved = by_form(ChangeDueDay, day, desk.reading)
        await desk.clients.change_due_day(client, moved.first_due, by=desk.me)


async def _standing(desk: ApiDesk, client: ClientId, body: ClientPatch) -> None:
    if body.standing == "paused":
        await desk.clients.pause(client, by=desk.me)
    elif body.standing == "active":
        await desk.clients.resume(client, by=desk.me)
    if body.opted_out is True:
        await desk.clients.opt_out(client, by=desk.me)
    elif body.opted_out is False:
        await desk.clients.opt_in(client, by=desk.me)
