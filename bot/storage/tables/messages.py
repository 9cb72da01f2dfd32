"""What goes out: every way out is a row of the outbox."""

import sqlalchemy as sa

from bot.storage.tables.columns import Id, Instant, at, key, metadata, ref

# Every way out is a row here. Its life: domain/delivery.py.
outbox = sa.Table(
    "outbox",
    metadata,
    key(),
    sa.Column("opaque", sa.Text, nullable=False, unique=True),  # ours, echoed by some providers
    ref("person_id", "people"),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("send_to", sa.Text, nullable=False),
    # screen answers somebody; reminder starts; notice is the rest of what we start
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),  # reminder, receipt, claim, forwarded, answer...
    sa.Column("payload", sa.Text, nullable=False),  # an Outgoing as JSON; empty for a reminder
    sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
    sa.Column("priority", sa.Integer, nullable=False, server_default="5"),  # 1 answers, 5 reminders
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("resends", sa.Integer, nullable=False, server_default="0"),  # after lost evidence
    sa.Column("lease_owner", sa.Text),
    at("lease_until"),  # of an uncertain one: until when evidence is waited for
    sa.Column("provider_id", sa.Text),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    ref("follows_id", "outbox", null=True),
    at("created_at", null=False),
    at("sending_at"),
    at("accepted_at"),
    at("sent_at"),
    at("delivered_at"),
    at("read_at"),
    at("ended_at"),  # failed, given up or cancelled
    at("dismissed_at"),  # somebody saw the trouble and sent it again, or let it be
    at("told_at"),  # the house was told that it did not arrive: once
    sa.Index("ix_outbox_provider_id", "provider_id"),
    sa.Index("ix_outbox_person_id_id", "person_id", "id"),  # what a client was last told
    sa.Index(
        "ix_outbox_due",
        "channel",
        "priority",
        "due_at",
        "id",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sa.Index(
        "ix_outbox_unfinished",
        "person_id",
        "id",
        sqlite_where=sa.text("state IN ('waiting', 'claimed', 'sending', 'uncertain')"),
        postgresql_where=sa.text("state IN ('waiting', 'claimed', 'sending', 'uncertain')"),
    ),
    sa.Index(
        "ix_outbox_held",
        "lease_until",
        sqlite_where=sa.text("state IN ('claimed', 'sending', 'uncertain')"),
        postgresql_where=sa.text("state IN ('claimed', 'sending', 'uncertain')"),
    ),
    sa.Index(
        "ix_outbox_troubled",
        "id",
        sqlite_where=sa.text(
            "state IN ('uncertain', 'failed', 'given_up', 'unheard') AND dismissed_at IS NULL"
        ),
        postgresql_where=sa.text(
            "state IN ('uncertain', 'failed', 'given_up', 'unheard') AND dismissed_at IS NULL"
        ),
    ),
    # Taken by a chat that tells of arrivals, and not heard of since.
    sa.Index(
        "ix_outbox_unheard",
        "accepted_at",
        sqlite_where=sa.text(
            "channel = 'whatsapp' AND kind <> 'screen' AND state IN ('accepted', 'sent')"
        ),
        postgresql_where=sa.text(
            "channel = 'whatsapp' AND kind <> 'screen' AND state IN ('accepted', 'sent')"
        ),
    ),
    sa.Index("ix_outbox_purpose_created_at", "purpose", "created_at"),
    # Whom we started to write to, and when: what the rules of contact count.
    sa.Index(
        "ix_outbox_started",
        "channel",
        "sending_at",
        "person_id",
        sqlite_where=sa.text("kind <> 'screen'"),
        postgresql_where=sa.text("kind <> 'screen'"),
    ),
    sa.Index(
        "ix_outbox_reminded",
        "person_id",
        "sending_at",
        sqlite_where=sa.text("kind = 'reminder'"),
        postgresql_where=sa.text("kind = 'reminder'"),
    ),
)

# The choices of a message in a chat without buttons: whoever answers says the number or the words.
offers = sa.Table(
    "offers",
    metadata,
    sa.Column("outbox_id", Id, sa.ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
    sa.Column("buttons", sa.Text, nullable=False),  # an Outgoing of nothing but them, as JSON
    sa.Column("at", Instant, nullable=False, index=True),
)

# What a reminder is about. A line is unique, whatever ran twice: no reminder for one reason twice.
# The reason is a step of the ladder, or the day on which somebody of the house said so.
notice_lines = sa.Table(
    "notice_lines",
    metadata,
    key(),
    ref("charge_id", "charges"),
    ref("step_id", "ladder_steps", null=True),
    sa.Column("by_hand_on", sa.Date),
    ref("outbox_id", "outbox", null=True, index=True),
    # planned, overtaken, skipped (by somebody of the house), dropped (free again)
    sa.Column("state", sa.Text, nullable=False),
    at("created_at", null=False),
    sa.UniqueConstraint("charge_id", "step_id"),
    sa.UniqueConstraint("charge_id", "by_hand_on"),
    sa.CheckConstraint("(step_id IS NULL) <> (by_hand_on IS NULL)", name="one_reason"),
)

# A reminder that was due on a day and did not go, and the rule that kept it back: once a day.
holds = sa.Table(
    "holds",
    metadata,
    key(),
    ref("person_id", "people"),
    ref("charge_id", "charges"),
    ref("step_id", "ladder_steps"),
    sa.Column("day", sa.Date, nullable=False),  # of the business's zone
    sa.Column("rule", sa.Text, nullable=False),  # domain/reasons.py
    at("at", null=False),  # when it was first kept back that day
    sa.UniqueConstraint("charge_id", "step_id", "day", "rule"),
    sa.Index("ix_holds_person_id_day", "person_id", "day"),
)

# Every step of every message, for whoever asks why.
attempts = sa.Table(
    "attempts",
    metadata,
    key(),
    ref("outbox_id", "outbox", index=True),
    at("at", null=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
)

# Reports that came before our own commit, or for messages we never sent.
orphan_reports = sa.Table(
    "orphan_reports",
    metadata,
    key(),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("provider_id", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    at("at", null=False),
    sa.UniqueConstraint("channel", "provider_id", "state"),
)
