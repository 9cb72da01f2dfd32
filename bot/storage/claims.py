"""What clients say they have paid, until somebody of the house decides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.errors import NotFound
from bot.domain.ids import ClaimId, ClientId, FileId, PaymentId, PersonId
from bot.domain.message import Attachment
from bot.domain.money import Money
from bot.services.ports.claims import ClaimState, ClaimView, Word
from bot.services.ports.paging import Key
from bot.storage.claim_messages import TAKEN_BACK, ClaimMessages
from bot.storage.house import ONLY
from bot.storage.tables import business, claims, clients, files, people

# Whether an earlier claim, whoever's, came with the very same bytes.
_earlier, _same = claims.alias("earlier"), files.alias("same")
_REPEATED = (
    sa.exists()
    .where(_earlier.c.file_id == _same.c.id, _same.c.sha256 == files.c.sha256)
    .where(_earlier.c.id < claims.c.id)
)

_VIEW = (
    sa.select(
        claims,
        clients.c.name.label("client_name"),
        people.c.name.label("decided_by_name"),
        files.c.name.label("file_name"),
        files.c.mime,
        business.c.currency,
        _REPEATED.label("repeated"),
        TAKEN_BACK.label("taken_back"),
    )
    .join(clients, clients.c.id == claims.c.client_id)
    .join(business, business.c.id == ONLY)
    .outerjoin(people, people.c.id == claims.c.decided_by)
    .outerjoin(files, files.c.id == claims.c.file_id)
)


class Claims(ClaimMessages):
    """Fills ``services.ports.claims.ClaimStore``."""

    async def get(self, claim: ClaimId) -> ClaimView:
        """One by number; ``NotFound`` if there is none."""
        row = (await self._connection.execute(_VIEW.where(claims.c.id == claim))).one_or_none()
        if row is None:
            raise NotFound("errors.claim.gone")
        return _view(row)

    async def pending_of(self, client: ClientId) -> ClaimView | None:
        """The one that waits for a decision."""
        query = _VIEW.where(claims.c.client_id == client, claims.c.state == ClaimState.PENDING)
        row = (await self._connection.execute(query)).one_or_none()
        return _view(row) if row is not None else None

    async def pending(self, after: Key | None, limit: int) -> Sequence[ClaimView]:
        """Those that wait, the oldest first; ``after`` holds the ``id`` to go on after."""
        query = _VIEW.where(
            claims.c.state == ClaimState.PENDING, claims.c.id > (after["id"] if after else 0)
        )
        rows = await self._connection.execute(query.order_by(claims.c.id).limit(limit))
        return [_view(row) for row in rows]

    async def add(self, client: ClientId, word: Word, owed: Money, now: datetime) -> ClaimId:
        """Write one down; the client must have none pending."""
        written = await self._connection.execute(
            sa.insert(claims)
            .values(
                client_id=client,
                said=word.said,
                file_id=word.file,
                amount=owed.minor,
                state=ClaimState.PENDING,
                created_at=now,
            )
            .returning(claims.c.id)
        )
        claim = ClaimId(written.scalar_one())
        await self.came_by(claim, word)
        return claim

    async def join(self, claim: ClaimId, word: Word, owed: Money) -> None:
        """Add what they said and sent since to the one that is pending; the newest file counts."""
        new: dict[str, object] = {"amount": owed.minor}
        if word.said:
            new["said"] = sa.case(
                (claims.c.said == "", word.said),
                else_=claims.c.said + sa.literal("\n" + word.said),
            )
        if word.file is not None:
            new["file_id"] = word.file
        await self._connection.execute(sa.update(claims).where(claims.c.id == claim).values(new))
        await self.came_by(claim, word)

    async def reject(self, claim: ClaimId, by: PersonId, now: datetime) -> bool:
        """Decide against it; no if somebody else was quicker."""
        decided = await self._connection.execute(
            sa.update(claims)
            .where(claims.c.id == claim, claims.c.state == ClaimState.PENDING)
            .values(state=ClaimState.REJECTED, decided_by=by, decided_at=now)
        )
        return decided.rowcount == 1

    async def answer(
        self, client: ClientId, payment: PaymentId, by: PersonId, now: datetime
    ) -> bool:
        """Let a payment confirm what the client has pending, if anything."""
        confirmed = await self._connection.execute(
            sa.update(claims)
            .where(claims.c.client_id == client, claims.c.state == ClaimState.PENDING)
            .values(state=ClaimState.CONFIRMED, decided_by=by, decided_at=now, payment_id=payment)
        )
        return confirmed.rowcount == 1

    async def undo(self, payment: PaymentId) -> None:
        """The payment was taken back: the claim that it answered is undone."""
        await self._connection.execute(
            sa.update(claims).where(claims.c.payment_id == payment).values(state=ClaimState.UNDONE)
        )


def _view(row: Any) -> ClaimView:
    attachment = None
    if row.file_id is not None:
        attachment = Attachment(FileId(row.file_id), row.file_name, row.mime)
    return ClaimView(
        id=ClaimId(row.id),
        client_id=ClientId(row.client_id),
        client_name=row.client_name,
        owed=Money(row.amount, row.currency),
        said=row.said,
        attachment=attachment,
        repeated=bool(row.repeated),
        state=ClaimState(row.state),
        created_at=row.created_at,
        decided_at=row.decided_at,
        decided_by_name=row.decided_by_name or "",
        payment_id=PaymentId(row.payment_id) if row.payment_id is not None else None,
        taken_back=bool(row.taken_back),
    )
