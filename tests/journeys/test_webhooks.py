"""What strangers, and WhatsApp itself, may post: proven or refused, understood or kept."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.domain.contact import NO_LIMIT
from bot.domain.delivery import State
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.storage.tables import channel_states, inbox_raw, inbox_seen, outbox
from bot.web.app import MOST_BYTES
from tests.support.boxes import APP_SECRET, PHONE_ID, VERIFY_TOKEN
from tests.support.town import Town, a_town

Json = dict[str, Any]
DEEP = 5_000
FORGED = "sha256=" + "0" * 64


class Door:
    """The house's webhook, as anybody on the internet finds it."""

    def __init__(self, town: Town, session: aiohttp.ClientSession) -> None:
        self.town = town
        self._base = f"http://127.0.0.1:{town.house.port}"
        self._session = session

    async def posts(self, raw: bytes, headers: dict[str, str]) -> int:
        """Post bytes with these headers; the answer's status."""
        url = f"{self._base}/webhooks/whatsapp"
        async with self._session.post(url, data=BytesIO(raw), headers=headers) as answer:
            assert b"Traceback" not in await answer.read()
            return answer.status

    async def posts_proven(self, raw: bytes) -> int:
        """Post whatever it is with the right proof, and wait until it was looked at."""
        status = await self.posts(raw, proof(raw))
        await self.town.quiet()
        return status

    async def asks(self, path: str, **query: str) -> tuple[int, str]:
        async with self._session.get(self._base + path, params=query) as answer:
            return answer.status, await answer.text()

    async def riddles(self) -> int:
        """How many deliveries the health check says were not understood."""
        return int(json.loads((await self.asks("/system/health"))[1])["not_understood"])

    async def kept(self) -> set[bytes]:
        """What was stored, as it came."""
        return {row.body for row in await self.town.rows(sa.select(inbox_raw.c.body))}


@pytest.fixture
async def door(town: Town) -> AsyncIterator[Door]:
    async with aiohttp.ClientSession() as session:
        yield Door(town, session)


@pytest.fixture
def ana(town: Town) -> WhatsAppPerson:
    return somebody(town)


def somebody(town: Town) -> WhatsAppPerson:
    """Who wrote to us lately, so that the network lets us answer."""
    ana = town.phone("5527998765432", "Ana Souza")
    ana.last_inbound = town.clock.now()
    return ana


UNPROVEN: tuple[dict[str, str], ...] = (
    {},
    {"X-Hub-Signature-256": FORGED},
    {"X-Hub-Signature-256": "sha1=abc"},
    {"X-Hub-Signature-256": "sha256=ção"},
    {"X-Hub-Signature": FORGED},
)


async def test_nothing_is_taken_without_the_right_proof(door: Door) -> None:
    raw = a_webhook(a_message())
    with capture_logs() as logged:
        answers = [await door.posts(raw, headers) for headers in UNPROVEN]
        answers.append(await door.posts(raw + b" ", proof(raw)))
    assert answers == [401] * 6
    assert await door.kept() == set()
    assert not errors(logged)


async def test_the_address_is_ours_for_whoever_knows_the_word(door: Door) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    path = "/webhooks/whatsapp"
    right = await door.asks(path, **asked, **{"hub.verify_token": VERIFY_TOKEN})
    assert right == (200, "1158201444")
    for word in ("", "wrong", VERIFY_TOKEN + "x"):
        assert (await door.asks(path, **asked, **{"hub.verify_token": word}))[0] == 403
    assert (await door.asks(path))[0] == 403
    assert (await door.asks("/webhooks/nobody"))[0] == 404


async def test_too_much_is_refused_before_it_is_read(door: Door) -> None:
    raw = b"x" * (MOST_BYTES + 1)
    assert await door.posts(raw, proof(raw)) == 413
    assert await door.kept() == set()


def proof(raw: bytes) -> dict[str, str]:
    """What only the network and we can write under these bytes."""
    digest = hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}"}


def a_webhook(*values: object, field: str = "messages") -> bytes:
    changes = [{"field": field, "value": value} for value in values]
    entry = {"id": "9009", "changes": changes}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def stamp(town: Town) -> str:
    """Now: what is a year old is not answered."""
    return str(int(town.clock.now().timestamp()))


def a_message(number: str = PHONE_ID, /, **changes: Any) -> Json:
    """The value of a message from Ana."""
    said = {
        "from": "5527998765432",
        "id": "wamid.1",
        "timestamp": "1764590400",
        "type": "text",
        "text": {"body": "oi"},
    }
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "5511940000000", "phone_number_id": number},
        "contacts": [{"profile": {"name": "Ana Souza"}, "wa_id": "5527998765432"}],
        "messages": [said | changes],
    }


def a_status(**changes: Any) -> Json:
    """The value of a status of a message that was never ours."""
    status = {"id": "wamid.x", "status": "sent", "timestamp": "1764590400"} | changes
    return {"metadata": {"phone_number_id": PHONE_ID}, "statuses": [status]}


