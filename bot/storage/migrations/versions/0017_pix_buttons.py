"""Remember whether reminders may have the button that copies a Pix code."""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables.columns import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pix_buttons",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("refused_at", Instant(), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_pix_buttons")),
    )


def downgrade() -> None:
    op.drop_table("pix_buttons")
