"""Knock on a webhook as fast as it opens: so many connections, each always with one request.

``python -m benchmarks.hammer URL SECONDS`` says how many were answered with 200. Its own part is
kept small: the requests are bytes made beforehand, and of an answer only its first line is read.
"""

import asyncio
import hashlib
import hmac
import itertools
import sys
import time
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlsplit

import orjson

from benchmarks.children import main
from benchmarks.house import APP_SECRET

CONNECTIONS = 32
_BODIES = 500
_GOOD = b"HTTP/1.1 200"


class Knocking(asyncio.Protocol):
    """One connection."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.good = self.bad = 0
        self._requests = requests
        self._until = until
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.WriteTransport, transport)
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        """Every answer fits into one packet."""
        if data.startswith(_GOOD):
            self.good += 1
        else:
            self.bad += 1
        assert self._transport is not None
        if time.perf_counter() < self._until:
            self._transport.write(next(self._requests))
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end, wanted or not."""
        del exc
        if not self.done.done():
            self.done.set_result(None)


async def hammer(url: str, seconds: str) -> dict[str, Any]:
    """Answers a second."""
    where = urlsplit(url)
    assert where.hostname
    requests = itertools.cycle(_requests(where.netloc, where.path))
    loop = asyncio.get_running_loop()
    begun = time.perf_counter()
    until = begun + float(seconds)
    connections = [
        await loop.create_connection(
            lambda: Knocking(requests, until), where.hostname, where.port or 80
        )
        for _ in range(CONNECTIONS)
    ]
    knocking = [protocol for _, protocol in connections]
    await asyncio.gather(*(each.done for each in knocking))
    good = sum(each.good for each in knocking)
    return {
        "good": good,
        "bad": sum(each.bad for each in knocking),
        "a_second": good / (time.perf_counter() - begun),
    }


def _requests(host: str, path: str) -> list[bytes]:
    made = []
    for number in range(_BODIES):
        body = orjson.dumps(_status(number))
        proof = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"X-Hub-Signature-256: sha256={proof}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


def _status(number: int) -> dict[str, Any]:
    status = {
        "id": f"wamid.HBgNNTUyNzk5ODE0MjE3MxUCABEYEjk{number:012}",
        "status": "delivered",
        "timestamp": "1764600000",
        "recipient_id": f"5527{900_000_000 + number}",
        "biz_opaque_callback_data": f"0123456789ab.{number}",
        "conversation": {"id": "c1a2b3", "origin": {"type": "utility"}},
        "pricing": {"billable": True, "pricing_model": "PMP", "category": "utility"},
    }
    metadata = {"display_phone_number": "552733330000", "phone_number_id": "1"}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "statuses": [status]}
    change = {"value": value, "field": "messages"}
    return {"object": "whatsapp_business_account", "entry": [{"id": "2", "changes": [change]}]}


if __name__ == "__main__":
    main(hammer, *sys.argv[1:])
