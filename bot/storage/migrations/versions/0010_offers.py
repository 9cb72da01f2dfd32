"""What was offered in a chat without buttons, so that a number hours later hits the right thing."""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offers",
        sa.Column(
            "outbox_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("buttons", sa.Text(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_offers_outbox_id")),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_at"), "offers", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_offers_at"), table_name="offers")
    op.drop_table("offers")
