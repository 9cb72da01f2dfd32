"""The line to an Evolution API server: one request, and what its answer means for it.

It repeats nothing. Nothing left, nobody answered, and a refusal each have their own name.
"""

from http import HTTPStatus
from typing import Any

import aiohttp
import orjson
from yarl import URL

from bot.channels.evolution.errors import refused
from bot.channels.whatsapp.errors import NothingLeft, Unanswered

TIMEOUT_S = 30.0
CONNECT_TIMEOUT_S = 8.0
_MOST_BYTES = 32 * 1024 * 1024  # a file of 20 MB as text, and what stands around it
_CHUNK = 64 * 1024
_AT_ONCE = 16  # connections; one device sends one message after another anyway
_NEVER_OPENED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_BROKEN = (aiohttp.ClientError, TimeoutError, OSError)

Json = dict[str, Any]


class EvolutionClient:
    """One instance of one server; ``close`` it in the end."""

    def __init__(self, url: str, api_key: str, instance: str) -> None:
        self.instance = instance
        self._base = URL(url)
        self._headers = {"apikey": api_key, "Content-Type": "application/json"}
        self._session: aiohttp.ClientSession | None = None

    async def send(self, what: str, body: Json) -> Json:
        """``Text`` or ``Media``; the answer promises nothing but an id."""
        return _object(await self._ask("POST", f"message/send{what}", body))

    async def chat(self, what: str, body: Json) -> Any:
        """One of the ``/chat`` calls."""
        return await self._ask("POST", f"chat/{what}", body)

    async def make(self, body: Json) -> Json:
        """Make the instance; 403 if there is one of that name."""
        return _object(await self._answer("POST", self._base / "instance" / "create", body))

    async def listed(self) -> list[Json]:
        """Our instance as the server lists it; nothing if it has none of that name."""
        url = self._base / "instance" / "fetchInstances"
        found = await self._answer("GET", url % {"instanceName": self.instance}, None)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    async def get(self, what: str, **query: str) -> Json:
        """Read something of the instance's."""
        return _object(await self._ask("GET", what, None, query))

    async def post(self, what: str, body: Json | None = None) -> Json:
        """Change something of the instance's."""
        return _object(await self._ask("POST", what, body or {}))

    async def delete(self, what: str) -> Json:
        """End something of the instance's."""
        return _object(await self._ask("DELETE", what, None))

    async def close(self) -> None:
        """Hang up."""
        if self._session:
            await self._session.close()
        self._session = None

    async def _ask(
        self, verb: str, path: str, body: Json | None, query: dict[str, str] | None = None
    ) -> Any:
        url = self._base.joinpath(*path.split("/"), self.instance) % (query or {})
        return await self._answer(verb, url, body)

    async def _answer(self, verb: str, url: URL, body: Json | None) -> Any:
        data = None if body is None else orjson.dumps(body)
        try:
            async with self._open().request(
                verb, url, headers=self._headers, data=data, allow_redirects=False
            ) as answer:
                raw = await _at_most(answer)
                status = answer.status
        except _NEVER_OPENED as error:
            raise NothingLeft(type(error).__name__) from error
        except _BROKEN as error:
            raise Unanswered(type(error).__name__) from error
        return _success(status, raw)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_AT_ONCE),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            )
        return self._session


async def _at_most(answer: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > _MOST_BYTES:
            raise Unanswered("more than anybody asked for")
    return bytes(content)


def _success(status: int, raw: bytes) -> Any:
    """The answer's value; some refusals come as a success that holds an error."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        body = None
    fine = status in (HTTPStatus.OK, HTTPStatus.CREATED)
    if fine and body is None and raw != b"null":
        raise Unanswered("a success that could not be read")
    if fine and not (isinstance(body, dict) and body.get("error")):
        return body
    raise refused(status, body)


def _object(answer: Any) -> Json:
    """An answer that has to be an object."""
    if answer is None:
        return {}
    if not isinstance(answer, dict):
        raise Unanswered("an answer of another shape")
    return answer
