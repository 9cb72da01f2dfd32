"""The line to WhatsApp's Cloud API: one request, and what its answer means for it.

It repeats nothing. Three things can go wrong, and each has its own name in ``errors``: nothing
left, nobody answered, or something other than a success was answered.
"""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
import orjson
from yarl import URL

from bot.channels.whatsapp.errors import Fault, NothingLeft, Refused, Unanswered, fault_of

TIMEOUT_S = 20.0
UPLOAD_TIMEOUT_S = 40.0
CONNECT_TIMEOUT_S = 8.0
_AT_ONCE = 256  # connections; how many are sent at once is decided elsewhere
_CHUNK = 64 * 1024
# A connection or a place in the pool that was never had. Whatever follows may have left.
_NEVER_OPENED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_BROKEN = (aiohttp.ClientError, TimeoutError, OSError)

Json = dict[str, Any]


class TooLarge(Exception):
    """More bytes than were asked for."""


class CloudClient:
    """One business number's connections; ``close`` them in the end.

    ``api_url`` and ``version`` (``v25.0``) make the address of the API.
    """

    def __init__(
        self,
        api_url: str,
        version: str,
        token: str,
        phone_number_id: str,
        business_account_id: str,
    ) -> None:
        self.origin = URL(api_url).origin()
        self._base = URL(f"{api_url.rstrip('/')}/{version}")
        self._number = phone_number_id
        self._account = business_account_id
        self._messages = self._base / phone_number_id / "messages"
        self._token = token
        self._headers = {"Authorization": f"Bearer {token}"}
        self._json_headers = {**self._headers, "Content-Type": "application/json"}
        self._session: aiohttp.ClientSession | None = None

    async def messages(self, body: Json) -> Json:
        """Send one message, or mark one as read."""
        return await self._ask("POST", self._messages, body)

    async def upload(self, content: bytes, mime: str, name: str) -> str:
        """Leave a file there for 30 days; its id."""
        form = aiohttp.FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", mime)
        form.add_field("file", content, filename=name, content_type=mime)
        url = self._base / self._number / "media"
        answer = await self._answer("POST", url, self._headers, form, UPLOAD_TIMEOUT_S)
        media_id = answer.get("id")
        if not media_id:
            raise Unanswered("an upload without an id")
        return str(media_id)

    async def get(self, *path: str, **query: str) -> Json:
        """Read an object; the path is made of ids and fixed words."""
        return await self._ask("GET", self._base.joinpath(*path).with_query(query))

    async def post(self, *path: str, body: Json) -> Json:
        """Make or change an object."""
        return await self._ask("POST", self._base.joinpath(*path), body)

    async def of_number(self, *path: str, **query: str) -> Json:
        """Read something of our number's."""
        return await self.get(self._number, *path, **query)

    async def of_account(self, *path: str, **query: str) -> Json:
        """Read something of our account's."""
        return await self.get(self._account, *path, **query)

    async def to_account(self, *path: str, body: Json) -> Json:
        """Make something of our account's."""
        return await self.post(self._account, *path, body=body)

    async def delete_of_account(self, *path: str, **query: str) -> Json:
        """Take something of our account's out."""
        url = self._base.joinpath(self._account, *path).with_query(query)
        return await self._ask("DELETE", url)

    async def own_token(self) -> Json:
        """What our token is, looked at with itself."""
        return await self.get("debug_token", input_token=self._token)

    async def media(self, media_id: str) -> Json:
        """Where a file can be fetched for five minutes, its type and its size."""
        return await self.get(media_id, phone_number_id=self._number)

    async def download(self, url: URL, most: int) -> bytes:
        """The bytes behind a link. The token goes along: the caller has judged the host."""
        # The file servers are known to refuse those who do not say what they are.
        headers = {**self._headers, "User-Agent": "EmDia"}
        try:
            async with self._open().get(url, headers=headers, allow_redirects=False) as answer:
                if answer.status != HTTPStatus.OK:
                    raise Refused(Fault(None, answer.status))
                return await _at_most(answer, most)
        except _BROKEN as error:
            raise Unanswered("the file did not come") from error

    async def close(self) -> None:
        """Hang up."""
        if self._session:
            await self._session.close()
        self._session = None

    async def _ask(self, method: str, url: URL, body: Json | None = None) -> Json:
        if body is None:
            return await self._answer(method, url, self._headers, None, TIMEOUT_S)
        data = orjson.dumps(body)
        return await self._answer(method, url, self._json_headers, data, TIMEOUT_S)

    async def _answer(
        self,
        method: str,
        url: URL,
        headers: Mapping[str, str],
        data: bytes | aiohttp.FormData | None,
        within_s: float,
    ) -> Json:
        timeout = aiohttp.ClientTimeout(total=within_s, connect=CONNECT_TIMEOUT_S)
        try:
            async with self._open().request(
                method, url, headers=headers, data=data, timeout=timeout, allow_redirects=False
            ) as answer:
                raw = await answer.read()
        except _NEVER_OPENED as error:
            raise NothingLeft(type(error).__name__) from error
        except _BROKEN as error:
            raise Unanswered(type(error).__name__) from error
        return _success(answer.status, raw, answer.headers)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_AT_ONCE),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
                timeout=aiohttp.ClientTimeout(total=UPLOAD_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            )
        return self._session


def _success(status: int, raw: bytes, headers: Mapping[str, str]) -> Json:
    """The answer's object; anything but a readable success is raised by its name."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        body = None
    if status == HTTPStatus.OK and isinstance(body, dict) and "error" not in body:
        return body
    error = body.get("error") if isinstance(body, dict) else None
    if status < HTTPStatus.MULTIPLE_CHOICES and error is None:
        raise Unanswered("a success that could not be read")
    raise Refused(fault_of(error, status, _wait(headers)))


def _wait(headers: Mapping[str, str]) -> timedelta | None:
    said = headers.get("Retry-After", "")
    return timedelta(seconds=int(said)) if said.isdecimal() and len(said) < 7 else None  # noqa: PLR2004 - no wait has seven digits


async def _at_most(answer: aiohttp.ClientResponse, most: int) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > most:
            raise TooLarge
    return bytes(content)
