"""How each template stands: liked or not, dearer soon, paused until when, and who was told."""

from collections.abc import Callable
from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WORDS = ("quality", "coming", "advice", "told")
TRIGGERS = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'templates'"


def upgrade() -> None:
    _with_its_triggers(_add)


def downgrade() -> None:
    _with_its_triggers(_drop)


def _add() -> None:
    with op.batch_alter_table("templates", recreate=_copied()) as table:
        for name in WORDS:
            table.add_column(sa.Column(name, sa.Text(), server_default="", nullable=False))
        moment = sa.DateTime(timezone=True)
        table.add_column(sa.Column("paused_until", moment, nullable=True))


def _drop() -> None:
    with op.batch_alter_table("templates", recreate=_copied()) as table:
        for name in (*WORDS, "paused_until"):
            table.drop_column(name)


def _with_its_triggers(change: Callable[[], None]) -> None:
    """SQLite makes the table anew, and forgets what was to happen when it changes."""
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    kept = [row.sql for row in connection.exec_driver_sql(TRIGGERS)] if sqlite else []
    change()
    for written in kept:
        connection.exec_driver_sql(written)


def _copied() -> Literal["always", "never"]:
    # SQLite would write the new column behind the key: then it is no longer the table as it is made.
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
