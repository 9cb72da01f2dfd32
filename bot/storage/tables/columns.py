"""What all tables share: naming, ids, references, instants and JSON."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMING)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no zones, so they are put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Only aware times may be stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a naive datetime was about to be stored"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Stored times come back aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Json = sa.JSON()


def key() -> sa.Column[int]:
    return sa.Column("id", Id, sa.Identity(), primary_key=True)


def ref(name: str, to: str, *, null: bool = False, index: bool = False) -> sa.Column[int]:
    return sa.Column(name, Id, sa.ForeignKey(f"{to}.id"), nullable=null, index=index)


def at(name: str, *, null: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, Instant, nullable=null)
