"""Sums that are kept as things change, so that no figure is added up when it is asked for."""

from dataclasses import dataclass

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


@dataclass(frozen=True)
class Part:
    """What a row adds to, under which name and day, for as long as the condition holds."""

    what: str
    day: str
    amount: str
    paid: str
    when: str


# By table; {r} is the row, as it was or as it is.
PARTS = {
    "charges": (
        Part("'due'", "{r}.due_on", "{r}.amount", "{r}.paid", "{r}.cancelled_at IS NULL"),
        Part(
            "'open'",
            "{r}.due_on",
            "{r}.amount",
            "{r}.paid",
            "{r}.settled_at IS NULL AND {r}.cancelled_at IS NULL",
        ),
    ),
    "payments": (Part("'received'", "{r}.paid_on", "{r}.amount", "0", "{r}.reversed_at IS NULL"),),
    "subscriptions": (
        Part(
            "'coming ' || {r}.period", "{r}.next_due", "{r}.price", "0", "{r}.standing = 'active'"
        ),
    ),
}
# Which changes of a row may move a sum.
MOVING = {
    "charges": "amount, paid, due_on, settled_at, cancelled_at",
    "payments": "amount, paid_on, reversed_at",
    "subscriptions": "period, next_due, price, standing",
}
NAMES = {"charges": "'due', 'open'", "payments": "'received'", "subscriptions": "'coming'"}

TABLE = """
CREATE TABLE tallies (
  what TEXT NOT NULL,
  day DATE NOT NULL,
  slot INTEGER NOT NULL,
  number BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  paid BIGINT NOT NULL,
  CONSTRAINT pk_tallies PRIMARY KEY (what, day, slot)
)
"""
ADD = """
INSERT INTO tallies (what, day, slot, number, amount, paid)
SELECT what, day, {slot}, sum(number), sum(amount), sum(paid) FROM ({rows}) AS moved
GROUP BY what, day HAVING sum(number) <> 0 OR sum(amount) <> 0 OR sum(paid) <> 0
ON CONFLICT (what, day, slot) DO UPDATE SET
  number = tallies.number + excluded.number,
  amount = tallies.amount + excluded.amount,
  paid = tallies.paid + excluded.paid
"""
# Whoever writes to a sum holds its row until the end of their transaction. So that nobody waits
# for anybody, each writer has a row of its own: the first number that no other holds just now.
SLOT = """
CREATE FUNCTION tally_slot() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  FOR slot IN 0..63 LOOP
    IF pg_try_advisory_xact_lock(762417003, slot) THEN
      RETURN slot;
    END IF;
  END LOOP;
  RETURN 64 + pg_backend_pid();
END
$$
"""
COUNT = """
CREATE FUNCTION tally_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    {inserted};
  ELSIF TG_OP = 'UPDATE' THEN
    {updated};
  ELSIF TG_OP = 'DELETE' THEN
    {deleted};
  ELSE
    DELETE FROM tallies WHERE split_part(what, ' ', 1) IN ({names});
  END IF;
  RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.execute(TABLE)
    if _sqlite():
        for table in PARTS:
            for statement in _sqlite_triggers(table):
                op.execute(statement)
    else:
        op.execute(SLOT)
        for table in PARTS:
            for statement in _postgres_triggers(table):
                op.execute(statement)
    # What is there already, when a database comes from before.
    for table in PARTS:
        op.execute(ADD.format(rows=_rows(table, "t", 1, f"FROM {table} AS t"), slot=0))


def downgrade() -> None:
    for table in PARTS:
        for deed in ("added", "changed", "removed", *(() if _sqlite() else ("emptied",))):
            of = "" if _sqlite() else f" ON {table}"
            op.execute(f"DROP TRIGGER tally_{table}_{deed}{of}")
        if not _sqlite():
            op.execute(f"DROP FUNCTION tally_{table}")
    if not _sqlite():
        op.execute("DROP FUNCTION tally_slot")
    op.execute("DROP TABLE tallies")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _rows(table: str, row: str, sign: int, source: str = "") -> str:
    """What rows add (1) or took with them (-1)."""
    return " UNION ALL ".join(
        f"SELECT {part.what} AS what, {part.day} AS day, {sign} AS number,"
        f" {sign} * {part.amount} AS amount, {sign} * {part.paid} AS paid"
        f" {source} WHERE {part.when}".format(r=row)
        for part in PARTS[table]
    )


def _sqlite_triggers(table: str) -> list[str]:
    came, went = _rows(table, "new", 1), _rows(table, "old", -1)
    return [
        f"CREATE TRIGGER tally_{table}_{deed} AFTER {event} ON {table}"
        f" BEGIN {ADD.format(slot=0, rows=rows)}; END"
        for deed, event, rows in (
            ("added", "INSERT", came),
            ("changed", f"UPDATE OF {MOVING[table]}", f"{went} UNION ALL {came}"),
            ("removed", "DELETE", went),
        )
    ]


def _postgres_triggers(table: str) -> list[str]:
    """A statement at a time: thousands of rows move a sum once."""
    slot = "tally_slot()"
    came, went = _rows(table, "t", 1, "FROM came AS t"), _rows(table, "t", -1, "FROM went AS t")
    function = COUNT.format(
        table=table,
        inserted=ADD.format(slot=slot, rows=came),
        updated=ADD.format(slot=slot, rows=f"{went} UNION ALL {came}"),
        deleted=ADD.format(slot=slot, rows=went),
        names=NAMES[table],
    )
    return [
        function,
        *(
            f"CREATE TRIGGER tally_{table}_{deed} AFTER {event} ON {table} {sees}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION tally_{table}()"
            for deed, event, sees in (
                ("added", "INSERT", "REFERENCING NEW TABLE AS came"),
                ("changed", "UPDATE", "REFERENCING OLD TABLE AS went NEW TABLE AS came"),
                ("removed", "DELETE", "REFERENCING OLD TABLE AS went"),
                ("emptied", "TRUNCATE", ""),
            )
        ),
    ]
