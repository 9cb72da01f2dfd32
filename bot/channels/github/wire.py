"""GitHub's REST API over aiohttp: files are streamed, failures are told apart by what helps."""

import asyncio
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from gidgethub import (
    GitHubBroken,
    HTTPException,
    RateLimitExceeded,
    RedirectionException,
)
from gidgethub.abc import GitHubAPI
from yarl import URL

from bot.domain.errors import Refusal
from bot.resilience.breaker import Breaker

log = structlog.get_logger(__name__)

_ASKED_BY = "EmDia"
_GITHUB, _UPLOADS = "https://api.github.com", "https://uploads.github.com"
_CONNECT_S, _SILENT_S = 10, 60
_REMEMBERED = 100  # answers
# A refusal of these is about the moment, not about what was asked.
_TOO_MANY, _FORBIDDEN, _UNAUTHORIZED, _NOT_FOUND = 429, 403, 401, 404


class Away(Exception):
    """Nobody answered, or GitHub itself failed: worth asking again."""


class Parcel:
    """A file on its way: sent as it is read, never held as a whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = path.stat().st_size

    def __len__(self) -> int:
        return self._size


class Newest(dict[str, Any]):
    """The answers that came last; an address that nobody asks any more is forgotten."""

    def __setitem__(self, address: str, answer: Any) -> None:
        super().__setitem__(address, answer)
        if len(self) > _REMEMBERED:
            del self[next(iter(self))]


class Wire(GitHubAPI):
    """Signed requests; answers that have not changed cost nothing of the hourly allowance."""

    def __init__(self, api_url: str, token: str, breaker: Breaker) -> None:
        # Keyed by address: the repository, one release, a branch, and commits that come and go.
        super().__init__(_ASKED_BY, oauth_token=token, cache=Newest(), base_url=api_url)
        self._breaker = breaker
        self._origin = URL(api_url).origin()
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def sleep(self, seconds: float) -> None:
        """For the library alone; here whoever calls decides when to ask again."""
        await asyncio.sleep(seconds)

    async def ask(self, method: str, url: str, data: Any = b"", **variables: str) -> Any:
        """One request; ``Away`` is worth another try, a refusal says why there is none."""
        if not self._breaker.allows():
            raise Refusal("errors.github.away")
        mime = "application/octet-stream" if isinstance(data, Parcel) else "application/json"
        try:
            answer, _, _ = await self._make_request(
                method, url, variables, data, "application/vnd.github+json", content_type=mime
            )
        except (Away, GitHubBroken, RedirectionException) as error:
            self._breaker.failed()
            raise Away from error
        except HTTPException as error:
            self._breaker.succeeded()
            raise _refused(error) from error
        self._breaker.succeeded()
        return answer

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: Any = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        # Their answers name further addresses, and our token goes along to each.
        if not self._is_theirs(URL(url)):
            log.error("github.foreign_host")
            raise Refusal("errors.github.refused")
        if self._session is None:
            timeout = aiohttp.ClientTimeout(connect=_CONNECT_S, sock_read=_SILENT_S)
            self._session = aiohttp.ClientSession(timeout=timeout)
        try:
            if isinstance(body, Parcel):
                with body.path.open("rb") as file:
                    return await self._exchange(self._session, method, url, headers, file)
            return await self._exchange(self._session, method, url, headers, body)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Away from error

    def _is_theirs(self, url: URL) -> bool:
        ours = self._origin
        return url.origin() == ours or (str(ours), str(url.origin())) == (_GITHUB, _UPLOADS)

    async def _exchange(
        self,
        session: aiohttp.ClientSession,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: Any,
    ) -> tuple[int, Mapping[str, str], bytes]:
        # A redirection would take the token along to wherever it leads.
        async with session.request(
            method, url, headers=headers, data=data, allow_redirects=False
        ) as response:
            return response.status, response.headers, await response.read()


def _refused(error: HTTPException) -> Refusal:
    asked_to_wait = "retry-after" in error.headers
    if isinstance(error, RateLimitExceeded) or asked_to_wait or error.status_code == _TOO_MANY:
        return Refusal("errors.github.limited", seconds=_rest(error.headers))
    if error.status_code in (_UNAUTHORIZED, _FORBIDDEN):
        return Refusal("errors.github.denied")
    if error.status_code == _NOT_FOUND:
        return Refusal("errors.github.missing")
    return Refusal("errors.github.refused")


def _rest(headers: Mapping[str, str]) -> int:
    """The seconds that we are asked to stay away, by their own clock; 0 if they do not say."""
    if (seconds := headers.get("retry-after", "")).isdecimal():
        return int(seconds)
    until, now = headers.get("x-ratelimit-reset", ""), headers.get("date", "")
    try:
        return max(0, int(until) - int(parsedate_to_datetime(now).timestamp()))
    except ValueError:
        return 0
