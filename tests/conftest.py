"""What every test may ask for. Servers start when the first test asks, and stop with the run."""

from tests.support.databases import (
    database_url,
    databases,
    empty_database_url,
    engines,
    postgres_databases,
    sqlite_files,
    sqlite_url,
)
from tests.support.postgres import postgres_url
from tests.support.redis_server import redis_server, redis_url

__all__ = [
    "database_url",
    "databases",
    "empty_database_url",
    "engines",
    "postgres_databases",
    "postgres_url",
    "redis_server",
    "redis_url",
    "sqlite_files",
    "sqlite_url",
]
