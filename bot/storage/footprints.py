"""What a transaction has changed so far, read off its own statements: no writer has to say so."""

import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.services.ports.kept import Subject

# By table. Revision 0008 counts the changes of the same ones.
SUBJECTS = {
    "charges": Subject.MONEY,
    "payments": Subject.MONEY,
    "subscriptions": Subject.MONEY,
    "clients": Subject.CLIENTS,
    "claims": Subject.CLAIMS,
    "plans": Subject.PLANS,
    "business": Subject.HOUSE,
    "ladder_steps": Subject.LADDER,
    "channel_states": Subject.CHANNELS,
    "templates": Subject.TEMPLATES,
}
_NAME = "emdia footprints"
_WRITES = re.compile(r'\b(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+"?(\w+)', re.IGNORECASE)
_WAITS = re.compile(r"\bFOR (?:NO KEY )?(?:UPDATE|SHARE)|advisory", re.IGNORECASE)


@dataclass(slots=True)
class Footprints:
    """One transaction's. ``known``: the generations as it last read them; none if it may have
    waited for somebody since, who changed them meanwhile. ``alone``: nobody can, before it ends.
    """

    alone: bool
    touched: set[str] = field(default_factory=set)
    known: dict[str, int] | None = None


def watch(engine: AsyncEngine) -> None:
    """Look at every statement that goes through the engine's connections."""
    event.listen(engine.sync_engine, "before_cursor_execute", _noted)


def begin(connection: AsyncConnection) -> Footprints:
    """Begin anew, with the connection's next transaction."""
    assert connection.sync_connection is not None  # it is open
    # SQLite lets one write at a time, and shows who reads the moment at which they began.
    steps = Footprints(alone=connection.dialect.name == "sqlite")
    connection.sync_connection.info[_NAME] = steps
    return steps


def _noted(
    connection: Connection,
    _cursor: object,
    statement: str,
    _parameters: object,
    _context: object,
    _many: object,
) -> None:
    steps: Any = connection.info.get(_NAME)
    if steps is None:
        return
    reads = statement.startswith("SELECT")
    if not steps.alone and (not reads or _WAITS.search(statement)):
        steps.known = None
    if not reads:
        touched = (SUBJECTS.get(table.lower()) for table in _WRITES.findall(statement))
        steps.touched.update(subject for subject in touched if subject)
