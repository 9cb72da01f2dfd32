"""How each template stands: liked or not, dearer soon, paused until when, and who was told."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from bot.storage.migrations.triggers import kept_triggers

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WORDS = ("quality", "coming", "advice", "told")


def upgrade() -> None:
    with (
        kept_triggers("templates"),
        op.batch_alter_table("templates", recreate=_copied()) as table,
    ):
        for name in WORDS:
            table.add_column(sa.Column(name, sa.Text(), server_default="", nullable=False))
        moment = sa.DateTime(timezone=True)
        table.add_column(sa.Column("paused_until", moment, nullable=True))


def downgrade() -> None:
    with (
        kept_triggers("templates"),
        op.batch_alter_table("templates", recreate=_copied()) as table,
    ):
        for name in (*WORDS, "paused_until"):
            table.drop_column(name)


def _copied() -> Literal["always", "never"]:
    # SQLite would write the new column behind the key: then it is no longer the table as it is made.
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
