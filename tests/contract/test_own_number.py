"""What is kept of our own number: how it stands, how its messages arrive, what they cost."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.delivery import Accepted, GiveUp, Report, State
from bot.domain.errors import Refusal
from bot.domain.message_cost import Counted, Prices, Pricing, Rate
from bot.domain.own_number import Arrived, NumberFacts
from bot.jobs.number import NumberRound
from bot.storage.channel_states import ChannelStates
from bot.storage.message_costs import MessageCosts
from bot.storage.own_number import NumberBook
from bot.storage.tables import addresses, channel_states, message_costs
from tests.support.engine_room import WHATSAPP, EngineRoom

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
        found = await MessageCosts(connection).counted(room.now - DAY, room.now + DAY)
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


async def test_a_month_ends_where_it_ends(room: EngineRoom) -> None:
    await sent(room, "wamid.1")
    await told(room, "wamid.1", State.DELIVERED)
    async with room.connect() as connection:
        costs = MessageCosts(connection)
        assert await costs.counted(room.now - DAY, room.now) == []
        assert len(await costs.counted(room.now, room.now + DAY)) == 1


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
