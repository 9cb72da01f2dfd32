"""How far the versions of the rules have come elsewhere, and what was changed there."""

import sqlalchemy as sa

from bot.storage.tables.columns import Id, Json, at, key, metadata, ref

rule_pushes = sa.Table(
    "rule_pushes",
    metadata,
    sa.Column(
        "number", Id, sa.ForeignKey("rule_versions.number"), primary_key=True, autoincrement=False
    ),
    sa.Column("name", sa.Text, nullable=False),  # of the commit that it is, or is part of
    at("pushed_at", null=False),
)

rule_edits = sa.Table(
    "rule_edits",
    metadata,
    key(),
    at("found_at", null=False),
    sa.Column("head", sa.Text, nullable=False),  # the commit in which it was found
    sa.Column("by", sa.Text, nullable=False),  # as whoever made that commit is called there
    sa.Column("files", Json, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # open, taken, put_back, settled
    ref("decided_by", "people", null=True),
    at("decided_at"),
)
