"""Tables of which a row, once written, stays as it is: the database itself refuses all else."""

import sqlalchemy as sa
from sqlalchemy.event import listen

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


_TABLES: list[str] = []


def lifting(dialect: str) -> list[str]:
    """What lets a database be emptied, to take a backup in; ``holding`` comes after it."""
    if dialect == "postgresql":
        return [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in _TABLES]
    return [f"DROP TRIGGER {table}_{what}" for table in _TABLES for what in ("keeps", "stays")]


def holding(dialect: str) -> list[str]:
    """What makes rows stay again."""
    if dialect == "postgresql":
        return [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in _TABLES]
    return [each.format(table=table).strip() for table in _TABLES for each in _SQLITE]


def append_only(table: sa.Table) -> None:
    """Let the triggers be made along with the table; revision 0003 makes the very same."""
    _TABLES.append(table.name)
    for dialect, statements in (("sqlite", _SQLITE), ("postgresql", _POSTGRES)):
        for statement in statements:
            # SQLAlchemy says of this one call only that it takes anything.
            made = sa.DDL(statement.format(table=table.name).strip())  # type: ignore[no-untyped-call]
            listen(table, "after_create", made.execute_if(dialect=dialect))
