"""Tokens of programs, by their hashes, and what was done under an idempotency key."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import UNFINISHED
from bot.domain.ids import PersonId, TokenId
from bot.domain.scope import Scope
from bot.services.ports.access import Done, TokenView
from bot.storage.dialect import insert
from bot.storage.tables import api_deeds, api_tokens, outbox

SHOWN_BY = "api.made"  # the sentence in which a token is shown
_SHOWN_WITHIN = timedelta(days=7)


class ApiTokens:
    """Fills ``services.ports.access.TokenStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, token_hash: str, name: str, scopes: Collection[Scope], by: PersonId, now: datetime
    ) -> TokenView:
        """Write one down."""
        row = sa.insert(api_tokens).values(
            name=name,
            token_hash=token_hash,
            scopes=sorted(scopes),
            created_by=by,
            created_at=now,
        )
        made = await self._connection.execute(row.returning(api_tokens))
        return _view(made.one())

    async def by_hash(self, token_hash: str) -> TokenView | None:
        """The one that stands for this hash, if it was not revoked."""
        query = sa.select(api_tokens).where(
            api_tokens.c.token_hash == token_hash, api_tokens.c.revoked_at.is_(None)
        )
        found = (await self._connection.execute(query)).one_or_none()
        return _view(found) if found else None

    async def standing(self) -> Sequence[TokenView]:
        """Those that were not revoked, the newest first."""
        query = sa.select(api_tokens).where(api_tokens.c.revoked_at.is_(None))
        rows = await self._connection.execute(query.order_by(api_tokens.c.id.desc()))
        return [_view(row) for row in rows]

    async def revoke(self, token: TokenId, now: datetime) -> TokenView | None:
        """End one; none if it had ended or never was."""
        ended = await self._connection.execute(
            sa.update(api_tokens)
            .where(api_tokens.c.id == token, api_tokens.c.revoked_at.is_(None))
            .values(revoked_at=now)
            .returning(api_tokens)
        )
        row = ended.one_or_none()
        return _view(row) if row else None

    async def used(self, token: TokenId, now: datetime) -> None:
        """Remember when it was last used, and let no message that showed it lie about."""
        await self._connection.execute(
            sa.update(api_tokens).where(api_tokens.c.id == token).values(last_used_at=now)
        )
        await self.hide(now)

    async def hide(self, now: datetime) -> None:
        """Empty the messages that showed a token, once they have left: only its hash is kept."""
        makers = sa.select(api_tokens.c.created_by).where(
            api_tokens.c.created_at > now - _SHOWN_WITHIN
        )
        await self._connection.execute(
            sa.update(outbox)
            .where(
                outbox.c.person_id.in_(makers),
                outbox.c.kind == "screen",
                outbox.c.created_at > now - _SHOWN_WITHIN,
                outbox.c.state.not_in([state.value for state in UNFINISHED]),
                outbox.c.payload.contains(f'"{SHOWN_BY}"', autoescape=True),
            )
            .values(payload="")
        )


class ApiDeeds:
    """Fills ``services.ports.access.DeedStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(
        self, token: TokenId, key: str, request_hash: str, since: datetime, now: datetime
    ) -> Done | None:
        """Take the key for this transaction; what was done under it since then, if it was."""
        mine = (api_deeds.c.token_id == token, api_deeds.c.key == key)
        await self._connection.execute(sa.delete(api_deeds).where(*mine, api_deeds.c.at < since))
        row = insert(self._connection, api_deeds).values(
            token_id=token, key=key, request_hash=request_hash, at=now
        )
        # PostgreSQL lets a second one wait here for the end of the first.
        taken = await self._connection.execute(row.on_conflict_do_nothing())
        if taken.rowcount:
            return None
        found = (await self._connection.execute(sa.select(api_deeds).where(*mine))).one()
        return Done(found.request_hash, found.status, found.answer)

    async def done(self, token: TokenId, key: str, status: int, answer: str) -> None:
        """Write down the answer, in the transaction of the deed."""
        await self._connection.execute(
            sa.update(api_deeds)
            .where(api_deeds.c.token_id == token, api_deeds.c.key == key)
            .values(status=status, answer=answer)
        )

    async def forget(self, before: datetime) -> None:
        """Drop what nobody will ask again."""
        await self._connection.execute(sa.delete(api_deeds).where(api_deeds.c.at < before))


def _view(row: sa.Row[tuple[object, ...]]) -> TokenView:
    return TokenView(
        id=TokenId(row.id),
        name=row.name,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        created_by=PersonId(row.created_by),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
