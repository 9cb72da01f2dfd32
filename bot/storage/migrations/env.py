"""What Alembic runs for every command; ``bot/storage/migrate.py`` hands it the connection."""

from typing import Literal

from alembic import context

from bot.storage.tables import Instant, metadata

# Written in each database's own words (0002, 0004, 0008, 0019), not in the tables: search, sums
# and counts.
DERIVED = ("client_search", "ix_clients_search_trgm", "tallies", "generations", "cost_tallies")


def _ours(name: str | None, _kind: str, _parents: object) -> bool:
    return name is None or not name.startswith(DERIVED)


def _in_plain_words(kind: str, thing: object, _context: object) -> str | Literal[False]:
    # A revision must not depend on a class that may change after it.
    if kind == "type" and isinstance(thing, Instant):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    include_name=_ours,
    render_item=_in_plain_words,
)
with context.begin_transaction():
    context.run_migrations()
