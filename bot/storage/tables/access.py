"""Programs that may ask over HTTP, and what they have done lately."""

import sqlalchemy as sa

from bot.storage.tables.columns import Id, Instant, Json, at, key, metadata, ref

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    key(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),  # SHA-256; it is shown once
    sa.Column("scopes", Json, nullable=False),  # domain/scope.py
    ref("created_by", "people"),  # in whose name it acts
    at("created_at", null=False),
    at("last_used_at"),  # to the hour
    at("revoked_at"),
)

# What a token did under an idempotency key: written with the deed itself, kept for a day.
api_deeds = sa.Table(
    "api_deeds",
    metadata,
    sa.Column(
        "token_id", Id, sa.ForeignKey("api_tokens.id"), primary_key=True, autoincrement=False
    ),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("request_hash", sa.Text, nullable=False),
    sa.Column("status", sa.Integer, nullable=False, server_default="0"),
    sa.Column("answer", sa.Text, nullable=False, server_default=""),
    sa.Column("at", Instant, nullable=False, index=True),
)
