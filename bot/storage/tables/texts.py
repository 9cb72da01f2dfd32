"""The owner's own texts, every version of each."""

import sqlalchemy as sa

from bot.storage.tables.columns import at, key, metadata, ref

_FOR_ALL = sa.text("plan_id IS NULL")
_FOR_ONE = sa.text("plan_id IS NOT NULL")

texts = sa.Table(
    "texts",
    metadata,
    key(),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    ref("plan_id", "plans", null=True),  # none: for everybody
    sa.Column("version", sa.Integer, nullable=False),  # from 1 on, of each text by itself
    sa.Column("words", sa.Text, nullable=False),  # empty: EmDia's own again
    ref("by_id", "people", null=True),
    at("at", null=False),
)
# Two at once must not write the same version: its number is part of a name at the provider.
sa.Index(
    "uq_texts_for_all",
    texts.c.form,
    texts.c.language,
    texts.c.version,
    unique=True,
    sqlite_where=_FOR_ALL,
    postgresql_where=_FOR_ALL,
)
sa.Index(
    "uq_texts_for_one",
    texts.c.form,
    texts.c.language,
    texts.c.plan_id,
    texts.c.version,
    unique=True,
    sqlite_where=_FOR_ONE,
    postgresql_where=_FOR_ONE,
)
