"""A PostgreSQL of one's own that forgets nothing, for as long as the measurements take."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from sqlalchemy.engine import make_url

from tests.support.postgres import running_postgres

# As it is installed: every commit reaches the disk. (The tests' server is in a hurry.)
_DURABLE = ("max_connections=100",)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """Makes databases on one server."""

    url: str

    async def fresh(self, name: str) -> str:
        """An empty database's address."""
        await self._order(f'CREATE DATABASE "{name}"')
        return self._address(name)

    async def copy(self, of: str, name: str) -> str:
        """A copy of one that nobody is connected to."""
        await self._order(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
        return self._address(name)

    def _address(self, name: str) -> str:
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    async def _order(self, statement: str) -> None:
        plain = make_url(self.url).set(drivername="postgresql")
        connection = await asyncpg.connect(plain.render_as_string(hide_password=False))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@asynccontextmanager
async def a_server() -> AsyncIterator[PostgresServer]:
    """Up while inside."""
    with running_postgres(_DURABLE) as url:
        yield PostgresServer(url)
