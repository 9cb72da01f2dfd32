"""The chats: what comes in over them, how each stands, and the forms of words approved for it."""

import sqlalchemy as sa

from bot.storage.tables.columns import at, key, metadata

inbox_raw = sa.Table(
    "inbox_raw",
    metadata,
    key(),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    at("received_at", null=False),
    at("done_at"),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    at("not_before"),  # of the next try
    sa.Column("trouble", sa.Text, nullable=False, server_default=""),  # kept, counted, shown
    sa.Index(
        "ix_inbox_raw_undone",
        "id",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    ),
)

inbox_seen = sa.Table(
    "inbox_seen",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("message_id", sa.Text, primary_key=True),
    at("at", null=False),
)

channel_states = sa.Table(
    "channel_states",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("cursor", sa.BigInteger),  # Telegram's next update
    at("heard_at"),  # the last webhook or update: evidence that evidence can come
    at("paused_until"),  # the account is in trouble; nothing goes
    at("starts_rest_until"),  # so says the provider: answers go, what we start does not
    # Each of the two rests has its own reason: what ends one does not end the other.
    sa.Column("starts_trouble", sa.Text, nullable=False, server_default=""),
    at("held_at"),  # somebody of the house holds back what we start, until they say otherwise
    sa.Column("trouble", sa.Text, nullable=False, server_default=""),
    sa.Column("people_a_day", sa.Integer),  # whom we may write to first, as the network says
)

# The button that copies a Pix code: the owner's switch, and when the account last refused it.
pix_buttons = sa.Table(
    "pix_buttons",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("off", sa.Boolean, nullable=False),
    at("refused_at"),
    sa.Column("why", sa.Text, nullable=False, server_default=""),
)

templates = sa.Table(
    "templates",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("language", sa.Text, primary_key=True),
    sa.Column("remote_id", sa.Text, nullable=False, server_default=""),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("fingerprint", sa.Text, nullable=False),  # of the words we asked for
    sa.Column("quality", sa.Text, nullable=False, server_default=""),
    sa.Column("coming", sa.Text, nullable=False, server_default=""),  # the category it will have
    sa.Column("advice", sa.Text, nullable=False, server_default=""),  # a reviewer's
    at("paused_until"),
    sa.Column("told", sa.Text, nullable=False, server_default=""),  # what the house knows of it
    at("checked_at", null=False),
)
