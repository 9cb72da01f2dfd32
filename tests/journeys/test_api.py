"""Programs with a token: the same house as in the chat, by the same rules."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.message import ChannelName
from bot.domain.scope import Scope
from bot.sandbox.telegram.person import TelegramPerson
from bot.storage.tables import api_tokens, audit, clients, outbox, payments
from bot.web.api.answering import MOST_BYTES
from bot.web.api.table import ROUTES
from tests.support.program import Program, a_program, a_token
from tests.support.shop_list import ANA, CARLA, ELISA
from tests.support.town import Town, a_town

Json = dict[str, Any]


@pytest.fixture
async def program(town: Town, owner: TelegramPerson) -> AsyncIterator[Program]:
    async with a_program(town) as program:
        yield program


@pytest.fixture
async def reader(town: Town, owner: TelegramPerson) -> AsyncIterator[Program]:
    async with a_program(town, Scope.READ) as program:
        yield program


def a_body(town: Town, **others: Any) -> Json:
    due = town.today.date() + timedelta(days=3)
    body = {"name": "Ana Souza", "phone": "27 99811-2100", "plan": "Mensal", "price": "49.90"}
    return {**body, "first_due": due.isoformat(), **others}


async def added(program: Program, town: Town, **others: Any) -> int:
    answer = await program.asks("POST", "/clients/add", a_body(town, **others))
    assert answer.status == 201, answer.json
    return int(answer.json["id"])


async def test_a_client_is_added_as_in_the_chat(program: Program, town: Town) -> None:
    told = (await program.asks("POST", "/clients/add", a_body(town, note="Gosta de #vip"))).json
    assert (told["name"], told["phone"], told["tags"]) == ("Ana Souza", "+5527998112100", ["vip"])
    assert told["price"] == {"amount": "49.90", "currency": "BRL"}
    assert [charge["state"] for charge in told["charges"]] == ["open"]
    assert (await program.asks("GET", f"/clients/{told['id']}")).json == told
    seen = await town.tells(town.admin(), "/cliente ana")
    assert "Ana Souza" in seen.text


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"phone": "123"}, "phone", "phone."),
        ({"price": "0"}, "price", "money.not_positive"),
        ({"price": "1.250"}, "price", "money.unreadable"),
        ({"price": "49,90"}, "price", "api.wrong_kind"),
        ({"price": 49.9}, "price", "api.wrong_kind"),
        ({"plan": "Ouro"}, "plan", "plan.unknown"),
        ({"name": "\u200b"}, "name", "name.missing"),
        ({"name": ""}, "name", "api.missing"),
        ({"name": None}, "name", "api.wrong_kind"),
        ({"first_due": "dia 5"}, "first_due", "api.wrong_kind"),
        ({"first_due": "2026-02-30"}, "first_due", "api.wrong_kind"),
        ({"age": 7}, "age", "api.unknown_field"),
        ({"note": "x" * 501}, "note", "text.too_long"),
    ],
)
async def test_what_cannot_be_names_its_field(
    program: Program, town: Town, wrong: Json, field: str, code: str
) -> None:
    answer = await program.asks("POST", "/clients/add", a_body(town, **wrong))
    assert (answer.status, answer.field) == (422, field)
    assert answer.code.startswith(code)


async def test_a_phone_that_is_somebodys_is_a_conflict(program: Program, town: Town) -> None:
    await added(program, town)
    answer = await program.asks("POST", "/clients/add", a_body(town, name="Bia"))
    assert (answer.status, answer.code) == (409, "client.known_phone")
    assert answer.json["error"]["params"] == {"name": "Ana Souza"}


async def test_errors_speak_the_language_that_was_asked_for(program: Program) -> None:
    said = {}
    for asked in ("es-AR, en;q=0.5", "fr, en;q=0.4, de;q=0.9", "xx", ""):
        answer = await program.asks("GET", "/clients/404", headers={"Accept-Language": asked})
        assert answer.status == 404
        said[asked] = answer.json["error"]["message"]
    spanish, english, other, none = said.values()
    assert other == none
    assert len({spanish, english, other}) == 3


async def test_a_body_that_is_none_is_told_so(program: Program) -> None:
    assert (await program.asks("POST", "/clients/add", b"{")).status == 400
    assert (await program.asks("POST", "/clients/add", b"[]")).status == 422
    assert (await program.asks("POST", "/clients/add", b"[" * 50_000)).status == 400
    assert (await program.asks("POST", "/clients/add", b"")).status == 400
    too_much = json.dumps({"name": "x" * MOST_BYTES}).encode()
    assert (await program.asks("POST", "/clients/add", too_much)).status == 413
    plain = {"Content-Type": "text/plain"}
    assert (await program.asks("POST", "/clients/add", b"{}", headers=plain)).status == 415


async def test_who_may_not_is_kept_out(program: Program, reader: Program, town: Town) -> None:
    for route in ROUTES:
        path = route.path.replace("{number}", "1")
        nobody = await program.asks(route.method, path, token="")
        assert (nobody.status, nobody.headers["WWW-Authenticate"][:6]) == (401, "Bearer")
        if route.scope is not Scope.READ:
            assert (await reader.asks(route.method, path)).status == 403
        if route.path == "/clients/{number}":
            break  # more would be held for guessing
    assert not await town.rows(sa.select(clients.c.id))


async def test_guessing_at_tokens_is_stopped_for_an_address(program: Program) -> None:
    seen = [(await program.asks("GET", "/clients", token=f"emdia_{n}")).status for n in range(12)]
    assert seen == [401] * 10 + [429] * 2
    right = await program.asks("GET", "/clients")
    assert right.status == 429
    assert 1 <= int(right.headers["Retry-After"]) <= 60


async def test_an_ended_token_is_out_at_once(program: Program, town: Town) -> None:
    assert (await program.asks("GET", "/clients")).status == 200
    await town.tells(town.admin(), "/acesso")
    await town.taps(town.admin(), "🗑 Encerrar ERP")
    await town.taps(town.admin(), "Sim, encerrar")
    assert (await program.asks("GET", "/clients")).status == 401


async def test_ten_clients_a_minute_are_added_and_no_more(program: Program, town: Town) -> None:
    seen = [
        await program.asks("POST", "/clients/add", a_body(town, phone=f"27 99811-21{n:02}"))
        for n in range(11)
    ]
    assert [answer.status for answer in seen] == [201] * 10 + [429]
    assert seen[-1].code == "too_many"
    assert 1 <= int(seen[-1].headers["Retry-After"]) <= 60
    assert (await program.asks("GET", "/clients")).status == 200, "others go on"
    program.token = await a_token(town, name="another")
    assert (await program.asks("POST", "/clients/add", a_body(town))).status == 429, "one address"


async def test_the_same_request_with_its_key_is_one_deed(program: Program, town: Town) -> None:
    key = {"Idempotency-Key": "order-1"}
    first, again, *_ = await asyncio.gather(
        *(program.asks("POST", "/clients/add", a_body(town), headers=key) for _ in range(4))
    )
    assert first.json == again.json
    assert (first.status, again.status) == (201, 201)
    later = await program.asks("POST", "/clients/add", a_body(town), headers=key)
    assert later.headers["Idempotency-Replayed"] == "true"
    assert len(await town.rows(sa.select(clients.c.id))) == 1
    other = await program.asks("POST", "/clients/add", a_body(town, name="Bia"), headers=key)
    assert (other.status, other.code) == (409, "api.key_reused")
    bad = await program.asks("POST", "/clients/add", a_body(town), headers={**key, **_long()})
    assert (bad.status, bad.field) == (422, "Idempotency-Key")


def _long() -> dict[str, str]:
    return {"Idempotency-Key": "k" * 201}


async def test_a_refused_request_leaves_its_key_free(program: Program, town: Town) -> None:
    key = {"Idempotency-Key": "order-2"}
    wrong = a_body(town, plan="Ouro")
    assert (await program.asks("POST", "/clients/add", wrong, headers=key)).status == 422
    assert (await program.asks("POST", "/clients/add", a_body(town), headers=key)).status == 201


async def test_clients_are_listed_page_by_page(
    town: Town, shop: TelegramPerson, reader: Program
) -> None:
    whole = (await reader.asks("GET", "/clients")).json
    names = [one["name"] for one in whole["items"]]
    assert (len(names), whole["next"], whole["total"]) == (9, None, {"number": 9, "more": False})
    paged: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = (await reader.asks("GET", "/clients", limit=4, **cursor)).json
        paged += [one["name"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert paged == names


async def test_clients_are_narrowed_and_searched_together(
    town: Town, shop: TelegramPerson, reader: Program
) -> None:
    async def names(**query: Any) -> list[str]:
        answer = await reader.asks("GET", "/clients", **query)
        assert answer.status == 200, answer.json
        return [one["name"] for one in answer.json["items"]]

    today = town.today.date()
    assert await names(q="souza") == ["Ana Souza"]
    assert await names(q="99811-2101") == ["Bruno Lima"]
    assert await names(q="#vip") == ["Ana Souza"]
    assert await names(status="late") == ["Bruno Lima", "Davi Reis", "Gabi Rocha"]
    assert await names(status="late", plan="ouro") == ["Davi Reis"]
    assert await names(status="late", q="lima") == ["Bruno Lima"]
    assert await names(status="late", q="souza") == []
    assert await names(amount_from="100") == ["Fábio Nunes"]
    assert await names(due_from=today, due_to=today) == ["Carla Dias"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "asleep"}, "status"),
        ({"limit": "0"}, "limit"),
        ({"limit": "9999"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"plan": "Ouro"}, "plan"),
        ({"amount_from": "9", "amount_to": "1"}, "amount_to"),
        ({"due_from": "2026-12-02", "due_to": "2026-12-01"}, "due_to"),
        ({"cursor": "zzz"}, "cursor"),
        ({"cursor": "bnVsbA"}, "cursor"),
        ({"cursor": "eyJuYW1lIjoiXHUwMDAwIiwiaWQiOjF9"}, "cursor"),
        ({"cursor": "eyJuYW1lIjoiYSIsImlkIjoiMSJ9"}, "cursor"),
        ({"page": "2"}, "page"),
        ({"q": "\x00"}, "text"),
    ],
)
async def test_a_query_that_cannot_be_names_its_parameter(
    reader: Program, query: dict[str, Any], field: str
) -> None:
    answer = await reader.asks("GET", "/clients", **query)
    assert (answer.status, answer.field) == (422, field)


async def test_a_client_is_changed_in_one_go_or_not_at_all(program: Program, town: Town) -> None:
    number = await added(program, town)
    due = town.today.date() + timedelta(days=20)
    changes = {
        "name": "Ana Castro",
        "phone": "27 99811-2199",
        "price": "59.90",
        "next_due": due.isoformat(),
        "note": "#ouro",
        "standing": "paused",
        "opted_out": True,
    }
    told = (await program.asks("PATCH", f"/clients/{number}", changes)).json
    assert (told["name"], told["phone"], told["note"]) == ("Ana Castro", "+5527998112199", "#ouro")
    assert (told["standing"], told["opted_out"]) == ("paused", True)
    assert told["price"]["amount"] == "59.90"
    back = {"standing": "active", "opted_out": False, "plan": "Mensal"}
    told = (await program.asks("PATCH", f"/clients/{number}", back)).json
    assert (told["standing"], told["opted_out"]) == ("active", False)
    assert told["price"]["amount"] == "49.90", "a plan without a price brings its own"

    wrong = {"name": "Outra", "price": "0"}
    assert (await program.asks("PATCH", f"/clients/{number}", wrong)).status == 422
    for nothing in ({}, {"name": None}):
        assert (await program.asks("PATCH", f"/clients/{number}", nothing)).status == 422
    assert (await program.asks("PATCH", "/clients/404", {"name": "Bia"})).status == 404
    told = (await program.asks("GET", f"/clients/{number}")).json
    assert told["name"] == "Ana Castro"


async def test_a_client_is_let_go_and_not_erased(program: Program, town: Town) -> None:
    number = await added(program, town)
    assert (await program.asks("DELETE", f"/clients/{number}")).json["standing"] == "cancelled"
    assert (await program.asks("DELETE", f"/clients/{number}")).status == 200
    assert (await program.asks("GET", f"/clients/{number}")).json["status"] == "cancelled"
    assert (await program.asks("DELETE", "/clients/404")).status == 404


async def test_the_record_says_by_which_token(program: Program, town: Town) -> None:
    number = await added(program, town)
    (token,) = await town.rows(sa.select(api_tokens))
    noted = await town.rows(sa.select(audit).where(audit.c.deed == "client.added"))
    assert [(row.about["client"], row.about["by_token"]) for row in noted] == [(number, token.id)]
    assert noted[0].person_id == token.created_by
    assert token.last_used_at is not None


async def test_charges_are_listed_by_their_state(
    town: Town, shop: TelegramPerson, reader: Program
) -> None:
    late = (await reader.asks("GET", "/api/charges", state="overdue")).json["items"]
    assert [one["client_name"] for one in late] == ["Gabi Rocha", "Bruno Lima", "Davi Reis"]
    assert late[0]["left"] == {"amount": "49.90", "currency": "BRL"}
    every: list[int] = []
    cursor: dict[str, Any] = {}
    while True:
        page = (await reader.asks("GET", "/api/charges", limit=2, **cursor)).json
        every += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    whole = (await reader.asks("GET", "/api/charges")).json["items"]
    assert every == [one["id"] for one in whole]
    mine = (await reader.asks("GET", "/api/charges", client=late[0]["client"])).json["items"]
    assert {one["client_name"] for one in mine} == {"Gabi Rocha"}
    today = town.today.date()
    due = (await reader.asks("GET", "/api/charges", due_from=today, due_to=today)).json["items"]
    assert [one["client_name"] for one in due] == ["Carla Dias"]
    turned = await reader.asks("GET", "/api/charges", due_from="2026-02-02", due_to="2026-02-01")
    assert (turned.status, turned.field) == (422, "due_to")
    assert (await reader.asks("GET", "/api/charges", cursor="e30")).status == 422


async def test_a_payment_is_recorded_once_and_thanked_for(program: Program, town: Town) -> None:
    ana = town.phone(ANA, "Ana Souza")
    ana.last_inbound = town.clock.now()
    number = await added(program, town)
    body = {"client": number, "amount": "49.90", "method": "pix"}
    key = {"Idempotency-Key": "pix-1"}
    told = await program.asks("POST", "/api/payments", body, headers=key)
    assert (told.status, told.json["parts"][0]["left"]["amount"]) == (201, "0.00")
    assert told.json["paid_on"] == town.today.date().isoformat()
    again = await program.asks("POST", "/api/payments", body, headers=key)
    assert again.json == told.json
    assert len(await town.rows(sa.select(payments.c.id))) == 1
    await town.quiet()
    sent = await town.rows(sa.select(outbox.c.purpose).where(outbox.c.kind == "notice"))
    assert [row.purpose for row in sent].count("receipt") == 1


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"client": 404}, 404, None),
        ({"client": 0}, 422, "client"),
        ({"amount": "99999"}, 422, "amount"),
        ({"method": "ouro"}, 422, "method"),
        ({"paid_on": "1999-01-01"}, 422, "paid_on"),
        ({"paid_on": "2050-01-01"}, 422, "paid_on"),
        ({"amount": None}, 422, "amount"),
    ],
)
async def test_a_payment_that_cannot_be_is_refused(
    program: Program, town: Town, wrong: Json, status: int, field: str | None
) -> None:
    number = await added(program, town)
    body = {"client": number, "amount": "49.90", **wrong}
    answer = await program.asks("POST", "/api/payments", body)
    assert (answer.status, answer.json["error"].get("field")) == (status, field)


async def test_the_figures_are_those_of_the_chat(
    town: Town, shop: TelegramPerson, reader: Program
) -> None:
    told = (await reader.asks("GET", "/api/stats")).json
    assert (told["active_clients"], told["late"]["number"]) == (9, 3)
    assert len(told["months"]) == 6
    assert told["months"][-1]["month"] == f"{town.today:%Y-%m}"


async def test_who_is_late_is_reminded_by_a_program(
    town: Town, shop: TelegramPerson, program: Program
) -> None:
    town.phone(CARLA, "Carla")
    found = (await program.asks("GET", "/clients", q="carla")).json["items"][0]["id"]
    sent = await program.asks("POST", "/api/reminders/force-send", {"client": found})
    assert (sent.status, sent.json["queued"]) == (202, 1)
    again = await program.asks("POST", "/api/reminders/force-send", {"client": found})
    assert (again.status, again.code) == (422, "by_hand.nobody")
    nobody = await program.asks("POST", "/api/reminders/force-send", {"client": 404})
    assert nobody.status == 404
    unknown = await program.asks("POST", "/api/reminders/force-send", {"plan": "Prata"})
    assert (unknown.status, unknown.field) == (422, "plan")
    assert (await program.asks("POST", "/api/reminders/force-send", {})).status in {202, 422}
    assert (await program.asks("POST", "/api/reminders/force-send", {})).status == 429
    await town.quiet()


async def test_dead_letters_are_looked_at_sent_again_and_dropped(
    town: Town, shop: TelegramPerson, program: Program
) -> None:
    town.phone(ELISA, "Elisa").not_on_whatsapp = True
    await town.later(minutes=20)
    dead = (await program.asks("GET", "/api/queue/dead")).json["items"]
    assert dead
    whole = (await program.asks("GET", "/api/queue")).json
    assert whole["dead"] == len(dead)
    number = dead[0]["id"]
    one = await program.asks("GET", f"/api/queue/dead/{number}")
    assert (one.json["decided"], one.json["to"]) == (False, dead[0]["to"])
    dropped = await program.asks("POST", f"/api/queue/dead/{number}/drop")
    assert (dropped.status, dropped.json["decided"]) == (200, True)
    assert await noted(town, "delivery.dropped", number)
    for deed in ("drop", "retry", "retry-like"):
        late = await program.asks("POST", f"/api/queue/dead/{number}/{deed}")
        assert (late.status, late.code) == (409, "delivery.decided")
    assert (await program.asks("GET", "/api/queue/dead/404404")).status == 404
    assert (await program.asks("POST", "/api/queue/dead/404404/retry")).status == 404


async def noted(town: Town, deed: str, message: int) -> bool:
    """Whether it stands in the record of deeds, once, with whose token it was."""
    rows = await town.rows(sa.select(audit).where(audit.c.deed == deed))
    assert all(row.person_id is not None and row.about["by_token"] for row in rows), rows
    return [row.about["message"] for row in rows] == [message]


async def test_all_that_failed_alike_are_sent_again(
    town: Town, shop: TelegramPerson, program: Program
) -> None:
    await town.later(minutes=20)
    some = sa.select(outbox.c.id).where(outbox.c.kind == "reminder").order_by(outbox.c.id)
    rows = [row.id for row in await town.rows(some)]
    assert len(rows) >= 3
    failed = {"state": "failed", "reason": "whatsapp.no_connection", "ended_at": town.clock.now()}
    async with town.house.units.write() as unit:
        await unit.connection.execute(
            sa.update(outbox).where(outbox.c.id.in_(rows)).values(**failed)
        )
    page = (await program.asks("GET", "/api/queue/dead", limit=2)).json
    assert (len(page["items"]), page["next"] is None) == (2, False)
    rest = (await program.asks("GET", "/api/queue/dead", limit=99, cursor=page["next"])).json
    assert len(page["items"]) + len(rest["items"]) == len(rows)
    one = await program.asks("POST", f"/api/queue/dead/{rows[0]}/retry")
    assert (one.status, one.json["decided"]) == (202, True)
    assert await noted(town, "delivery.sent_again", rows[0])
    all_ = await program.asks("POST", f"/api/queue/dead/{rows[1]}/retry-like")
    assert (all_.status, all_.json) == (202, {"taken": len(rows) - 1, "left": 0})
    assert (await program.asks("GET", "/api/queue/dead")).json["items"] == []
    await town.quiet()


async def test_the_number_and_its_templates_are_told(program: Program, town: Town) -> None:
    told = (await program.asks("GET", "/whatsapp/status")).json
    assert (told["on"], told["trouble"]) == (True, "")
    now = await program.asks("POST", "/whatsapp/check")
    assert (now.status, now.json["well"], now.json["limit"]) == (200, True, "TIER_2K")
    assert told["number"] == now.json | {"told_at": told["number"]["told_at"]}
    assert told["people"]["allowed"] == 2000
    assert told["last_day"]["taken"] >= told["last_day"]["delivered"] >= told["last_day"]["read"]
    forms = (await program.asks("GET", "/messages/templates")).json["items"]
    assert {form["status"] for form in forms} == {"APPROVED"}
    assert told["templates_approved"] == len(forms)
    async with town.house.units.write() as unit:
        await unit.channel_states.say_trouble(ChannelName.WHATSAPP, "whatsapp.token")
    told = (await program.asks("GET", "/whatsapp/status")).json
    assert told["trouble"] == "whatsapp.token"  # what is kept for half a minute is not kept from us


async def test_how_the_number_stands_is_at_most_half_a_minute_old(
    program: Program, town: Town
) -> None:
    async def heard_at() -> object:
        return (await program.asks("GET", "/whatsapp/status")).json["heard_at"]

    assert await heard_at() is None
    async with town.house.units.write() as unit:
        await unit.channel_states.heard(ChannelName.WHATSAPP, town.clock.now())
    assert await heard_at() is None
    town.box.advance(seconds=31)
    assert await heard_at() is not None


async def test_where_whatsapp_is_off_it_is_said(sqlite_url: str) -> None:
    async with a_town(sqlite_url, whatsapp_gateway="none") as town:
        await town.moves_in()
        async with a_program(town) as program:
            assert (await program.asks("GET", "/whatsapp/status")).json["on"] is False
            for path in ("/whatsapp/check", "/whatsapp/test"):
                now = await program.asks("POST", path)
                assert (now.status, now.code) == (409, "api.whatsapp_off")
            link = await program.asks("POST", "/whatsapp/connect", {})
            assert (link.status, link.code) == (409, "link.not_here")


async def test_what_is_not_there_is_told_in_the_same_form(program: Program) -> None:
    for path in ("/", "/clients/", "/clients/abc", "/clients/-1", "/api", "/webhooks"):
        assert (await program.asks("GET", path)).code == "not_found"
    wrong = await program.asks("PUT", "/clients/1")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "DELETE,GET,PATCH")


async def test_the_description_is_there_for_everybody(program: Program) -> None:
    told = await program.asks("GET", "/openapi.json", token="")
    assert told.json["openapi"] == "3.1.0"
    named = {(method.upper(), path) for path, all_ in told.json["paths"].items() for method in all_}
    assert named == {(route.method, route.path) for route in ROUTES}
