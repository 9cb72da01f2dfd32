"""Know the messages that a claim came by, so that what is corrected or deleted finds it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "claim_messages",
        sa.Column("claim_id", Id, autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), server_default="", nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_messages_claim_id")
        ),
        sa.PrimaryKeyConstraint("claim_id", "message_id", name=op.f("pk_claim_messages")),
    )
    op.create_index("ix_claim_messages_message_id", "claim_messages", ["message_id"])


def downgrade() -> None:
    op.drop_table("claim_messages")
