"""How our own number stands, and what its messages cost."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "number_facts",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("channel", name="pk_number_facts"),
    )
    op.create_table(
        "message_costs",
        sa.Column("outbox_id", ID, autoincrement=False, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("billable", sa.Boolean(), nullable=False),
        sa.Column("calling_code", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_message_costs_outbox_id"),
        sa.PrimaryKeyConstraint("outbox_id", name="pk_message_costs"),
    )
    op.create_index("ix_message_costs_at", "message_costs", ["at"])
    op.create_table(
        "message_prices",
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("calling_code", sa.Text(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("free_a_month", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("category", "calling_code", name="pk_message_prices"),
    )


def downgrade() -> None:
    op.drop_table("message_prices")
    op.drop_table("message_costs")
    op.drop_table("number_facts")
