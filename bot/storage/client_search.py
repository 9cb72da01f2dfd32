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
    """The numbers of the clients that all words fit; the caller bounds how many."""
    if _PHONE.fullmatch(text.strip()) and (digits := re.sub(r"\D", "", text)):
        spelt = sorted(_spellings(digits))
        fits = sa.or_(*(_has(clients.c.phone, some) for some in spelt))
        indexed, operator = spelt if len(digits) > _TRIGRAM else [], "OR"
    else:
        words = fold(text).split()
        fits = sa.and_(*(_fits(word) for word in words))
        indexed, operator = [word.removeprefix("#") for word in words], "AND"
        indexed = [word for word in indexed if len(word) >= _TRIGRAM]
    query = sa.select(clients.c.id).where(fits)
    if indexed and connection.dialect.name == "sqlite":
        phrases = f" {operator} ".join(_phrase(part) for part in indexed)
        found = sa.select(_search.c.rowid).where(_match.op("MATCH")(phrases))
        query = query.where(clients.c.id.in_(found))
    return query


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
