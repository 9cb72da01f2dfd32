"""The pace of a number that has to be treated with care, and with whom it began to talk."""

import sqlalchemy as sa

from bot.storage.tables.columns import Id, Instant, at, metadata

# A row a chat; domain/pace_state.py says what it holds.
number_paces = sa.Table(
    "number_paces",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("kept", sa.Boolean, nullable=False),  # whether the gateway of today needs it
    sa.Column("warmed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_day", sa.Date),  # of the business's zone
    at("next_at"),
    sa.Column("level", sa.Integer, nullable=False, server_default="0"),
    sa.Column("why", sa.Text, nullable=False, server_default=""),
    sa.Column("lost", sa.Integer, nullable=False, server_default="0"),
    sa.Column("out_of", sa.Integer, nullable=False, server_default="0"),
    at("since"),
    at("no_new_until"),
    sa.Column("held_why", sa.Text, nullable=False, server_default=""),
    at("held_at"),
    sa.Column("canary", Id, sa.ForeignKey("outbox.id")),
    at("canary_at"),
    at("proved_at"),
    sa.Column("told", sa.Text, nullable=False, server_default=""),
)

# Messages with which we began to write to somebody who had not written to us that day.
paced_starts = sa.Table(
    "paced_starts",
    metadata,
    sa.Column("outbox_id", Id, sa.ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False, index=True),
)
