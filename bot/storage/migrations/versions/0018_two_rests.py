"""Why a provider lets us start nothing, beside why it lets nothing leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from bot.storage.migrations.triggers import kept_triggers

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Where both rest, nobody knows any more which of them the one reason was about.
SPLIT = """
UPDATE channel_states SET starts_trouble = trouble,
  trouble = CASE WHEN paused_until IS NULL THEN '' ELSE trouble END
WHERE starts_rest_until IS NOT NULL
"""
JOIN = "UPDATE channel_states SET trouble = starts_trouble WHERE trouble = ''"


@contextmanager
def _table() -> Iterator[BatchOperations]:
    # SQLite would write the new column behind the key: then it is no longer the table as it is made.
    lite = op.get_bind().dialect.name == "sqlite"
    recreate: Literal["always", "never"] = "always" if lite else "never"
    with (
        kept_triggers("channel_states"),
        op.batch_alter_table("channel_states", recreate=recreate) as table,
    ):
        yield table


def upgrade() -> None:
    with _table() as table:
        column = sa.Column("starts_trouble", sa.Text(), server_default="", nullable=False)
        table.add_column(column)
    op.execute(SPLIT)


def downgrade() -> None:
    op.execute(JOIN)
    with _table() as table:
        table.drop_column("starts_trouble")
