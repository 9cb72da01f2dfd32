"""What several revisions do with triggers. Written once; what it does for them never changes."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

_OF = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")

_SQLITE = (
    """
    CREATE TRIGGER {table}_keeps BEFORE UPDATE ON {table} BEGIN
      SELECT RAISE(ABORT, 'the record is never changed');
    END
    """,
    """
    CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} BEGIN
      SELECT RAISE(ABORT, 'the record is never changed');
    END
    """,
)
_POSTGRES = (
    """
    CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the record is never changed' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_stays()
    """,
)


def hold_rows(table: str) -> None:
    """Have the database refuse that a row, once written, is changed or taken away."""
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(statement.format(table=table).strip())


def release_rows(table: str) -> None:
    """Take back ``hold_rows``."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_keeps")
        op.execute(f"DROP TRIGGER {table}_stays")
    else:
        op.execute(f"DROP TRIGGER {table}_stays ON {table}")
        op.execute(f"DROP FUNCTION {table}_stays()")


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
        line.exec_driver_sql(trigger)  # as it is: a colon in it is no parameter
