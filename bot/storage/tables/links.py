"""How a phone is being linked to a chat, where a chat needs that."""

import sqlalchemy as sa

from bot.storage.tables.columns import at, metadata, ref

links = sa.Table(
    "links",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("wanted", sa.Text, nullable=False),  # code, letters, restart; empty: nothing
    sa.Column("phone", sa.Text, nullable=False),  # whose letters
    ref("asked_by", "people", null=True),  # none: the house itself
    at("asked_at"),
    sa.Column("shown", sa.Integer, nullable=False),  # codes, for this asking
    sa.Column("code_hash", sa.Text, nullable=False),  # of the last one
    sa.Column("told", sa.Text, nullable=False),  # why the link was ended, once the house heard
)
