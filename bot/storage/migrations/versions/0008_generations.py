"""How often what answers rest on has changed, so that a kept answer is never an old one."""

import secrets

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# By table: what it is about. A statement at a time where thousands of rows change at once.
MANY = {
    "charges": "money",
    "payments": "money",
    "subscriptions": "money",
    "clients": "clients",
    "claims": "claims",
}
FEW = {
    "plans": "plans",
    "business": "house",
    "ladder_steps": "ladder",
    "channel_states": "channels",
    "templates": "templates",
}
# Where not every change counts: when a chat was last heard moves all the time.
COLUMNS = {
    "channel_states": "paused_until, held_at, starts_rest_until, trouble, people_a_day",
    "templates": "status, category, reason",
}

TABLE = """
CREATE TABLE generations (
  subject TEXT NOT NULL,
  slot INTEGER NOT NULL,
  number BIGINT NOT NULL,
  CONSTRAINT pk_generations PRIMARY KEY (subject, slot)
)
"""
# No less than the milliseconds since 1970: an older copy of the database that is put back must not
# count up to numbers for which somebody keeps answers of the newer one.
MOVE = """
INSERT INTO generations (subject, slot, number) VALUES ({subject}, {slot}, {now})
ON CONFLICT (subject, slot) DO UPDATE SET
  number = {highest}(generations.number + 1, excluded.number)
"""
SQLITE_NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
# Each writer moves a row of its own, as with the sums of revision 0004: nobody waits for anybody.
POSTGRES_MOVE = MOVE.format(
    subject="TG_ARGV[0]",
    slot="tally_slot()",
    now="(extract(epoch FROM clock_timestamp()) * 1000)::bigint",
    highest="greatest",
)
MOVES = f"""
CREATE FUNCTION generation_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {POSTGRES_MOVE};
  RETURN NULL;
END
$$
"""
MOVES_IF_ANY = f"""
CREATE FUNCTION generation_moves_if_any() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM moved) THEN
    {POSTGRES_MOVE};
  END IF;
  RETURN NULL;
END
$$
"""
DEEDS = ("INSERT", "UPDATE", "DELETE")


def upgrade() -> None:
    op.execute(TABLE)
    era = secrets.randbits(53)
    op.execute(f"INSERT INTO generations (subject, slot, number) VALUES ('era', 0, {era})")  # noqa: S608 - a number
    if _sqlite():
        for table, subject in (MANY | FEW).items():
            for deed in DEEDS:
                op.execute(_sqlite_trigger(table, subject, deed))
        return
    op.execute(MOVES)
    op.execute(MOVES_IF_ANY)
    for table, subject in (MANY | FEW).items():
        for deed in DEEDS:
            op.execute(_postgres_trigger(table, subject, deed))
        op.execute(
            f"CREATE TRIGGER generation_{table}_truncate AFTER TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION generation_moves('{subject}')"
        )


def downgrade() -> None:
    for table in MANY | FEW:
        for deed in DEEDS if _sqlite() else (*DEEDS, "TRUNCATE"):
            of = "" if _sqlite() else f" ON {table}"
            op.execute(f"DROP TRIGGER generation_{table}_{deed.lower()}{of}")
    if not _sqlite():
        op.execute("DROP FUNCTION generation_moves_if_any")
        op.execute("DROP FUNCTION generation_moves")
    op.execute("DROP TABLE generations")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _event(table: str, deed: str) -> str:
    of = f" OF {COLUMNS[table]}" if deed == "UPDATE" and table in COLUMNS else ""
    return f"AFTER {deed}{of} ON {table}"


def _sqlite_trigger(table: str, subject: str, deed: str) -> str:
    move = MOVE.format(subject=f"'{subject}'", slot=0, now=SQLITE_NOW, highest="max")
    name = f"generation_{table}_{deed.lower()}"
    return f"CREATE TRIGGER {name} {_event(table, deed)} BEGIN {move}; END"


def _postgres_trigger(table: str, subject: str, deed: str) -> str:
    name = f"generation_{table}_{deed.lower()}"
    if table in FEW:
        how = f"FOR EACH ROW EXECUTE FUNCTION generation_moves('{subject}')"
    else:
        rows = "OLD" if deed == "DELETE" else "NEW"
        how = (
            f"REFERENCING {rows} TABLE AS moved FOR EACH STATEMENT"
            f" EXECUTE FUNCTION generation_moves_if_any('{subject}')"
        )
    return f"CREATE TRIGGER {name} {_event(table, deed)} {how}"
