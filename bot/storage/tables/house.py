"""The business, the people in it, and the chats they are in."""

import sqlalchemy as sa

from bot.storage.tables.append_only import append_only
from bot.storage.tables.columns import Id, Json, at, key, metadata, ref

business = sa.Table(
    "business",
    metadata,
    key(),  # one installation, one business: the row is number 1
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("city", sa.Text, nullable=False, server_default=""),
    sa.Column("pix_key", sa.Text),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),  # of new people
    sa.Column("settings", Json, nullable=False),  # quiet hours and the like: services/business.py
    at("owner_claimed_at"),
    at("set_up_at"),
    at("created_at", null=False),
)

people = sa.Table(
    "people",
    metadata,
    key(),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("role", sa.Text),  # owner, manager, viewer; none: not of the house
    sa.Column("language", sa.Text, nullable=False),
    at("created_at", null=False),
)

addresses = sa.Table(
    "addresses",
    metadata,
    key(),
    ref("person_id", "people", index=True),
    sa.Column("channel", sa.Text, nullable=False),
    # What the channel calls them: chat id; on WhatsApp the canonical key of the phone.
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("send_to", sa.Text, nullable=False),  # chat id, or the phone in E.164 as given
    sa.Column("wa_id", sa.Text),  # learned from the provider
    at("last_inbound_at"),
    at("unreachable_at"),
    sa.Column("unreachable_why", sa.Text),
    sa.UniqueConstraint("channel", "key"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("people.id"), primary_key=True, autoincrement=False),
    sa.Column("state", sa.Text, nullable=False),  # dialog/session.py as JSON text
    at("updated_at", null=False),
)

tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # short and random: it is what a button carries
    ref("person_id", "people", index=True),
    sa.Column("deed", sa.Text, nullable=False),
    sa.Column("about", Json, nullable=False),
    at("expires_at", null=False),
    sa.Index("ix_tickets_expires_at", "expires_at"),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    ref("person_id", "people", null=True),  # who gets one more chat by it; none: somebody new
    at("expires_at", null=False),
    at("used_at"),
    ref("used_by", "people", null=True),
)

# Wrong codes, and the strangers that were answered: a row each, while it counts.
knocks = sa.Table(
    "knocks",
    metadata,
    key(),
    sa.Column("what", sa.Text, nullable=False),  # domain/knocks.py
    ref("person_id", "people"),
    at("at", null=False),
    sa.Index("ix_knocks_person_id_what_at", "person_id", "what", "at"),
    sa.Index("ix_knocks_what_at", "what", "at"),
)

audit = sa.Table(
    "audit",
    metadata,
    key(),
    at("at", null=False),
    ref("person_id", "people", null=True),
    sa.Column("deed", sa.Text, nullable=False),
    ref("client_id", "clients", null=True, index=True),
    sa.Column("origin", sa.Text, nullable=False, server_default=""),  # a chat, api, cli or job
    sa.Column("request_id", sa.Text, nullable=False, server_default=""),
    sa.Column("about", Json, nullable=False),
    sa.Index("ix_audit_at", "at"),
)
append_only(audit)

# A day on which far more than usual would go out, and what the house says of it.
big_days = sa.Table(
    "big_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("usual", sa.Integer, nullable=False),  # of the largest of the days before
    sa.Column("answer", sa.Text, nullable=False, server_default=""),  # send or hold
    ref("decided_by", "people", null=True),
    at("asked_at", null=False),
    at("asked_again_at"),
)
