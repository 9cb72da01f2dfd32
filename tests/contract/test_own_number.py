"""What is kept of our own number: how it stands, how its messages arrive, what they cost."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Accepted, GiveUp, Report, State
from bot.domain.errors import Refusal
from bot.domain.message_cost import Counted, Prices, Pricing, Rate
from bot.domain.own_number import Arrived, NumberFacts
from bot.jobs.number import NumberRound
from bot.storage.channel_states import ChannelStates
from bot.storage.message_costs import MessageCosts
from bot.storage.migrate import downgrade, upgrade
from bot.storage.own_number import NumberBook
from bot.storage.tables import addresses, channel_states, message_costs, outbox
from tests.support.engine_room import NOON, WHATSAPP, EngineRoom

UTILITY = Pricing("utility")
DAY = timedelta(days=1)


async def sent(room: EngineRoom, name: str, kind: str = "notice") -> int:
    """A message that WhatsApp took."""
    person = await room.person(channel=WHATSAPP)
    number = await room.queue(person, channel=WHATSAPP, kind=kind)
    await room.record((await room.leave(channel=WHATSAPP))[0], Accepted(name))
    return number


async def told(room: EngineRoom, name: str, *states: State, priced: Pricing = UTILITY) -> None:
    for state in states:
        await room.report(Report(name, state, room.now, priced=priced))


async def counted(room: EngineRoom) -> list[Counted]:
    async with room.connect() as connection:
        found = await MessageCosts(connection).counted(room.now - DAY)
    return sorted(found, key=lambda one: one.category)


async def test_a_message_is_billed_once_however_often_it_is_told(room: EngineRoom) -> None:
    number = await sent(room, "wamid.1")
    await told(room, "wamid.1", State.SENT, State.DELIVERED, State.DELIVERED, State.READ)
    assert await counted(room) == [Counted("utility", "55", 1, 1)]
    (row,) = await room.rows(message_costs.select())
    assert (row.outbox_id, row.kind) == (number, "regular")


async def test_only_what_arrived_is_counted(room: EngineRoom) -> None:
    for name in ("sent", "read"):
        await sent(room, name)
    await told(room, "sent", State.SENT)
    await told(room, "read", State.SENT, State.READ)
    assert await counted(room) == [Counted("utility", "55", 1, 1)]


async def test_what_is_free_is_told_apart(room: EngineRoom) -> None:
    kinds = {
        "free": Pricing("service", "free_customer_service", billable=False),
        "ad": Pricing("service", "free_entry_point", billable=False),
        "paid": Pricing("service"),
    }
    for name, pricing in kinds.items():
        await sent(room, name)
        await told(room, name, State.DELIVERED, priced=pricing)
    assert await counted(room) == [Counted("service", "55", 2, 1)]


async def test_countries_are_told_apart_and_whoever_has_no_phone_is_nowhere(
    room: EngineRoom,
) -> None:
    for name, to in (("pt", "351912345678"), ("user", "BR.77001122")):
        number = await sent(room, name)
        person = (await room.row(number)).person_id
        moved = sa.update(addresses).where(addresses.c.person_id == person)
        await room.change(moved.values(send_to=to))
        await room.change(sa.text(f"UPDATE outbox SET send_to = '{to}' WHERE id = {number}"))  # noqa: S608 - ours
        await told(room, name, State.DELIVERED)
    assert {one.calling_code for one in await counted(room)} == {"351", ""}


async def test_a_month_begins_where_it_begins(room: EngineRoom) -> None:
    await sent(room, "wamid.1")
    await told(room, "wamid.1", State.DELIVERED)
    quarter = timedelta(minutes=15)
    async with room.connect() as connection:
        costs = MessageCosts(connection)
        assert len(await costs.counted(room.now)) == 1
        assert await costs.counted(room.now + quarter) == []


# One deed after the other: what becomes of which message.
MOMENTS = st.integers(-3, 3).map(lambda quarters: NOON + quarters * timedelta(minutes=10))
PRICED = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["utility", "service"]),
        "kind": st.sampled_from(["regular", "free_entry_point"]),
        "billable": st.booleans(),
        "calling_code": st.sampled_from(["55", ""]),
        "at": MOMENTS,
    }
)
STAMPED = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(["sent_at", "delivered_at", "read_at"], st.sampled_from([None, NOON])),
)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("priced"), st.integers(0, 2), PRICED),
        st.tuples(st.just("priced anew"), st.integers(0, 2), PRICED),
        st.tuples(st.just("forgotten"), st.integers(0, 2), st.none()),
        st.tuples(st.just("told"), st.integers(0, 2), STAMPED),
    ),
    max_size=12,
)
Sums = dict[tuple[int, str, str], tuple[int, int]]


async def kept(connection: AsyncConnection) -> Sums:
    query = sa.text(
        "SELECT quarter, category, calling_code, sum(messages), sum(billable)"
        " FROM cost_tallies GROUP BY quarter, category, calling_code HAVING sum(messages) <> 0"
    )
    return {tuple(row[:3]): (int(row[3]), int(row[4])) for row in await connection.execute(query)}


async def true(connection: AsyncConnection) -> Sums:
    query = sa.select(message_costs).join(outbox, outbox.c.id == message_costs.c.outbox_id)
    there = sa.or_(outbox.c.delivered_at.is_not(None), outbox.c.read_at.is_not(None))
    sums: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in await connection.execute(query.where(there)):
        if row.kind != "free_entry_point":
            of = sums[int(row.at.timestamp()) // 900, row.category, row.calling_code]
            of[0] += 1
            of[1] += row.billable
    return {key: (count, billable) for key, (count, billable) in sums.items()}


async def done(
    connection: AsyncConnection, rows: Sequence[int], deed: str, row: int, to: Any
) -> None:
    number = rows[row]
    mine = message_costs.c.outbox_id == number
    match deed:
        case "priced":
            query = sa.select(sa.func.count()).where(mine)
            if not (await connection.execute(query)).scalar_one():
                await connection.execute(message_costs.insert().values(outbox_id=number, **to))
        case "priced anew":
            await connection.execute(message_costs.update().where(mine).values(**to))
        case "forgotten":
            await connection.execute(message_costs.delete().where(mine))
        case "told" if to:
            await connection.execute(outbox.update().where(outbox.c.id == number).values(**to))


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=DEEDS)
async def test_the_sums_that_are_kept_are_those_of_what_arrived(
    room: EngineRoom, deeds: list[tuple[str, int, Any]]
) -> None:
    person = await room.person(channel=WHATSAPP)
    rows = [await room.queue(person, channel=WHATSAPP) for _ in range(3)]
    async with room.connect() as connection:
        for deed in deeds:
            await done(connection, rows, *deed)
            assert await kept(connection) == await true(connection)


async def test_a_database_from_before_counts_what_arrived(
    room: EngineRoom, database_url: str
) -> None:
    for name in ("a", "b"):
        await sent(room, name)
        await told(room, name, State.SENT)
    await told(room, "a", State.READ)
    await downgrade(database_url, "0018")
    await upgrade(database_url)
    assert await counted(room) == [Counted("utility", "55", 1, 1)]
    await told(room, "b", State.DELIVERED)
    assert await counted(room) == [Counted("utility", "55", 2, 2)]


async def test_two_who_hear_of_arrivals_at_once_do_not_wait_for_each_other(
    room: EngineRoom, database_url: str
) -> None:
    if not database_url.startswith("postgres"):
        pytest.skip("SQLite has one writer")
    for name in ("a", "b"):
        await sent(room, name)
        await told(room, name, State.SENT)
    async with room.connect() as first, room.connect() as second:
        for connection, name in ((first, "a"), (second, "b")):
            here = outbox.update().where(outbox.c.provider_id == name)
            await connection.execute(here.values(delivered_at=NOON))
    assert await counted(room) == [Counted("utility", "55", 2, 2)]


async def test_prices_are_said_and_said_anew(room: EngineRoom) -> None:
    async with room.connect() as connection:
        costs = MessageCosts(connection)
        assert await costs.prices() == Prices()
        await costs.price("service", "", Rate(1))
        await costs.let_go_free("service", 1000)
        await costs.price("service", "", Rate(68_000_000_000, "USD"))
        await costs.price("service", "55", Rate(3))
        await costs.let_go_free("service", 5)
        assert await costs.prices() == Prices(
            {("service", ""): Rate(68_000_000_000, "USD"), ("service", "55"): Rate(3)},
            {"service": 5},
        )


async def test_how_well_it_arrives_counts_what_we_started_lately(room: EngineRoom) -> None:
    old = await sent(room, "old")
    await told(room, "old", State.READ)
    room.clock.advance(days=2)
    for name in ("a", "b", "c"):
        await sent(room, name)
    await sent(room, "answer", kind="screen")
    await told(room, "a", State.READ)
    await told(room, "b", State.DELIVERED)
    await room.report(Report("c", State.FAILED, room.now, reason="whatsapp.unreachable"))
    await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP, kind="notice")
    (row,) = await room.leave(channel=WHATSAPP)
    await room.record(row, GiveUp("whatsapp.refused"))
    async with room.connect() as connection:
        arrived = await NumberBook(connection, WHATSAPP).arrived(room.now - DAY)
    failed = {"whatsapp.unreachable": 1, "whatsapp.refused": 1}
    assert arrived == Arrived(taken=3, delivered=2, read=1, failed=failed)
    assert (arrived.delivered_share, arrived.read_share) == (67, 33)
    assert old


class Account:
    """The network, as it answers."""

    def __init__(self, *answers: NumberFacts | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def facts(self) -> NumberFacts:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


WELL = NumberFacts("+55 11", "Sol", "CONNECTED", "GREEN", "APPROVED", "TIER_250", "STANDARD")


async def test_the_network_is_asked_now_and_then_and_when_somebody_wants_to_know(
    room: EngineRoom,
) -> None:
    account = Account(WELL, WELL, WELL)
    look = NumberRound(room.rooms, account)
    assert await look.run()
    assert not await look.run()
    async with room.connect() as connection:
        await NumberBook(connection, WHATSAPP).asked(None)
    assert await look.run()
    room.clock.advance(minutes=11)
    assert await look.run()
    assert account.asked == 3
    async with room.connect() as connection:
        known = await NumberBook(connection, WHATSAPP).known()
    assert (known.facts, known.told_at) == (WELL, room.now)
    (state,) = await room.rows(channel_states.select())
    assert state.people_a_day == 250


@pytest.mark.parametrize("trouble", [ConnectionError(), Refusal("reason.whatsapp.token_wrong")])
async def test_a_network_that_tells_nothing_is_asked_again_in_its_time(
    room: EngineRoom, trouble: Exception
) -> None:
    account = Account(trouble, WELL)
    look = NumberRound(room.rooms, account)
    assert not await look.run()
    assert not await look.run()
    async with room.connect() as connection:
        assert (await NumberBook(connection, WHATSAPP).known()).facts is None
    room.clock.advance(minutes=11)
    assert await look.run()
    assert account.asked == 2


async def test_a_quality_that_fell_unheard_is_an_alarm_until_it_is_better(
    room: EngineRoom,
) -> None:
    low = NumberFacts(quality="RED")
    look = NumberRound(room.rooms, Account(low, WELL))
    await look.run()
    async with room.connect() as connection:
        assert (await ChannelStates(connection).all())[WHATSAPP].trouble == "whatsapp.quality_low"
    room.clock.advance(minutes=11)
    await look.run()
    async with room.connect() as connection:
        assert (await ChannelStates(connection).all())[WHATSAPP].trouble == ""
