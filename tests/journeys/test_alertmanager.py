"""An Alertmanager's alerts reach the owner's chat; nobody else's do."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot.sandbox.telegram.person import TelegramPerson
from bot.storage.tables import incidents
from tests.support.town import Town, a_town

SECRET = "s3cret-of-a-test"  # noqa: S105 - a test's


@pytest.fixture
async def alarmed(sqlite_url: str) -> AsyncIterator[tuple[Town, TelegramPerson]]:
    async with a_town(sqlite_url, alertmanager_secret=SECRET) as town:
        yield town, await town.moves_in()


def delivery(town: Town, status: str = "firing") -> dict[str, Any]:
    """As Alertmanager 0.25 writes it."""
    began = town.clock.now().isoformat()
    alert = {
        "status": status,
        "labels": {"alertname": "EmdiaDiskShort", "condition": "disk_short", "urgent": "yes"},
        "annotations": {"summary": "The disk is almost full."},
        "startsAt": began,
        "endsAt": began if status == "resolved" else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus:9090/graph",
        "fingerprint": "0123456789abcdef",
    }
    return {"version": "4", "status": status, "receiver": "emdia", "alerts": [alert]}


async def posts(town: Town, content: object, proof: str | None = f"Bearer {SECRET}") -> int:
    url = f"http://127.0.0.1:{town.house.port}/webhooks/alertmanager"
    headers = {"Authorization": proof} if proof is not None else {}
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_what_fires_reaches_the_owner_and_so_does_its_end(
    alarmed: tuple[Town, TelegramPerson],
) -> None:
    town, owner = alarmed
    assert await posts(town, delivery(town)) == 200
    assert "O disco está quase cheio" in (await town.sees(owner)).text
    assert await posts(town, delivery(town, "resolved")) == 200
    assert "Já passou: O disco" in (await town.sees(owner)).text
    shown = await town.taps(owner, "Ver a saúde")
    assert "Saúde do EmDia" in shown.text


@pytest.mark.parametrize(
    "proof",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", SECRET, f"Basic {SECRET}", "Bearer \xff"],
)
async def test_without_the_secret_nobody_is_heard(
    alarmed: tuple[Town, TelegramPerson], proof: str | None
) -> None:
    town, _ = alarmed
    assert await posts(town, delivery(town), proof) == 401
    assert await town.rows(sa.select(incidents.c.id)) == []


async def test_where_no_secret_is_set_nobody_is_heard(sqlite_url: str) -> None:
    async with a_town(sqlite_url) as town:
        assert await posts(town, delivery(town), "Bearer ") == 401
        assert await posts(town, delivery(town), None) == 401


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b'{"alerts": 1}', b"{" * 5000])
async def test_what_makes_no_sense_is_said_to_make_none(
    alarmed: tuple[Town, TelegramPerson], body: bytes
) -> None:
    town, _ = alarmed
    assert await posts(town, body) == 400
