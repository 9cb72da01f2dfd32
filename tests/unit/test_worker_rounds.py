"""Ticks and rounds: what is done again and again, and at once when the clock is moved."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.template import TemplateNews, TemplateStatus
from bot.domain.wording import WORDINGS
from bot.jobs.rooms import Room
from bot.jobs.rounds import Rounds
from bot.jobs.ticks import Tick, Ticks
from bot.services.templates import TemplatesView
from bot.storage.engine import make_engines
from tests.support.engine_room import TODAY, EngineRoom
from tests.support.waiting import until

OFTEN = timedelta(seconds=0.05)


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[EngineRoom]:
    engines = make_engines(sqlite_url)
    made = EngineRoom(engines)
    await made.begin()
    yield made
    await engines.dispose()


class Account:
    """The provider's account: approves nothing by itself."""

    def __init__(self) -> None:
        self.there: dict[tuple[str, str], TemplateStatus] = {}
        self.words = "v1"
        self.asked: list[str] = []
        self.away = False
        self.refuses: set[str] = set()

    def fingerprint(self, name: str, language: str) -> str:
        return f"{name} {language} {self.words}"

    async def listed(self) -> Sequence[TemplateStatus]:
        self._ask("listed")
        return list(self.there.values())

    async def create(self, name: str, language: str) -> TemplateStatus:
        self._ask(f"create {name}")
        return self._put(name, language)

    async def edit(self, there: TemplateStatus) -> TemplateStatus:
        self._ask(f"edit {there.name}")
        return self._put(there.name, there.language)

    def approve(self) -> None:
        self.there = {key: replace(one, status="APPROVED") for key, one in self.there.items()}

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.away:
            raise ConnectionError
        if what in self.refuses:
            raise Refusal("reason.whatsapp.template_refused")

    def _put(self, name: str, language: str) -> TemplateStatus:
        made = TemplateStatus(
            name, language, "PENDING", fingerprint=self.fingerprint(name, language)
        )
        self.there[name, language] = made
        return made


async def state(room: EngineRoom) -> TemplatesView:
    async with room.rooms() as opened:
        return await opened.templates.state()


async def test_missing_forms_are_asked_for_in_the_languages_in_use(room: EngineRoom) -> None:
    await room.person()
    account = Account()
    await Rounds(room.rooms).sync_templates(account)
    assert set(account.there) == {(wording.name, "pt_BR") for wording in WORDINGS}
    assert len((await state(room)).pending) == len(WORDINGS)


async def test_nothing_is_asked_until_it_is_worth_it(room: EngineRoom) -> None:
    await room.person()
    account = Account()
    rounds = Rounds(room.rooms)
    await rounds.sync_templates(account)
    before = len(account.asked)
    await rounds.sync_templates(account)
    assert len(account.asked) == before
    account.approve()
    room.clock.advance(minutes=4)
    await rounds.sync_templates(account)
    assert len((await state(room)).approved) == len(WORDINGS)
    room.clock.advance(hours=1)
    before = len(account.asked)
    await rounds.sync_templates(account)
    assert len(account.asked) == before


async def test_somebody_may_ask_to_look_again(room: EngineRoom) -> None:
    await room.person()
    account = Account()
    rounds = Rounds(room.rooms)
    await rounds.sync_templates(account)
    account.approve()
    async with room.rooms() as opened:
        await opened.templates.check_again()
    await rounds.sync_templates(account)
    assert len((await state(room)).approved) == len(WORDINGS)


async def test_changed_words_are_asked_for_anew_once_they_may_be_changed(room: EngineRoom) -> None:
    await room.person()
    account = Account()
    rounds = Rounds(room.rooms)
    await rounds.sync_templates(account)
    account.words = "v2"
    room.clock.advance(minutes=4)
    await rounds.sync_templates(account)
    assert "edit receipt" not in account.asked
    account.approve()
    account.refuses = {"edit waiting"}
    room.clock.advance(minutes=4)
    await rounds.sync_templates(account)
    assert "edit receipt" in account.asked
    view = await state(room)
    assert [status.name for status in view.approved] == ["waiting"]
    assert len(view.pending) == len(WORDINGS) - 1


