"""Post webhooks until they are taken: each lane in order, each lane on its own."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp

Taken = Callable[[], None]

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0
_ANSWER_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Post:
    """One webhook: where to, what, and what to do once it is taken."""

    url: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    taken: Taken | None = None
    lost_on: frozenset[int] = frozenset()
    """Answers after which the sender does not try again."""
    keeps: Callable[[], bool] | None = None
    """While it holds it is tried again, however often; without it, as often as the courier does."""


class Courier:
    """Delivers and repeats. What it could not deliver after ``tries`` is gone, and counted."""

    def __init__(self, tries: int = 60) -> None:
        self._tries = tries
        self._lanes: dict[str, deque[Post]] = {}
        self._runs: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self.delivered = 0
        self.refused = 0
        self.given_up = 0

    async def start(self) -> None:
        """Be ready to post."""
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_ANSWER_WITHIN_S),
            connector=aiohttp.TCPConnector(limit=32),
        )

    async def stop(self) -> None:
        """Drop everything that is not delivered yet."""
        for run in self._runs:
            run.cancel()
        await asyncio.gather(*self._runs, return_exceptions=True)
        self._lanes.clear()
        if self._session:
            await self._session.close()
        self._session = None

    @property
    def idle(self) -> bool:
        """Whether everything is delivered."""
        return not self._lanes

    def post(self, lane: str, post: Post) -> None:
        """Deliver it after what is before it in its lane."""
        if self._session is None:
            return
        if lane in self._lanes:
            self._lanes[lane].append(post)
            return
        self._lanes[lane] = deque([post])
        run = asyncio.get_running_loop().create_task(self._drive(lane))
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)

    async def fetch(self, url: str, **query: str) -> tuple[int, bytes, str]:
        """What stands at an address: status, bytes, type. A dead line is status 0."""
        if self._session is None:
            return 0, b"", ""
        try:
            async with self._session.get(url, params=query) as answer:
                return answer.status, await answer.read(), answer.content_type
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return 0, b"", ""

    async def _drive(self, lane: str) -> None:
        waiting = self._lanes[lane]
        while waiting:
            await self._deliver(waiting[0])
            waiting.popleft()
        del self._lanes[lane]

    async def _deliver(self, post: Post) -> None:
        pause, tries = _FIRST_PAUSE_S, 0
        while tries == 0 or self._tries_again(post, tries):
            tries += 1
            status = await self._once(post)
            if status == HTTPStatus.OK:
                self.delivered += 1
                if post.taken:
                    post.taken()
                return
            self.refused += 1
            if status in post.lost_on:
                break
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
        self.given_up += 1

    def _tries_again(self, post: Post, tries: int) -> bool:
        return post.keeps() if post.keeps else tries < self._tries

    async def _once(self, post: Post) -> int:
        """How it was answered; a dead line is status 0."""
        if self._session is None:
            return 0
        headers = {"Content-Type": "application/json"} | post.headers
        try:
            async with self._session.post(post.url, data=post.body, headers=headers) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0
