"""Remember how fast a number may begin chats, and with whom it began."""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables.columns import Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "number_paces",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("warmed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("level", sa.Integer(), server_default="0", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("lost", sa.Integer(), server_default="0", nullable=False),
        sa.Column("out_of", sa.Integer(), server_default="0", nullable=False),
        sa.Column("since", Instant(), nullable=True),
        sa.Column("no_new_until", Instant(), nullable=True),
        sa.Column("held_why", sa.Text(), server_default="", nullable=False),
        sa.Column("held_at", Instant(), nullable=True),
        sa.Column("canary", ID, nullable=True),
        sa.Column("canary_at", Instant(), nullable=True),
        sa.Column("proved_at", Instant(), nullable=True),
        sa.Column("told", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["canary"], ["outbox.id"], name=op.f("fk_number_paces_canary")),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_number_paces")),
    )
    op.create_table(
        "paced_starts",
        sa.Column("outbox_id", ID, autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_paced_starts_outbox_id")
        ),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_paced_starts")),
    )
    op.create_index(op.f("ix_paced_starts_at"), "paced_starts", ["at"])


def downgrade() -> None:
    op.drop_table("paced_starts")
    op.drop_table("number_paces")
