"""What WhatsApp says of the account, from the webhook's bytes to what may leave; on both stores."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.whatsapp.receive import Reader
from bot.composition.telling import Telling
from bot.domain.delivery import Stop
from bot.domain.own_number import NumberFacts
from bot.domain.role import Role
from bot.jobs.rounds import Rounds
from bot.services.ports.delivery import ChannelView
from bot.storage.channel_states import ChannelStates
from bot.storage.engine import Engines
from bot.storage.own_number import NumberBook
from bot.storage.tables import channel_states
from bot.storage.taking_in import TakingIn
from bot.storage.unit_of_work import Units
from tests.support.books import Books
from tests.support.boxes import ACCOUNT_ID, PHONE_ID
from tests.support.engine_room import WHATSAPP, EngineRoom
from tests.support.talk import Talk

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Line:
    """A number that answers one client and starts to write to another."""

    def __init__(self, room: EngineRoom) -> None:
        self.room = room

    async def hears(self, field: str, **value: Any) -> None:
        """A webhook as it comes, taken in as always."""
        change = {"field": field, "value": value}
        stamp = int(self.room.now.timestamp())
        entry = {"id": ACCOUNT_ID, "time": stamp, "changes": [change]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        units = Units(self.room.engines, self.room.clock)
        async with units.write() as unit:
            await unit.inbox.keep([("whatsapp", body)], self.room.now)
        taking_in = TakingIn(units, self.room.clock)
        rows = await taking_in.undone(10)
        await taking_in.settle([(row, Reader(PHONE_ID).read(row.body)) for row in rows])

    async def restricted(self, *kinds: str, ends_in: timedelta) -> None:
        ends = int((self.room.now + ends_in).timestamp())
        told = [{"restriction_type": f"RESTRICTED_{kind}", "expiration": ends} for kind in kinds]
        await self.hears("account_update", event="ACCOUNT_RESTRICTION", restriction_info=told)

    async def stands(self) -> ChannelView:
        async with self.room.connect() as connection:
            return (await ChannelStates(connection).all())[WHATSAPP]


@pytest.fixture
async def line(engines: Engines) -> Line:
    room = EngineRoom(engines)
    await room.begin()
    await room.person("Rita", role="owner")
    for kind, priority in (("screen", 1), ("notice", 3)):
        person = await room.person(channel=WHATSAPP)
        await room.queue(person, channel=WHATSAPP, kind=kind, priority=priority)
    return Line(room)


async def claimed(line: Line) -> list[str]:
    rows = await line.room.claim(channel=WHATSAPP)
    async with line.room.rooms() as room:
        await room.leases.release_all("w")
    return sorted(row.kind for row in rows)


async def test_who_may_start_nothing_answers_and_goes_on_when_the_time_is_over(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=3 * DAY)
    assert await claimed(line) == ["screen"]
    line.room.clock.advance(days=2)
    assert await claimed(line) == ["screen"]
    line.room.clock.advance(days=2)
    assert await claimed(line) == ["notice", "screen"]


async def test_who_may_do_neither_is_silent_until_then(line: Line) -> None:
    kinds = ("BIZ_INITIATED_MESSAGING", "CUSTOMER_INITIATED_MESSAGING")
    await line.restricted(*kinds, ends_in=DAY)
    assert await claimed(line) == []
    line.room.clock.advance(days=1, seconds=1)
    assert await claimed(line) == ["notice", "screen"]


async def test_a_restriction_that_lies_between_claim_and_leaving_still_counts(line: Line) -> None:
    rows = await line.room.claim(channel=WHATSAPP)
    await line.restricted("UTILITY_TEMPLATES", ends_in=DAY)
    ours = await line.room.mark(rows)
    assert [row.kind for row in rows if row.id in ours] == ["screen"]


async def test_of_two_restrictions_the_longer_one_counts(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=3 * DAY)
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=DAY)
    assert (await line.stands()).starts_rest_until == line.room.now + 3 * DAY


async def test_a_restriction_that_is_over_when_we_hear_of_it_stops_nothing(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=-HOUR)
    assert (await line.stands()).reasons == ()
    assert await claimed(line) == ["notice", "screen"]


async def test_a_violation_rests_what_we_start_for_a_day_and_the_owner_hears_of_it(
    line: Line,
) -> None:
    await line.hears("account_update", event="ACCOUNT_VIOLATION", violation_info={})
    assert await claimed(line) == ["screen"]
    assert await Rounds(line.room.rooms).alert() == 1
    line.room.clock.advance(days=1, seconds=1)
    assert await claimed(line) == ["notice", "screen"]


async def test_a_ban_stops_everything_and_its_end_lets_everything_go(line: Line) -> None:
    await line.hears(
        "account_update", event="DISABLED_UPDATE", ban_info={"waba_ban_state": "DISABLE"}
    )
    stands = await line.stands()
    assert (stands.trouble, await claimed(line)) == ("whatsapp.account_locked", [])
    await line.hears(
        "account_update", event="DISABLED_UPDATE", ban_info={"waba_ban_state": "REINSTATE"}
    )
    stands = await line.stands()
    assert (stands.trouble, await claimed(line)) == ("", ["notice", "screen"])


async def test_what_is_over_ends_no_other_trouble(line: Line) -> None:
    await line.restricted("CUSTOMER_INITIATED_MESSAGING", ends_in=DAY)
    await line.hears("phone_number_quality_update", event="UNFLAGGED")
    assert (await line.stands()).trouble == "whatsapp.restricted"


async def test_a_warning_stops_nothing_and_hides_no_stop(line: Line) -> None:
    await line.hears("security", event="PIN_CHANGED", display_phone_number="5511940000000")
    assert (await line.stands()).trouble == "whatsapp.security"
    assert await claimed(line) == ["notice", "screen"]
    await line.restricted("CUSTOMER_INITIATED_MESSAGING", ends_in=DAY)
    await line.hears("account_alerts", alert_severity="CRITICAL", alert_type="X")
    assert (await line.stands()).trouble == "whatsapp.restricted"


async def test_a_message_that_goes_once_the_rest_is_over_ends_the_trouble(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=DAY)
    async with line.room.connect() as connection:
        await ChannelStates(connection).worked(WHATSAPP, line.room.now)
    assert (await line.stands()).reasons == ("whatsapp.restricted",)
    line.room.clock.advance(days=2)
    async with line.room.connect() as connection:
        await ChannelStates(connection).worked(WHATSAPP, line.room.now)
    stands = await line.stands()
    assert (stands.reasons, stands.starts_rest_until) == ((), None)


async def test_how_many_people_a_day_is_taken_in(line: Line) -> None:
    await line.hears("business_capability_update", max_daily_conversations_per_business=2000)
    allowed = await line.room.rows(channel_states.select())
    assert [row.people_a_day for row in allowed] == [2000]


async def test_whatever_is_said_of_the_number_has_it_asked_how_it_stands(line: Line) -> None:
    async with line.room.connect() as connection:
        await NumberBook(connection, WHATSAPP).keep(NumberFacts(), line.room.now)
    await line.hears("phone_number_quality_update", event="FLAGGED")
    async with line.room.rooms() as room:
        assert await room.number.wants_asking()


async def test_a_warning_neither_hides_nor_lifts_a_restriction(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=3 * DAY)
    await line.hears("phone_number_quality_update", event="FLAGGED")
    both = ("whatsapp.quality_low", "whatsapp.restricted")
    assert (await line.stands()).reasons == both
    await line.hears("phone_number_quality_update", event="UNFLAGGED")
    assert (await line.stands()).reasons == both[1:]
    assert await claimed(line) == ["screen"]


async def test_a_restriction_hides_no_alarm(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=3 * DAY)
    assert await Rounds(line.room.rooms).alert() == 1
    await line.hears("security", event="PIN_CHANGED", display_phone_number="5511940000000")
    assert (await line.stands()).reasons == ("whatsapp.security", "whatsapp.restricted")
    assert await Rounds(line.room.rooms).alert() == 1
    assert await claimed(line) == ["screen"]


async def test_a_token_that_is_right_again_lifts_no_restriction(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=3 * DAY)
    async with line.room.connect() as connection:
        until = line.room.now + timedelta(minutes=10)
        await ChannelStates(connection).pause(WHATSAPP, until, "whatsapp.token_wrong")
    async with line.room.rooms() as room:
        await room.recovery.is_well(WHATSAPP)
    assert (await line.stands()).starts_rest_until == line.room.now + 3 * DAY
    line.room.clock.advance(minutes=11)
    assert await claimed(line) == ["screen"]


async def test_each_rest_has_its_own_reason_and_ends_by_itself(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=3 * DAY)
    await line.hears(
        "account_update", event="DISABLED_UPDATE", ban_info={"waba_ban_state": "DISABLE"}
    )
    both = ("whatsapp.account_locked", "whatsapp.restricted")
    assert (await line.stands()).reasons == both
    await line.hears(
        "account_update", event="DISABLED_UPDATE", ban_info={"waba_ban_state": "REINSTATE"}
    )
    stands = await line.stands()
    assert (stands.reasons, stands.paused_until) == (both[1:], None)
    assert await claimed(line) == ["screen"]
    async with line.room.connect() as connection:
        await ChannelStates(connection).mend(WHATSAPP, both, line.room.now)
    assert (await line.stands()).reasons == ()
    assert await claimed(line) == ["notice", "screen"]


async def test_what_ends_the_shorter_of_two_rests_leaves_the_longer_one(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=3 * DAY)
    for state, reasons in (
        ("SCHEDULE_FOR_DISABLE", ("whatsapp.disabled_soon", "whatsapp.restricted")),
        ("REINSTATE", ("whatsapp.restricted",)),
    ):
        told = {"waba_ban_state": state}
        await line.hears("account_update", event="DISABLED_UPDATE", ban_info=told)
        assert (await line.stands()).reasons == reasons
    assert await claimed(line) == ["screen"]


async def test_who_is_told_of_two_rests_hears_of_both(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", "CUSTOMER_INITIATED_MESSAGING", ends_in=DAY)
    assert (await line.stands()).reasons == ("whatsapp.restricted",)
    assert await Rounds(line.room.rooms).alert() == 1
    await line.hears("account_update", event="ACCOUNT_DELETED")
    assert await Rounds(line.room.rooms).alert() == 1


async def test_a_restart_lifts_no_restriction(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=3 * DAY)
    telling = Telling(Units(line.room.engines, line.room.clock), line.room.clock)
    await telling.trouble(WHATSAPP, "whatsapp.token_wrong")
    await telling.trouble(WHATSAPP, "")
    stands = await line.stands()
    assert (stands.trouble, stands.starts_trouble) == ("", "whatsapp.restricted")
    assert await claimed(line) == ["screen"]


async def test_somebody_who_goes_on_lifts_the_stop_first_and_then_the_rest(line: Line) -> None:
    books = Books(line.room.engines)
    await books.begin()
    now = books.clock.now()
    async with books.open() as shop:
        (me,) = await shop.post.staff()
        states = shop.unit.channel_states
        rest = Stop("whatsapp.restricted", starts_only=True)
        await states.stop(WHATSAPP, rest, now + DAY, now)
        await states.stop(WHATSAPP, Stop("whatsapp.account_locked"), now + DAY, now)
    seen = []
    for _ in range(2):
        async with books.open() as shop:
            await shop.delivery.resume(WHATSAPP, me)
            seen.append((await shop.unit.channel_states.all())[WHATSAPP].reasons)
    assert seen == [("whatsapp.restricted",), ()]


async def test_a_warning_that_was_seen_is_told_no_more_and_ends_no_rest(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=3 * DAY)
    await line.hears("security", event="PIN_CHANGED", display_phone_number="5511940000000")
    rui = Talk(Books(line.room.engines))
    await rui.books.begin()
    await rui.join(Role.MANAGER)
    await rui.says("/fila")
    before = list(rui.buttons)
    await rui.taps("queue.seen")
    assert rui.sees == ["queue.seen_now", "queue.starts_rest"]
    assert (await line.stands()).reasons == ("whatsapp.restricted",)
    line.room.clock.advance(days=2)
    assert await claimed(line) == ["screen"]
    await rui.says("/fila")
    assert "queue.seen" not in rui.offered
    await line.hears("phone_number_quality_update", event="FLAGGED")
    rui.buttons = before
    await rui.taps("queue.seen")
    assert (await line.stands()).trouble == "whatsapp.quality_low", "it was another warning"


async def test_whoever_ends_a_pause_of_the_house_ends_no_rest_of_the_network(line: Line) -> None:
    await line.restricted("BIZ_INITIATED_MESSAGING", ends_in=DAY)
    books = Books(line.room.engines)
    await books.begin()
    async with books.open() as shop:
        (me,) = await shop.post.staff()
        await shop.delivery.pause(WHATSAPP, me)
    rui = Talk(books)
    await rui.join(Role.MANAGER)
    await rui.says("/fila")
    await rui.taps("queue.let_go")
    assert rui.sees == ["queue.went_on", "queue.starts_rest"]
    stands = await line.stands()
    assert (stands.held_at, stands.reasons) == (None, ("whatsapp.restricted",))
    assert await claimed(line) == ["screen"]


async def test_a_story_of_the_account_that_cannot_be_read_is_kept_and_alarms_nobody(
    line: Line,
) -> None:
    await line.hears("account_update", event="DISABLED_UPDATE", ban_info=None)
    async with Units(line.room.engines, line.room.clock).read() as unit:
        assert await unit.inbox.riddles() == 1
    assert (await line.stands()).reasons == ()
    assert await claimed(line) == ["notice", "screen"]
