"""Whether what the store stands on is there: a file, a server, a Redis, and its clock."""

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.storage.engine import Engines, with_driver
from bot.storage.migrate import current, head, known
from bot.storage.presence import crew_of

_PATIENCE_S = 3.0

try:
    from asyncpg import PostgresError
except ImportError:  # an extra: without it there is no PostgreSQL that could be away
    _AWAY: tuple[type[Exception], ...] = (sa.exc.SQLAlchemyError, OSError)
else:
    _AWAY = (sa.exc.SQLAlchemyError, OSError, PostgresError)

# What a database raises that is not there, does not let us in or cannot be read.
AWAY = _AWAY


def file_of(url: str) -> Path | None:
    """The file of an SQLite database; none for a server's."""
    full = with_driver(url)
    return Path(full.database or "") if full.get_backend_name() == "sqlite" else None


async def schema_age(url: str) -> int:
    """0 at the newest schema, below it how we stand to an older one, 1 if it is newer than we."""
    found = await current(url)
    if found == head():
        return 0
    return -1 if found is None or found in known() else 1


async def its_clock(engines: Engines) -> datetime | None:
    """What time it is for the server; SQLite has no clock of its own."""
    if engines.reader.dialect.name == "sqlite":
        return None
    async with engines.reader.connect() as connection:
        now: datetime = (
            await connection.execute(sa.select(sa.func.clock_timestamp()))
        ).scalar_one()
        return now


async def workers_on(engines: Engines) -> int:
    """How many processes work on it right now; on SQLite nobody can tell."""
    if engines.reader.dialect.name == "sqlite":
        return 0
    async with engines.reader.connect() as connection:
        return await crew_of(connection)


async def answers(redis_url: str) -> bool:
    """Whether the Redis is there."""
    redis = Redis.from_url(
        redis_url, socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S
    )
    try:
        await redis.ping()
    except (RedisError, OSError):
        return False
    else:
        return True
    finally:
        await redis.aclose()
