"""Every request leaves one line in the log: what was answered, and nothing of what for."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import structlog
from structlog.testing import LogCapture

from bot.telemetry.origin import origin
from bot.web import middleware
from bot.web.app import Server, build
from bot.web.language import Spoken
from bot.web.parts import Hook, Parts
from bot.words import Catalogues

WORDS = Catalogues()
SECRET = "8123456789:AAF-k3y_abcdefghijklmnopqrstuvwxyz"  # noqa: S105 - made up


class House:
    """What the web calls, with a trouble of its own when asked for one."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.began: list[str] = []

    async def keep(self, _channel: str, body: bytes) -> None:
        if body == b"trouble":
            raise OSError("the disk is full")
        self.kept.append(body)
        self.began.append(origin().request_id)

    async def health(self) -> dict[str, Any]:
        return {"status": "ok"}

    async def ready(self) -> bool:
        return True

    async def metrics(self) -> bytes:
        return b""


@pytest.fixture
async def house() -> House:
    return House()


@asynccontextmanager
async def listening(house: House) -> AsyncIterator[str]:
    parts = Parts(
        hooks={"telegram": Hook("telegram", lambda body, _headers: body != b"forged")},
        keep=house.keep,
        health=house.health,
        ready=house.ready,
        metrics=house.metrics,
        counted=lambda _channel, _result: None,
        spoken=Spoken(WORDS.say, WORDS.languages, "pt_BR"),
    )
    server = Server(build(parts), "127.0.0.1", 0)
    port = await server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await server.stop()


@pytest.fixture
async def base(house: House) -> AsyncIterator[str]:
    async with listening(house) as url:
        yield url


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is written, with what is bound to the task."""
    capture = LogCapture()
    log = structlog.wrap_logger(
        None,
        processors=[structlog.contextvars.merge_contextvars, capture],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )
    monkeypatch.setattr(middleware, "log", log)
    return capture.entries


async def posts(url: str, body: bytes) -> tuple[int, str, int]:
    async with aiohttp.ClientSession() as session, session.post(url, data=body) as answer:
        return answer.status, answer.headers["X-Request-Id"], len(await answer.read())


async def test_what_was_answered_is_one_line(house: House, base: str, lines: Any) -> None:
    status, request_id, _ = await posts(f"{base}/webhooks/telegram?x={SECRET}", b"{}")
    (line,) = lines
    assert status == 200
    assert line.pop("ms") >= 0
    assert line == {
        "log_level": "info",
        "event": "request.answered",
        "method": "POST",
        "route": "/webhooks/{name}",
        "status": 200,
        "bytes": 0,
        "caller": "",
        "request_id": request_id,
    }
    assert house.began == [request_id]


async def test_what_was_refused_is_told_with_its_size(base: str, lines: Any) -> None:
    status, request_id, size = await posts(f"{base}/webhooks/telegram", b"forged")
    (line,) = lines
    assert (status, line["status"], line["bytes"]) == (401, 401, size)
    assert line["request_id"] == request_id


async def test_what_failed_is_told_with_its_trouble_under_the_same_id(
    base: str, lines: Any
) -> None:
    status, request_id, _ = await posts(f"{base}/webhooks/telegram", b"trouble")
    assert status == 500
    assert [(line["event"], line["request_id"]) for line in lines] == [
        ("request.failed", request_id),
        ("request.answered", request_id),
    ]


async def test_an_address_that_nobody_knows_is_not_written_down(base: str, lines: Any) -> None:
    status, _, _ = await posts(f"{base}/{SECRET}", b"")
    assert status == 404
    assert SECRET not in str(lines)
    assert lines[0]["route"] == "none"


async def test_what_machines_ask_all_day_is_told_only_to_who_wants_all(
    base: str, lines: Any
) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/healthz", "/readyz", "/metrics", "/system/health"):
            async with session.get(base + path) as answer:
                assert answer.status == 200
    assert [(line["route"], line["log_level"]) for line in lines] == [
        ("/healthz", "debug"),
        ("/readyz", "debug"),
        ("/metrics", "debug"),
        ("/system/health", "info"),
    ]


async def test_two_requests_have_two_ids(base: str) -> None:
    first = await posts(f"{base}/webhooks/telegram", b"{}")
    second = await posts(f"{base}/webhooks/telegram", b"{}")
    assert first[1] != second[1]
