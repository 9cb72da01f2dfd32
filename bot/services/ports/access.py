"""Programs with a token, and what each has done under a key, as their service needs them kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.ids import PersonId, TokenId
from bot.domain.scope import Scope

KEPT_FOR = timedelta(hours=24)  # how long a key stands for its deed


@dataclass(frozen=True, slots=True)
class TokenView:
    """One token, without the token. It acts in the name of whoever made it."""

    id: TokenId
    name: str
    scopes: frozenset[Scope]
    created_by: PersonId
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was answered when a deed was done, and the hash of what was asked."""

    request_hash: str
    status: int
    answer: str


class TokenStore(Protocol):
    """The tokens; only their hashes are kept."""

    async def add(
        self, token_hash: str, name: str, scopes: Collection[Scope], by: PersonId, now: datetime
    ) -> TokenView:
        """Write one down."""
        ...

    async def by_hash(self, token_hash: str) -> TokenView | None:
        """The one that stands for this hash, if it was not revoked."""
        ...

    async def standing(self) -> Sequence[TokenView]:
        """Those that were not revoked, the newest first."""
        ...

    async def revoke(self, token: TokenId, now: datetime) -> TokenView | None:
        """End one; none if it had ended or never was."""
        ...

    async def used(self, token: TokenId, now: datetime) -> None:
        """Remember when it was last used, and let no message that showed it lie about."""
        ...


class DeedStore(Protocol):
    """What tokens did under a key of theirs, so that the same request does it once."""

    async def begin(
        self, token: TokenId, key: str, request_hash: str, since: datetime, now: datetime
    ) -> Done | None:
        """Take the key for this transaction; what was done under it since then, if it was.

        A second one that asks meanwhile waits until the first has ended.
        """
        ...

    async def done(self, token: TokenId, key: str, status: int, answer: str) -> None:
        """Write down the answer, in the transaction of the deed."""
        ...
