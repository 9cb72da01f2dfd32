"""How charges and clients stand: the domain and the tables say the same, whatever the facts."""

from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from bot.domain.charge import ChargeState, Standing, standing_of, state_of
from bot.domain.ids import ClientId
from bot.storage.client_rows import FROM
from bot.storage.standing import charge_state, remindable, stands
from bot.storage.tables import charges, claims, clients, subscriptions
from tests.support.books import NOON, TODAY, Books, a_client

AMOUNT = 4990
REPEATED = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

A_CHARGE = st.fixed_dictionaries(
    {
        "due_on": st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days)),
        "paid": st.sampled_from([0, 1, AMOUNT]),
        "cancelled": st.booleans(),
        "reminded": st.booleans(),
    }
)


@pytest.fixture
async def books(books: Books) -> Books:
    await books.add(a_client(due="2026-12-20"))
    return books


@REPEATED
@given(
    facts=st.lists(A_CHARGE, max_size=3),
    standing=st.sampled_from(["active", "paused", "cancelled"]),
    claimed=st.booleans(),
    opted_out=st.booleans(),
)
async def test_the_tables_and_the_domain_agree(
    books: Books,
    facts: list[dict[str, Any]],
    standing: str,
    claimed: bool,  # noqa: FBT001 - drawn, not called
    opted_out: bool,  # noqa: FBT001
) -> None:
    async with books.open() as shop:
        connection = shop.unit.connection
        client = ClientId((await connection.execute(sa.select(clients.c.id))).scalar_one())
        on = (await connection.execute(sa.select(subscriptions.c.id))).scalar_one()
        for table in (charges, claims):
            await connection.execute(table.delete())
        await connection.execute(subscriptions.update().values(standing=standing))
        gone = NOON if opted_out else None
        await connection.execute(clients.update().values(opted_out_at=gone))
        if claimed:
            pending = {"client_id": client, "state": "pending", "created_at": NOON}
            await connection.execute(claims.insert().values(**pending))
        rows = [
            {
                "client_id": client,
                "subscription_id": on,
                "cycle": cycle,
                "amount": AMOUNT,
                "paid": fact["paid"],
                "currency": "BRL",
                "due_on": fact["due_on"],
                "txid": f"txid{cycle}",
                "reminded": fact["reminded"],
                "settled_at": NOON if fact["paid"] == AMOUNT else None,
                "cancelled_at": NOON if fact["cancelled"] else None,
                "created_at": NOON,
            }
            for cycle, fact in enumerate(facts)
        ]
        if rows:
            await connection.execute(charges.insert(), rows)
        query = sa.select(charge_state(TODAY), remindable()).order_by(charges.c.cycle)
        seen = [tuple(row) for row in await connection.execute(query)]
        queries = {
            how: sa.select(clients.c.id).select_from(FROM).where(stands(how, TODAY))
            for how in Standing
        }
        standings = [
            how
            for how, asked in queries.items()
            if (await connection.execute(asked)).scalar_one_or_none()
        ]
        card = await shop.clients.card(client)

    states = [
        state_of(
            amount=AMOUNT,
            paid=fact["paid"],
            due_on=row["due_on"],
            today=TODAY,
            cancelled=fact["cancelled"],
            claimed=claimed,
        )
        for fact, row in zip(facts, rows, strict=True)
    ]
    open_ = [state not in {ChargeState.SETTLED, ChargeState.CANCELLED} for state in states]
    expected = standing_of(
        subscription=standing,
        overdue=ChargeState.OVERDUE in states,
        claimed=claimed,
        open_=any(open_),
    )
    wanted = standing == "active" and not claimed and not opted_out
    assert [state for state, _ in seen] == [state.value for state in states]
    assert [bool(may) for _, may in seen] == [
        wanted and still and fact["reminded"] for still, fact in zip(open_, facts, strict=True)
    ]
    assert standings == [expected]
    assert card.standing is expected
