"""What arrived and how it is billed, counted as it happens, by the quarter of an hour."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# A quarter of an hour, since 1970: in every zone a month begins with one.
TABLE = """
CREATE TABLE cost_tallies (
  quarter BIGINT NOT NULL,
  category TEXT NOT NULL,
  calling_code TEXT NOT NULL,
  slot INTEGER NOT NULL,
  messages BIGINT NOT NULL,
  billable BIGINT NOT NULL,
  CONSTRAINT pk_cost_tallies PRIMARY KEY (quarter, category, calling_code, slot)
)
"""
# Of the messages {cost}; each counts {sign}. Whoever writes has a row of their own (see 0004).
ADD = """
INSERT INTO cost_tallies (quarter, category, calling_code, slot, messages, billable)
SELECT {quarter}, c.category, c.calling_code, {slot}, sum({sign}),
  sum(CASE WHEN c.billable THEN {sign} ELSE 0 END)
FROM {costs} WHERE c.kind <> 'free_entry_point' AND {which}
GROUP BY {quarter}, c.category, c.calling_code
ON CONFLICT (quarter, category, calling_code, slot) DO UPDATE SET
  messages = cost_tallies.messages + excluded.messages,
  billable = cost_tallies.billable + excluded.billable
"""
ARRIVED = "(o.delivered_at IS NOT NULL OR o.read_at IS NOT NULL)"
NOW_THERE = "(new.delivered_at IS NOT NULL OR new.read_at IS NOT NULL)"
WAS_THERE = "(old.delivered_at IS NOT NULL OR old.read_at IS NOT NULL)"
SQLITE_QUARTER = "CAST(strftime('%s', c.at) AS INTEGER) / 900"
POSTGRES_QUARTER = "floor(extract(epoch FROM c.at) / 900)::bigint"
# A message whose arrival is told after its price.
ON_ARRIVAL = f"CASE WHEN {NOW_THERE} THEN 1 ELSE -1 END"
COUNT_ARRIVAL = """
CREATE FUNCTION tally_cost_arrival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {add};
  RETURN NULL;
END
$$
"""
# A message whose price is told after its arrival; and one whose price is taken back.
COUNT = """
CREATE FUNCTION tally_cost() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM cost_tallies;
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    {went};
  END IF;
  IF TG_OP <> 'DELETE' THEN
    {came};
  END IF;
  RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.execute(TABLE)
    if _sqlite():
        for deed, signs in (("INSERT", (1,)), ("UPDATE", (-1, 1)), ("DELETE", (-1,))):
            body = "; ".join(_of_row(sign) for sign in signs)
            name = f"tally_message_costs_{deed.lower()}"
            op.execute(f"CREATE TRIGGER {name} AFTER {deed} ON message_costs BEGIN {body}; END")
        op.execute(
            "CREATE TRIGGER tally_outbox_arrived AFTER UPDATE OF delivered_at, read_at ON outbox"
            f" WHEN {WAS_THERE} <> {NOW_THERE} BEGIN {_of_arrival()}; END"
        )
    else:
        op.execute(COUNT.format(went=_of_row(-1), came=_of_row(1)))
        op.execute(
            "CREATE TRIGGER tally_message_costs AFTER INSERT OR UPDATE OR DELETE ON message_costs"
            " FOR EACH ROW EXECUTE FUNCTION tally_cost()"
        )
        op.execute(
            "CREATE TRIGGER tally_message_costs_emptied AFTER TRUNCATE ON message_costs"
            " FOR EACH STATEMENT EXECUTE FUNCTION tally_cost()"
        )
        op.execute(COUNT_ARRIVAL.format(add=_of_arrival()))
        op.execute(
            "CREATE TRIGGER tally_outbox_arrived AFTER UPDATE OF delivered_at, read_at ON outbox"
            f" FOR EACH ROW WHEN ({WAS_THERE} <> {NOW_THERE})"
            " EXECUTE FUNCTION tally_cost_arrival()"
        )
    # What is there already, when a database comes from before.
    everything = "message_costs AS c JOIN outbox AS o ON o.id = c.outbox_id"
    op.execute(_add(1, everything, ARRIVED, slot="0"))


def downgrade() -> None:
    if _sqlite():
        for name in ("message_costs_insert", "message_costs_update", "message_costs_delete"):
            op.execute(f"DROP TRIGGER tally_{name}")
        op.execute("DROP TRIGGER tally_outbox_arrived")
    else:
        op.execute("DROP TRIGGER tally_message_costs ON message_costs")
        op.execute("DROP TRIGGER tally_message_costs_emptied ON message_costs")
        op.execute("DROP TRIGGER tally_outbox_arrived ON outbox")
        op.execute("DROP FUNCTION tally_cost")
        op.execute("DROP FUNCTION tally_cost_arrival")
    op.execute("DROP TABLE cost_tallies")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _add(sign: int | str, costs: str, which: str, slot: str = "") -> str:
    quarter = SQLITE_QUARTER if _sqlite() else POSTGRES_QUARTER
    slot = slot or ("0" if _sqlite() else "tally_slot()")
    return ADD.format(sign=sign, costs=costs, which=which, slot=slot, quarter=quarter).strip()


def _of_row(sign: int) -> str:
    """One price, as it came or as it went, if its message is there."""
    row = "new" if sign > 0 else "old"
    columns = ", ".join(
        f"{row}.{name} AS {name}"
        for name in ("outbox_id", "category", "calling_code", "billable", "kind", "at")
    )
    of_its = "EXISTS (SELECT 1 FROM outbox AS o WHERE o.id = c.outbox_id AND "
    return _add(sign, f"(SELECT {columns}) AS c", f"{of_its}{ARRIVED})")


def _of_arrival() -> str:
    return _add(ON_ARRIVAL, "message_costs AS c", "c.outbox_id = new.id")
