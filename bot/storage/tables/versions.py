"""The book of rules as it was, version by version, and how far it has come elsewhere."""

import sqlalchemy as sa

from bot.storage.tables.append_only import append_only
from bot.storage.tables.columns import Id, Json, at, metadata, ref

rule_versions = sa.Table(
    "rule_versions",
    metadata,
    sa.Column("number", Id, primary_key=True, autoincrement=False),  # from 1, without a gap
    at("at", null=False),
    ref("person_id", "people", null=True),  # none: the program by itself
    sa.Column("deed", sa.Text, nullable=False),  # as in the record of deeds
    sa.Column("files", Json, nullable=False),  # a path -> what stands in it
    sa.Column("sha256", sa.Text, nullable=False),  # of the files
)
append_only(rule_versions)
