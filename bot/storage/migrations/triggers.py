"""For a revision that copies a table on SQLite: its triggers come along."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

_OF = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")


@contextmanager
def kept_triggers(table: str) -> Iterator[None]:
    """Put back after the block what a copy drops with the old table; PostgreSQL copies nothing.

    ``with kept_triggers("templates"), op.batch_alter_table("templates") as table: ...``
    """
    line = op.get_bind()
    if line.dialect.name != "sqlite":
        yield
        return
    before = set(line.scalars(_OF, {"table": table}))
    yield
    for trigger in sorted(before - set(line.scalars(_OF, {"table": table}))):
        op.execute(trigger)