async def test_a_refused_form_is_kept_with_its_reason_and_the_others_go_on(
    room: EngineRoom,
) -> None:
    await room.person()
    account = Account()
    account.refuses = {"create receipt"}
    await Rounds(room.rooms).sync_templates(account)
    view = await state(room)
    assert [(one.name, one.reason) for one in view.refused] == [
        ("receipt", "whatsapp.template_refused")
    ]
    assert len(view.pending) == len(WORDINGS) - 1


async def test_an_account_that_is_away_changes_nothing(room: EngineRoom) -> None:
    await room.person()
    account = Account()
    account.away = True
    assert await Rounds(room.rooms).sync_templates(account) == 0
    assert await state(room) == TemplatesView([], [], [])


async def test_a_webhook_tells_of_an_approval_and_of_a_refusal(room: EngineRoom) -> None:
    await room.person()
    await Rounds(room.rooms).sync_templates(Account())
    async with room.rooms() as opened:
        news = TemplateNews("receipt", "pt_BR", "REJECTED", reason="INVALID_FORMAT")
        assert await opened.templates.news(news)
        assert await opened.templates.news(TemplateNews("waiting", "pt_BR", "APPROVED"))
        assert not await opened.templates.news(TemplateNews("other", "pt_BR", "APPROVED"))
    view = await state(room)
    assert [status.name for status in view.approved] == ["waiting"]
    assert [status.reason for status in view.refused] == ["INVALID_FORMAT"]


async def test_a_round_plans_and_another_sweeps(room: EngineRoom) -> None:
    await (await room.client()).owes(TODAY)
    rounds = Rounds(room.rooms)
    assert await rounds.plan() == 1
    assert await rounds.plan() == 0
    await room.claim("dead")
    room.clock.advance(minutes=2)
    assert await rounds.sweep()
    assert not await rounds.sweep()


async def test_without_a_business_there_is_nothing_to_plan_or_open(room: EngineRoom) -> None:
    room.house = None
    rounds = Rounds(room.rooms)
    assert await rounds.plan() == 0
    assert await rounds.open_charges() == 0


async def test_charges_are_opened_by_whoever_knows_how(room: EngineRoom) -> None:
    class Calendar:
        async def open_due(self) -> int:
            return 3

    async def charges() -> Calendar:
        return Calendar()

    @asynccontextmanager
    async def rooms() -> AsyncIterator[Room]:
        async with room.rooms() as opened:
            yield replace(opened, charges=charges)

    assert await Rounds(rooms).open_charges() == 3


async def test_ticks_run_at_the_start_again_and_again_and_in_order() -> None:
    ran: list[str] = []
    nudged: list[int] = []

    async def first() -> int:
        ran.append("first")
        return 1

    async def second() -> int:
        ran.append("second")
        return 0

    ticks = Ticks(
        [Tick("first", OFTEN, first), Tick("second", OFTEN, second)], lambda: nudged.append(1)
    )
    ticks.start()
    await until(lambda: ran.count("second") >= 3)
    await ticks.stop()
    assert ran[:2] == ["first", "second"]
    assert len(nudged) == ran.count("first")


async def test_a_tick_that_fails_is_tried_again() -> None:
    tries: list[int] = []

    async def fails() -> None:
        tries.append(1)
        raise ConnectionError

    ticks = Ticks([Tick("fails", OFTEN, fails)], lambda: None)
    ticks.start()
    await until(lambda: len(tries) >= 2)
    await ticks.stop()


async def test_a_moved_clock_has_everything_looked_at_once_more() -> None:
    ran: list[int] = []
    gate = asyncio.Event()

    async def slow() -> None:
        ran.append(1)
        await gate.wait()

    ticks = Ticks([Tick("slow", timedelta(hours=1), slow)], lambda: None)
    ticks.start()
    await until(lambda: ran)
    ticks.all_at_once()
    ticks.all_at_once()
    gate.set()
    await until(lambda: len(ran) == 2)
    await asyncio.sleep(0.05)
    assert len(ran) == 2
    await ticks.stop()


async def test_what_has_begun_comes_to_its_end_before_the_ticks_are_stopped() -> None:
    done: list[str] = []
    gate = asyncio.Event()

    async def slow() -> None:
        await gate.wait()
        done.append("whole")

    ticks = Ticks([Tick("slow", OFTEN, slow)], lambda: None)
    ticks.start()
    await asyncio.sleep(0.1)
    stopping = asyncio.create_task(ticks.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    gate.set()
    await stopping
    so_far = len(done)
    await asyncio.sleep(0.1)
    assert so_far >= 1
    assert len(done) == so_far
