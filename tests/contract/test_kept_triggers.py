"""A revision that copies a table: what the database did by itself, it goes on doing."""

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection

from bot.storage.engine import make_engines
from bot.storage.migrations.triggers import kept_triggers


def _of_templates(line: Connection) -> list[str]:
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'templates'"
    return sorted(line.scalars(sa.text(names)))


def _copied(line: Connection) -> tuple[list[str], list[str]]:
    before = _of_templates(line)
    with (
        Operations.context(MigrationContext.configure(line)) as op,
        kept_triggers("templates"),
        op.batch_alter_table("templates", recreate="always") as table,
    ):
        table.add_column(sa.Column("more", sa.Text, nullable=True))
    return before, _of_templates(line)


async def test_a_copied_table_keeps_its_triggers(sqlite_url: str) -> None:
    engines = make_engines(sqlite_url)
    async with engines.writer.begin() as connection:
        before, after = await connection.run_sync(_copied)
    await engines.dispose()
    assert before
    assert after == before
