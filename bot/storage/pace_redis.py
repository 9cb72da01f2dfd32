"""The pace that several processes share: kept by a Redis, by its clock, in one step for a batch.

A Redis that is away or hangs is left alone for some seconds, and every process goes on with its
share of the pace: correct, and slower.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.domain.clock import SystemClock
from bot.resilience.breaker import Breaker, State
from bot.resilience.paces import AHEAD, PATIENCE, Answer, Limits, OwnPaces, Turn
from bot.telemetry.metrics import breaker_turned

log = structlog.get_logger(__name__)
T = TypeVar("T")

TIMEOUT_S = 0.25  # a pace that takes longer than sending is none
REST = timedelta(seconds=3)
_ANSWERS = (Answer.GO, Answer.STAY, Answer.BACK)

# A key holds the moment at which everything lent is earned back (GCRA), in microseconds. Never
# there means: nothing was lent.
_ASK = """
local every, lent, their_every, their_lent = ARGV[1] + 0, ARGV[2] + 0, ARGV[3] + 0, ARGV[4] + 0
local ahead, patience, most = ARGV[5] + 0, ARGV[6] + 0, ARGV[7] + 0
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function even_of(key) return math.max(tonumber(redis.call('GET', key) or 0), now) end
local function keep(key, even)
  redis.call('SET', key, string.format('%.0f', even), 'PX', math.ceil((even - now) / 1000) + 1)
end
local all = even_of(KEYS[1])
local going, said = 0, {}
for n = 2, #KEYS do
  local ours = math.max(now, all - lent)
  if going >= most or ours > now + ahead then break end
  local even = even_of(KEYS[n])
  local theirs = math.max(now, even - their_lent)
  if theirs > now + ahead then
    said[#said + 1] = theirs > now + patience and 2 or 1
    said[#said + 1] = theirs - now
  else
    going = going + 1
    said[#said + 1] = 0
    said[#said + 1] = math.max(ours, theirs) - now
    all = all + every
    keep(KEYS[n], even + their_every)
  end
end
if going > 0 then keep(KEYS[1], all) end
return {math.max(0, all - lent - now), unpack(said)}
"""
_HOLD = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local even = now + ARGV[1] + ARGV[2]
if even > tonumber(redis.call('GET', KEYS[1]) or 0) and even > now then
  redis.call('SET', KEYS[1], string.format('%.0f', even), 'PX',
    math.ceil((even - now) / 1000) + 1)
end
return 0
"""


class PaceServer:
    """One process's way to the Redis, for all channels."""

    def __init__(self, url: str) -> None:
        self.redis = Redis.from_url(
            url,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._breaker = Breaker("redis", SystemClock(), 1, REST, self._turned)
        breaker_turned("redis", State.CLOSED)
        self._told = False  # that it is away: once, however often it is tried
        self.ask = self.redis.register_script(_ASK)
        self.hold = self.redis.register_script(_HOLD)

    async def answers(self) -> bool:
        """Whether it is there."""
        return bool(await self.said(self._ping))

    async def said(self, question: Callable[[], Awaitable[T]]) -> T | None:
        """Its answer; none if it has none in time, or is being left alone."""
        if not self._breaker.allows():
            return None
        try:
            async with asyncio.timeout(2 * TIMEOUT_S):
                answer = await question()
        except (RedisError, OSError, TimeoutError) as error:
            log.debug("redis.unanswered", why=type(error).__name__)
            self._breaker.failed()
            return None
        self._breaker.succeeded()
        return answer

    async def close(self) -> None:
        """Let go of it."""
        await self.redis.aclose()

    async def _ping(self) -> Any:
        return await self.redis.ping()

    def _turned(self, name: str, state: State) -> None:
        breaker_turned(name, state)
        if state is State.OPEN and not self._told:
            log.warning("pace.not_shared", tried_again_after_s=REST.total_seconds())
        elif state is State.CLOSED:
            log.info("pace.shared")
        self._told = state is not State.CLOSED


class SharedPaces:
    """Fills ``resilience.paces.Paces``. ``line`` names whose pace it is: the number, the bot.

    ``own`` is the pace of this process while the server is away.
    """

    def __init__(self, server: PaceServer, line: str, limits: Limits, own: OwnPaces) -> None:
        self._server = server
        self._own = own
        # In braces: one place, also where a Redis is spread over several machines.
        self._name = f"emdia:pace:{{{line}}}"
        every = timedelta(seconds=1 / limits.per_second)
        self._lent = _us(every) * (limits.burst - 1)
        self._their_lent = _us(limits.every) * (limits.personal_burst - 1)
        self._asked = (
            _us(every),
            self._lent,
            _us(limits.every),
            self._their_lent,
            _us(AHEAD),
            _us(PATIENCE),
        )
        self._alone = False

    async def ask(self, people: Sequence[str], most: int) -> Sequence[Turn]:
        """See ``Paces``."""
        keys = [self._name, *(self._key(person) for person in people)]
        if self._alone:
            # What was sent meanwhile is not written down there: no burst on top of it.
            await self._hold(self._name, timedelta(), self._lent)
        said = await self._server.said(lambda: self._ask(keys, most))
        if said is None:
            if not self._alone:
                self._alone = True
                self._own.hold_now(timedelta())
            return await self._own.ask(people, most)
        self._alone = False
        rest, *turns = (int(number) for number in said)
        if rest > _us(PATIENCE):
            self._own.hold_now(timedelta(microseconds=rest))  # another process was told to wait
        return [
            Turn(_ANSWERS[answer], timedelta(microseconds=wait))
            for answer, wait in zip(turns[::2], turns[1::2], strict=True)
        ]

    async def hold(self, wait: timedelta) -> None:
        """See ``Paces``."""
        await self._own.hold(wait)
        await self._hold(self._name, wait, self._lent)

    async def leave_alone(self, person: str, wait: timedelta) -> None:
        """See ``Paces``."""
        await self._own.leave_alone(person, wait)
        await self._hold(self._key(person), wait, self._their_lent)

    def earliest(self) -> datetime:
        """See ``Paces``."""
        return self._own.earliest()

    async def _ask(self, keys: Sequence[str], most: int) -> Any:
        return await self._server.ask(keys=keys, args=[*self._asked, most])

    async def _hold(self, key: str, wait: timedelta, lent: int) -> None:
        await self._server.said(lambda: self._server.hold(keys=[key], args=[_us(wait), lent]))

    def _key(self, person: str) -> str:
        """No phone number lies about in a cache."""
        return f"{self._name}:{hashlib.blake2b(person.encode(), digest_size=8).hexdigest()}"


def _us(span: timedelta) -> int:
    """In microseconds, rounded up: slower than allowed by so much, never faster."""
    return -(-span // timedelta(microseconds=1))
