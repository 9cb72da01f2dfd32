"""Our own number: how it stands, how its messages are billed, and what the owner says they cost."""

import sqlalchemy as sa

from bot.storage.tables.columns import Id, Json, at, metadata

# The network's description of the number, as it was asked for the last time.
number_facts = sa.Table(
    "number_facts",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("facts", Json, nullable=False),  # domain/own_number.py
    at("told_at"),
    at("asked_at"),  # none: it is to be asked at once
)

# How the network bills a message; the first that it says counts. One row a message.
message_costs = sa.Table(
    "message_costs",
    metadata,
    sa.Column("outbox_id", Id, sa.ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("billable", sa.Boolean, nullable=False),
    sa.Column("calling_code", sa.Text, nullable=False),
    at("at", null=False),
    sa.Index("ix_message_costs_at", "at"),
)

# What a message costs, said by the owner; an empty calling code is every other country.
message_prices = sa.Table(
    "message_prices",
    metadata,
    sa.Column("category", sa.Text, primary_key=True),
    sa.Column("calling_code", sa.Text, primary_key=True),
    sa.Column("micros", sa.BigInteger),  # millionths of the currency's unit; none: not said
    sa.Column("currency", sa.Text, nullable=False, server_default=""),
    sa.Column("free_a_month", sa.Integer),  # in the row of every other country
)
