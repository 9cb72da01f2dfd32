"""What the house saw of itself, minute by minute, and the troubles it had."""

import sqlalchemy as sa

from bot.storage.tables.columns import Json, at, key, metadata

# One row a minute and process: that there is one says that the house was there.
samples = sa.Table(
    "samples",
    metadata,
    sa.Column("minute", at("minute").type, primary_key=True),
    sa.Column("process", sa.Text, primary_key=True),
    sa.Column("figures", Json, nullable=False),  # domain/watch.py: by name
    sa.Column("answers", Json, nullable=False),  # how many took how long
    sa.Column("asked", sa.Integer, nullable=False),  # requests over HTTP
    sa.Column("errors", sa.Integer, nullable=False),  # of them
    sa.Column("tried", sa.Integer, nullable=False),  # messages handed to a provider
    sa.Column("failed", sa.Integer, nullable=False),  # of them
)

incidents = sa.Table(
    "incidents",
    metadata,
    key(),
    sa.Column("condition", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    # Who noticed it, and says when it is over: the house, or an Alertmanager.
    sa.Column("source", sa.Text, nullable=False, server_default="house"),
    at("began_at", null=False),
    at("ended_at"),
    at("told_at"),  # the house heard of it
    at("end_told_at"),  # and that it is over
    # Whatever process looks: a trouble begins once.
    sa.Index(
        "ix_incidents_open",
        "condition",
        "about",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)
