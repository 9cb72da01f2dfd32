"""Clients, what they are on, what they owe and what they paid."""

import sqlalchemy as sa

from bot.storage.tables.columns import Json, at, key, metadata, ref

plans = sa.Table(
    "plans",
    metadata,
    key(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False, unique=True),  # the name without case and accents
    sa.Column("price", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),  # domain/plan.py Period
    sa.Column("on_sale", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.CheckConstraint("price > 0", name="price_positive"),
)

clients = sa.Table(
    "clients",
    metadata,
    key(),
    ref("person_id", "people"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False),  # without case and accents, to sort and find
    sa.Column("phone", sa.Text, nullable=False),  # E.164 as the admin means it
    sa.Column("phone_key", sa.Text, nullable=False, unique=True),  # canonical: one a person
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("tags", sa.Text, nullable=False, server_default=""),  # ' gold family ', for LIKE
    at("opted_out_at"),
    sa.Column("promised_on", sa.Date),  # the day by which they said they would pay
    sa.Column("not_before", sa.Date),  # remind them from this day on
    at("created_at", null=False),
    sa.Index("ix_clients_name_key_id", "name_key", "id"),
    sa.UniqueConstraint("person_id"),
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    key(),
    ref("client_id", "clients", index=True),
    ref("plan_id", "plans", index=True),
    sa.Column("price", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("anchor", sa.Date, nullable=False),  # the first due date, from which all are counted
    # The day as agreed (31 stays 31 through February); none for weeks and days.
    sa.Column("day_of_month", sa.Integer),
    sa.Column("standing", sa.Text, nullable=False),  # active, paused, cancelled
    sa.Column("next_cycle", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_due", sa.Date, nullable=False),  # of next_cycle, so that opening is one query
    at("standing_since", null=False),
    at("created_at", null=False),
    sa.CheckConstraint("price > 0", name="price_positive"),
    sa.Index("ix_subscriptions_standing_next_due", "standing", "next_due"),
    sa.Index("ix_subscriptions_price", "price"),
)

charges = sa.Table(
    "charges",
    metadata,
    key(),
    ref("client_id", "clients"),
    ref("subscription_id", "subscriptions"),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("paid", sa.BigInteger, nullable=False, server_default="0"),  # sum of its allocations
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("txid", sa.Text, nullable=False, unique=True),  # in the Pix code, up to 25 letters
    sa.Column("reminded", sa.Boolean, nullable=False, server_default=sa.true()),  # decision 0020
    at("settled_at"),  # when paid reached amount; cleared by an undo
    at("cancelled_at"),
    at("created_at", null=False),
    sa.UniqueConstraint("subscription_id", "cycle"),
    sa.Index("ix_charges_client_id_due_on", "client_id", "due_on"),
    sa.Index(
        "ix_charges_open_due_on",
        "due_on",
        "id",
        sqlite_where=sa.text("settled_at IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL AND cancelled_at IS NULL"),
    ),
    sa.Index("ix_charges_due_on", "due_on"),
    sa.CheckConstraint("amount > 0 AND paid >= 0 AND paid <= amount", name="amounts"),
)

payments = sa.Table(
    "payments",
    metadata,
    key(),
    ref("client_id", "clients", index=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("paid_on", sa.Date, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("once", sa.Text, nullable=False, unique=True),  # the same tap twice is one payment
    ref("recorded_by", "people", null=True),
    at("recorded_at", null=False),
    ref("receipt_id", "outbox", null=True),  # what told the client: an undo may still hold it back
    at("reversed_at"),
    ref("reversed_by", "people", null=True),
    sa.CheckConstraint("amount > 0", name="amount_positive"),
    sa.Index("ix_payments_paid_on", "paid_on"),
)

allocations = sa.Table(
    "allocations",
    metadata,
    key(),
    ref("payment_id", "payments", index=True),
    ref("charge_id", "charges", index=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("payment_id", "charge_id"),
)

ladder_steps = sa.Table(
    "ladder_steps",
    metadata,
    key(),
    sa.Column("offset_days", sa.Integer, nullable=False),  # from the due date
    sa.Column("at", sa.Time, nullable=False),  # in the business's zone
    sa.Column("template", sa.Text, nullable=False),
    ref("plan_id", "plans", null=True),  # only for this plan; none: for all
    sa.Column("channel", sa.Text),  # the chat it would rather go over
    sa.Column("in_use", sa.Boolean, nullable=False, server_default=sa.true()),
    at("removed_at"),  # kept, for what was sent for it
    sa.Index(
        "uq_ladder_steps_of_all",
        "offset_days",
        unique=True,
        sqlite_where=sa.text("plan_id IS NULL AND removed_at IS NULL"),
        postgresql_where=sa.text("plan_id IS NULL AND removed_at IS NULL"),
    ),
    sa.Index(
        "uq_ladder_steps_of_plan",
        "plan_id",
        "offset_days",
        unique=True,
        sqlite_where=sa.text("plan_id IS NOT NULL AND removed_at IS NULL"),
        postgresql_where=sa.text("plan_id IS NOT NULL AND removed_at IS NULL"),
    ),
)

imports = sa.Table(
    "imports",
    metadata,
    key(),
    ref("file_id", "files"),
    ref("person_id", "people", null=True),
    sa.Column("state", sa.Text, nullable=False),  # previewed, done, dropped
    sa.Column("counts", Json, nullable=False),
    at("created_at", null=False),
    at("done_at"),
)
