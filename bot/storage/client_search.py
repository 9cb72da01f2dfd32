"""Find clients by a part of their name, of their phone, or by a tag."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.names import fold
from bot.storage.tables import clients

_TRIGRAM = 3  # letters: the shortest part that the index knows
_PHONE = re.compile(r"\+?[0-9() ./-]+")
_AREA, _OLD_MOBILE = 2, 10  # digits: of an area code; of a mobile before it had a ninth

# The FTS5 table of revision 0002; on PostgreSQL an index over the same columns stands in for it.
_search = sa.table("client_search", sa.column("rowid"))
_match: sa.ColumnElement[str] = sa.literal_column("client_search")


def candidates(connection: AsyncConnection, text: str) -> sa.Select[Any]:
    """The numbers of the clients that all words fit, in no order; the caller bounds how many."""
    query = sa.select(clients.c.id.label("client_id")).where(all_fit(text))
    parts, operator = _indexed(text)
    if parts and connection.dialect.name == "sqlite":
        phrases = f" {operator} ".join(_phrase(part) for part in parts)
        # Joined, the index gives one at a time; as a set it would be read to its end first.
        joined = _search.join(clients, clients.c.id == _search.c.rowid)
        query = query.select_from(joined).where(_match.op("MATCH")(phrases))
    return query


def all_fit(text: str) -> sa.ColumnElement[bool]:
    """Whether all words fit a client."""
    if digits := _digits(text):
        return sa.or_(*(_has(clients.c.phone, some) for some in sorted(_spellings(digits))))
    return sa.and_(*(_fits(word) for word in fold(text).split()))


def _digits(text: str) -> str:
    """Of what is a phone or a part of one."""
    return re.sub(r"\D", "", text) if _PHONE.fullmatch(text.strip()) else ""


def _indexed(text: str) -> tuple[list[str], str]:
    """The parts for which the index can be asked, and whether all are wanted or any."""
    if digits := _digits(text):
        return (sorted(_spellings(digits)) if len(digits) > _TRIGRAM else []), "OR"
    words = [word.removeprefix("#") for word in fold(text).split()]
    return [word for word in words if len(word) >= _TRIGRAM], "AND"


def _fits(word: str) -> sa.ColumnElement[bool]:
    """One word: ``#vip`` is a tag, a letter or two begin a name, more may stand anywhere."""
    if tag := word.removeprefix("#") if word.startswith("#") else "":
        return _has(clients.c.tags, f" {tag} ")
    if len(word) < _TRIGRAM:
        first = clients.c.name_key.startswith(word, autoescape=True)
        return sa.or_(first, _has(clients.c.name_key, f" {word}"))
    return sa.or_(*(_has(where, word) for where in _PLACES))


_PLACES = (clients.c.name_key, clients.c.phone, clients.c.tags)


def _has(where: sa.ColumnElement[str], part: str) -> sa.ColumnElement[bool]:
    return where.contains(part, autoescape=True)


def _phrase(part: str) -> str:
    """A part as FTS5 wants it: quoted, so that nothing in it is an operator."""
    return '"' + part.replace('"', '""') + '"'


def _spellings(digits: str) -> set[str]:
    """A part of a phone as it may stand in E.164: without trunk zero, with the ninth digit."""
    national = digits.removeprefix("0")
    spelt = {digits, national}
    local = national.removeprefix("55") if len(national) > _OLD_MOBILE else national
    if len(local) == _OLD_MOBILE:
        spelt.add(f"{local[:_AREA]}9{local[_AREA:]}")
    return spelt
