"""Access for programs: tokens made, shown once, recognised and ended; one deed for one key."""

import hashlib
import re
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.errors import Conflict, NotFound, Refusal
from bot.domain.ids import PersonId, TokenId
from bot.domain.scope import Scope
from bot.domain.trail import details
from bot.services.ports.access import KEPT_FOR, DeedStore, Done, TokenStore, TokenView
from bot.services.ports.house import Audit
from bot.services.ports.people import People

PREFIX = "emdia_"  # so that whoever finds one, a scanner of secrets too, knows whose it is
MOST = 20  # tokens at a time; who needs more has forgotten some
_BYTES = 32
_SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_NOTED_EVERY = timedelta(hours=1)


class Access:
    """One transaction's look at the tokens."""

    def __init__(
        self, *, tokens: TokenStore, deeds: DeedStore, people: People, audit: Audit, clock: Clock
    ) -> None:
        self._tokens = tokens
        self._deeds = deeds
        self._people = people
        self._audit = audit
        self._clock = clock

    async def create(
        self, name: str, scopes: Collection[Scope], by: PersonId
    ) -> tuple[str, TokenView]:
        """A new token, whole for this once, and how it is kept."""
        if len(await self._tokens.standing()) >= MOST:
            raise Refusal("errors.api.too_many_tokens", most=MOST)
        token = PREFIX + secrets.token_urlsafe(_BYTES)
        now = self._clock.now()
        made = await self._tokens.add(_hash(token), name, scopes, by, now)
        about = {"token": made.id, **details(name=name, scopes=", ".join(sorted(scopes)))}
        await self._audit.note("token.created", by, now, about)
        return token, made

    async def owner(self) -> PersonId:
        """Whoever runs the house: in their name the operator makes tokens."""
        staff = await self._people.staff()
        if not staff:
            raise Refusal("errors.api.nobody_owns")
        return staff[0].id

    async def standing(self) -> Sequence[TokenView]:
        """Those that open something, the newest first."""
        return await self._tokens.standing()

    async def get(self, token: TokenId) -> TokenView:
        """One by its number; a refusal if it opens nothing any more."""
        for one in await self._tokens.standing():
            if one.id == token:
                return one
        raise NotFound("errors.api.no_such_token")

    async def revoke(self, token: TokenId, by: PersonId) -> TokenView:
        """End one, from this moment."""
        now = self._clock.now()
        ended = await self._tokens.revoke(token, now)
        if ended is None:
            raise NotFound("errors.api.no_such_token")
        about = {"token": token, **details(name=ended.name)}
        await self._audit.note("token.revoked", by, now, about)
        return ended

    async def recognise(self, token: str) -> TokenView | None:
        """Whose token it is, if it is one that stands.

        It is looked up by the hash of 256 random bits: how long that takes tells nothing of it.
        """
        return await self._tokens.by_hash(_hash(token)) if _SHAPE.fullmatch(token) else None

    def is_news(self, token: TokenView) -> bool:
        """Whether it is worth writing down that it was used."""
        last = token.last_used_at
        return last is None or self._clock.now() - last >= _NOTED_EVERY

    async def used(self, token: TokenId) -> None:
        """Write down that it was used now."""
        await self._tokens.used(token, self._clock.now())

    async def begin(self, token: TokenId, key: str, request: bytes) -> Done | None:
        """Whether this request was answered before under its key; if not, the key is taken."""
        now = self._clock.now()
        asked = hashlib.sha256(request).hexdigest()
        done = await self._deeds.begin(token, key, asked, now - KEPT_FOR, now)
        if done is not None and done.request_hash != asked:
            raise Conflict("errors.api.key_reused")
        return done

    async def done(self, token: TokenId, key: str, status: int, answer: str) -> None:
        """Keep what was answered."""
        await self._deeds.done(token, key, status, answer)


def _hash(token: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
