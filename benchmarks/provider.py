"""A provider that takes every message after a set time: ``python -m benchmarks.provider 30``.

In a process of its own, so that its work is not counted as ours, and as lean as it gets: what is
measured is whoever posts to it.
"""

import asyncio
import itertools
import sys
from typing import cast

from benchmarks.children import main, say_line

_PHONE = b'{"display_phone_number":"+55 27 3333-0000","id":"1"}'
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_TO = b'"to":"'
_numbers = itertools.count(1)


class Taking(asyncio.Protocol):
    """One connection: reads whole requests, answers each after the delay."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._read = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody dials in."""
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's is of no such class

    def data_received(self, data: bytes) -> None:
        """Take in what came; answer every request that is complete."""
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end]
            whole = end + 4 + _length(head)
            if len(self._read) < whole:
                return
            body, self._read = self._read[end + 4 : whole], self._read[whole:]
            answer = _answer(head, body)
            asyncio.get_running_loop().call_later(self._delay_s, self._write, answer)

    def _write(self, answer: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(answer)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


def _answer(head: bytes, told: bytes) -> bytes:
    if head.startswith(b"GET"):
        body = _PHONE
    else:
        # The network calls an account by its number, as it nearly always does.
        number = told.partition(_TO)[2].partition(b'"')[0]
        body = (
            b'{"messaging_product":"whatsapp","contacts":[{"input":"%b","wa_id":"%b"}],'
            b'"messages":[{"id":"wamid.%d"}]}' % (number, number.lstrip(b"+"), next(_numbers))
        )
    return _HEAD % len(body) + body


async def _serve(delay_ms: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Taking(delay_ms / 1000), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    say_line(f"http://127.0.0.1:{port}")
    await server.serve_forever()


if __name__ == "__main__":
    main(_serve, float(sys.argv[1]))
