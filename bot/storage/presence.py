"""This process's place among others on PostgreSQL: one connection of its own, as long as it lives.

What a process has taken is locked by that connection. However the process ends, the server lets go
of the locks at once, and of a process that hangs or a machine that fell silent within half a
minute; then others go on.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.storage.engine import BUSY_S, with_driver

log = structlog.get_logger(__name__)

BEAT_S = 5.0  # how often the connection is tried, and the others are counted
LET_GO_AFTER_S = 20.0  # a process without a beat for so long hangs: others take over its work
ASK_EVERY_S = 2.0  # for work that another process is at
CAME_IN = "emdia_came_in"  # the bell that is rung when something came in
_JOINED = "emdia_joined"
_NAME = "emdia worker"
_ALL = 1_000_000
_UNKNOWN = 4  # others, until they are counted: better too slow for a moment than too fast
_SETTINGS = {
    "application_name": _NAME,
    # A machine that vanished without a word must not keep its locks for two hours.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_TAKE = """
SELECT key FROM unnest($1::bigint[]) AS key WHERE pg_try_advisory_lock(key) LIMIT $2
"""
_GIVE_BACK = "SELECT pg_advisory_unlock(key) FROM unnest($1::bigint[]) AS key"
_COUNT = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = $1
"""


class Presence:
    """Fills ``jobs.crew.Crew``. ``rung`` is called when any process took something in."""

    shared = True

    def __init__(self, url: str, rung: Callable[[], None]) -> None:
        self.size = _UNKNOWN
        self._url = with_driver(url)
        self._rung = rung
        self._line: Any = None  # the driver's own connection: it also hears the bell
        self._there = asyncio.Event()
        self._gone = asyncio.Event()
        self._stirred = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> None:
        """Be there, until cancelled; after a loss, again."""
        engine = create_async_engine(
            self._url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={
                "timeout": BUSY_S,
                "command_timeout": BEAT_S,
                "server_settings": {
                    **_SETTINGS,
                    "idle_session_timeout": f"{LET_GO_AFTER_S * 1000:.0f}",
                },
            },
        )
        try:
            async with engine.connect() as connection:
                await self._stay(connection)
        finally:
            self._leave()
            await engine.dispose()

    async def take(self, deeds: Sequence[str], most: int = _ALL) -> frozenset[str]:
        """The first ``most`` that no other process is at; now they are ours."""
        by_key = {_key(deed): deed for deed in deeds}
        if not by_key:
            return frozenset()
        rows = await self._ask(_TAKE, list(by_key), most)
        return frozenset(by_key[row["key"]] for row in rows)

    async def give_back(self, deeds: Collection[str]) -> None:
        """Others may take them. With the connection they are given back already."""
        if deeds and self._there.is_set():
            await self._ask(_GIVE_BACK, [_key(deed) for deed in deeds])

    async def alone(self, deed: str, work: Callable[[], Awaitable[None]]) -> None:
        """Work as long as it is ours; wait for our turn until then. Returns when it is done."""
        while True:
            try:
                ours = await self.take([deed])
            except ConnectionError:
                ours = frozenset()
            if ours:
                log.info("work.ours", work=deed)
                if await self._done_before_we_are_gone(work):
                    await self.give_back([deed])
                    return
                log.warning("work.lost", work=deed)
            await asyncio.sleep(ASK_EVERY_S)

    async def _done_before_we_are_gone(self, work: Callable[[], Awaitable[None]]) -> bool:
        working = asyncio.ensure_future(work())
        gone = asyncio.ensure_future(self._gone.wait())
        try:
            await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                return False
            working.result()
            return True
        finally:
            for each in (working, gone):
                each.cancel()
            await asyncio.gather(working, gone, return_exceptions=True)

    async def _stay(self, connection: AsyncConnection) -> None:
        self._line = (await connection.get_raw_connection()).driver_connection
        self._line.add_termination_listener(lambda _line: self._leave())
        await self._line.add_listener(CAME_IN, lambda *_heard: self._rung())
        await self._line.add_listener(_JOINED, lambda *_heard: self._stirred.set())
        await self._line.execute(f"NOTIFY {_JOINED}")  # all of us count anew
        self._gone.clear()
        self._there.set()
        while self._there.is_set():
            self._stirred.clear()
            self.size = (await self._ask(_COUNT, _NAME))[0]["count"]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT_S):
                    await self._stirred.wait()
        raise ConnectionError("the connection that holds our place is gone")

    def _leave(self) -> None:
        """Whatever was ours is not, any more."""
        self._there.clear()
        self._gone.set()
        self._stirred.set()

    async def _ask(self, query: str, *values: object) -> Any:
        async with self._on_the_line() as line:
            return await line.fetch(query, *values)

    @contextlib.asynccontextmanager
    async def _on_the_line(self) -> AsyncIterator[Any]:
        try:
            async with asyncio.timeout(BUSY_S), self._one_at_a_time:
                await self._there.wait()
                yield self._line
        except TimeoutError:
            # Nobody knows what an unanswered request has locked: the place is taken anew.
            if self._line is not None:
                self._line.terminate()
            raise ConnectionError("the connection that holds our place is not answered") from None
        except Exception as error:
            if self._line.is_closed():
                raise ConnectionError("the connection that holds our place is gone") from error
            raise


def presence_on(url: str, rung: Callable[[], None]) -> Presence | None:
    """Ours, where several processes may work; none on SQLite, which one process has to itself."""
    several = with_driver(url).get_backend_name() == "postgresql"
    return Presence(url, rung) if several else None


async def crew_of(connection: AsyncConnection) -> int:
    """How many processes work on this database."""
    counted = await connection.exec_driver_sql(_COUNT, (_NAME,))
    return int(counted.scalar_one())


async def ring(connection: AsyncConnection) -> None:
    """Wake whoever works on what came in, when this transaction commits. SQLite wakes nobody."""
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql(f"NOTIFY {CAME_IN}")


def _key(deed: str) -> int:
    """Of 64 bits: two deeds that share one would only wait for each other."""
    return int.from_bytes(hashlib.blake2b(deed.encode(), digest_size=8).digest(), signed=True)
