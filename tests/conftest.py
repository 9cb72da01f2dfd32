"""What every test may ask for. Servers start when the first test asks, and stop with the run."""

import os

from hypothesis import HealthCheck, settings

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

# No test asserts a time, and what fails is the change's doing: the same examples in every run.
# HYPOTHESIS=search looks for new ones.
settings.register_profile(
    "ours", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS", "ours"))
