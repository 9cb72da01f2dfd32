"""Until when a provider lets us start nothing, while it lets us answer."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("channel_states", recreate=_copied()) as table:
        moment = sa.DateTime(timezone=True)
        table.add_column(sa.Column("starts_rest_until", moment, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("channel_states", recreate=_copied()) as table:
        table.drop_column("starts_rest_until")


def _copied() -> Literal["always", "never"]:
    # SQLite would write the new column behind the key: then it is no longer the table as it is made.
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
