"""What clients say they have paid, and the files and messages it came with."""

import sqlalchemy as sa

from bot.storage.tables.columns import Id, at, key, metadata, ref

files = sa.Table(
    "files",
    metadata,
    key(),
    sa.Column("sha256", sa.Text, nullable=False, index=True),  # the same receipt, sent again
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("mime", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    at("created_at", null=False),
)

claims = sa.Table(
    "claims",
    metadata,
    key(),
    ref("client_id", "clients", index=True),
    ref("file_id", "files", null=True),
    sa.Column("said", sa.Text, nullable=False, server_default=""),
    # What was to be paid when they said so: a charge that fell due since is not in it.
    sa.Column("amount", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("state", sa.Text, nullable=False),  # pending, confirmed, rejected, undone
    ref("payment_id", "payments", null=True),
    ref("decided_by", "people", null=True),
    at("decided_at"),
    at("created_at", null=False),
    sa.Index(
        "uq_claims_pending_client_id",
        "client_id",
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    ),
)

# The messages that a claim came by, so that what is corrected or deleted finds it.
claim_messages = sa.Table(
    "claim_messages",
    metadata,
    sa.Column("claim_id", Id, sa.ForeignKey("claims.id"), primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.Text, primary_key=True),  # as its network names it
    sa.Column("said", sa.Text, nullable=False, server_default=""),
    at("taken_back_at"),  # when they deleted it
    sa.Index("ix_claim_messages_message_id", "message_id"),
)
