"""The line to the Bot API. python-telegram-bot carries; what an answer means is told apart here.

Its own errors blur what matters to us: whether anything can have left. So every answer that is
neither a plain success nor a refusal is given a name before the library sees it.
"""

import asyncio
import json
import logging
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx
from telegram import Bot
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.request import HTTPXRequest

API_URL = "https://api.telegram.org"
READ_TIMEOUT_S = 20.0
UPLOAD_TIMEOUT_S = 40.0

# The http client's words for a connection that never opened; what follows it may have left.
_NEVER_OPENED = {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"}


_BUSY = HTTPStatus.SERVICE_UNAVAILABLE  # even a gateway says so before it passes anything on


class NothingLeft(NetworkError):
    """No connection was had: Telegram has seen nothing."""


class Unavailable(NetworkError):
    """It was refused for now, by Telegram or on the way there: nothing was done."""


class Unanswered(NetworkError):
    """The request left and no answer of Telegram's came back: it may have been done."""


class TooLarge(Exception):
    """More bytes than were asked for."""


class Throttled(TelegramError):
    """Too much at once; ``after`` if Telegram said how long to wait."""

    def __init__(self, after: timedelta | None) -> None:
        super().__init__("too many requests")
        self.after = after


class Line(HTTPXRequest):
    """The library's HTTP client, which names the answers that matter to us."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Ask, and raise by name what is neither done nor refused."""
        try:
            code, payload = await super().do_request(*args, **kwargs)
        except NetworkError as error:
            if type(error.__cause__).__name__ in _NEVER_OPENED:
                raise NothingLeft("no connection to Telegram") from error
            raise Unanswered("the connection broke before an answer") from error
        if code >= HTTPStatus.BAD_REQUEST:
            _tell_apart(code, _own_words(payload))
        elif kwargs.get("method") == "POST" and b'"result"' not in payload:
            raise Unanswered("an answer without a result")
        return code, payload

    async def download(self, url: str, most: int, within_s: float) -> bytes:
        """The bytes behind a link, as they come; ``TooLarge`` as soon as they are too many.

        The library would hold whatever is sent before it counts. A link that leads on is refused.
        """
        content = bytearray()
        headers = {"User-Agent": self.USER_AGENT, "Accept-Encoding": "identity"}
        try:
            async with (
                asyncio.timeout(within_s),
                self._client.stream("GET", url, headers=headers) as answer,
            ):
                async for chunk in answer.aiter_raw():
                    content += chunk
                    if len(content) > most:
                        raise TooLarge
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unanswered("the file did not come") from error
        if answer.status_code != HTTPStatus.OK:
            if answer.status_code >= HTTPStatus.BAD_REQUEST:
                _tell_apart(answer.status_code, _own_words(bytes(content)))
            raise BadRequest(f"no file: {answer.status_code}")
        return bytes(content)


def make_bot(token: str, api_url: str = API_URL) -> Bot:
    """A bot that only carries: no polling, no pacing, no defaults of its own."""
    # The http client logs every URL, and the URL holds the token.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    line = Line(
        connection_pool_size=128,
        connect_timeout=5,
        pool_timeout=5,
        read_timeout=READ_TIMEOUT_S,
        write_timeout=READ_TIMEOUT_S,
        media_write_timeout=UPLOAD_TIMEOUT_S,
    )
    base = api_url.rstrip("/")
    return Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=line,
        get_updates_request=line,
    )


async def close_bot(bot: Bot) -> None:
    """Hang up; without this the open connections are complained of at exit."""
    await bot.request.shutdown()


def _tell_apart(code: int, own: dict[str, Any]) -> None:
    """Raise what is no refusal of Telegram's: one of a gateway's would blame the person."""
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        raise Throttled(_wait(own))
    if not own and code >= HTTPStatus.INTERNAL_SERVER_ERROR and code != _BUSY:
        raise Unanswered(f"a gateway answered {code}")
    if not own or code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unavailable(f"not now: {code}")


def _own_words(payload: bytes) -> dict[str, Any]:
    """Telegram's error body, or nothing if a gateway on the way wrote it."""
    try:
        body = json.loads(payload)
    except ValueError:
        return {}
    return body if isinstance(body, dict) and body.get("ok") is False else {}


def _wait(body: dict[str, Any]) -> timedelta | None:
    parameters = body.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return timedelta(seconds=seconds) if isinstance(seconds, int | float) else None
