"""What was kept of all the other tables, when, and whether it could be brought back."""

import sqlalchemy as sa

from bot.storage.tables.columns import at, key, metadata, ref

backups = sa.Table(
    "backups",
    metadata,
    key(),
    sa.Column("kind", sa.Text, nullable=False),  # nightly, asked
    ref("asked_by", "people", null=True),
    at("asked_at", null=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    at("not_before", null=False),  # of the next try
    sa.Column("trouble", sa.Text, nullable=False, server_default=""),  # backup.why.* says it
    at("made_at"),  # the moment that it shows; none: not made yet
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("bytes", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("rows", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("sha256", sa.Text, nullable=False, server_default=""),  # of the rows, not the file
    sa.Column("took_ms", sa.BigInteger, nullable=False, server_default="0"),
    at("drilled_at"),  # when it was brought back for a try
    sa.Column("drill_trouble", sa.Text, nullable=False, server_default=""),
    sa.Column("drill_ms", sa.BigInteger, nullable=False, server_default="0"),
    at("remote_at"),  # when it was brought to a place away from this machine
    sa.Column("remote_tries", sa.Integer, nullable=False, server_default="0"),
    at("remote_not_before"),  # of the next try
    sa.Column("remote_trouble", sa.Text, nullable=False, server_default=""),
)