RUBBISH = {
    "no JSON": b"\xff\xfe not json",
    "nothing": b"",
    "no object": b"[]",
    "no entries": b'{"object": "whatsapp_business_account"}',
    "an entry of words": b'{"entry": ["what", 7, null, {}, {"changes": 3}]}',
    "deeply nested": b"[" * DEEP + b"]" * DEEP,
    "deeply nested entries": b'{"entry":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "an unknown field": a_webhook({"what": "ever"}, field="brand_new_thing"),
    "an unknown kind of message": a_webhook(a_message(type="hologram", hologram={"z": 1})),
    "a message without an id": a_webhook(a_message(id=None)),
    "a message of the wrong types": a_webhook(a_message(id=7, timestamp=[], text="oi")),
    "an unknown status": a_webhook(a_status(status="pondered")),
    "a status of the wrong types": a_webhook(a_status(timestamp="yesterday", id={})),
    "a value that is a list": a_webhook([1, 2]),
    "an object where text belongs": b'{"entry":[{"changes":[{"field":{"a":1},"value":0}]}]}',
    "zero bytes in words": a_webhook(a_message(type={"\x00": "\x00"})),
}


async def test_what_is_proven_and_not_understood_is_kept_and_counted(
    door: Door, ana: WhatsAppPerson
) -> None:
    with capture_logs() as logged:
        statuses = {name: await door.posts_proven(raw) for name, raw in RUBBISH.items()}
    assert statuses == dict.fromkeys(RUBBISH, 200)
    assert set(RUBBISH.values()) <= await door.kept()
    assert await door.riddles() == len(RUBBISH)
    assert not errors(logged)


async def test_beside_rubbish_the_rest_is_understood(door: Door, ana: WhatsAppPerson) -> None:
    value = a_message(timestamp=stamp(door.town))
    value["messages"].insert(0, {"type": 7})
    assert await door.posts_proven(a_webhook(value)) == 200
    assert ana.last().text
    assert await door.riddles() == 1


async def test_a_zero_byte_in_what_somebody_writes_stops_nothing(database_url: str) -> None:
    """PostgreSQL takes none in its texts, and half a letter is no UTF-8."""
    async with a_town(database_url) as town, aiohttp.ClientSession() as session:
        ana = somebody(town)
        with capture_logs() as logged:
            await Door(town, session).posts_proven(
                a_webhook(a_message(timestamp=stamp(town), text={"body": "a\x00b \ud800"}))
            )
        assert ana.last().text
        assert not errors(logged)


async def test_what_another_number_of_the_account_hears_is_not_answered(
    door: Door, ana: WhatsAppPerson
) -> None:
    assert await door.posts_proven(a_webhook(a_message("5550001"))) == 200
    assert not ana.visible()
    assert await door.town.rows(sa.select(inbox_seen)) == []
    assert await door.riddles() == 0


async def test_statuses_may_come_late_twice_and_in_any_order(
    door: Door, ana: WhatsAppPerson
) -> None:
    ana.reads_at_once = False
    await door.town.tells(ana, "oi")
    (sent,) = await door.town.rows(sa.select(outbox.c.id, outbox.c.provider_id, outbox.c.opaque))

    async def tell(*statuses: str) -> State:
        told = [
            a_status(id=sent.provider_id, status=status, biz_opaque_callback_data=sent.opaque)
            for status in statuses
        ]
        assert await door.posts_proven(a_webhook(*told)) == 200
        (row,) = await door.town.rows(sa.select(outbox.c.state).where(outbox.c.id == sent.id))
        return State(row.state)

    assert await tell("read", "sent", "read") is State.READ
    assert await tell("delivered") is State.READ
    assert await tell("failed") is State.READ
    assert await door.riddles() == 0


async def test_a_status_of_a_message_that_was_never_ours_is_harmless(door: Door) -> None:
    with capture_logs() as logged:
        assert await door.posts_proven(a_webhook(a_status(), a_status(status="read"))) == 200
    await door.town.later(days=40)
    assert not errors(logged)
    assert await door.riddles() == 0


async def test_a_new_limit_of_the_number_holds_from_then_on(door: Door) -> None:
    query = sa.select(channel_states.c.people_a_day).where(channel_states.c.channel == "whatsapp")

    async def limit() -> list[int]:
        return [row.people_a_day for row in await door.town.rows(query)]

    for told, allowed in ((10_000, 10_000), ("TIER_250", 250), ("TIER_UNLIMITED", NO_LIMIT)):
        value = {"max_daily_conversations_per_business": told}
        change = {"field": "business_capability_update", "value": value}
        raw = json.dumps({"entry": [{"id": "1", "changes": [change]}]}).encode()
        assert await door.posts_proven(raw) == 200
        assert await limit() == [allowed]
    assert await door.riddles() == 0


def errors(logged: Any) -> list[Any]:
    """Whatever would have left a stack trace, or called for somebody."""
    return [event for event in logged if event["log_level"] in {"error", "critical"}]
