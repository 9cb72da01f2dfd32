"""Ticks and rounds: what is done again and again, and at once when the clock is moved."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import Refusal
from bot.domain.own_text import TextKey
from bot.domain.template import TemplateNews, TemplateStatus, TemplateText
from bot.domain.wording import WORDINGS
from bot.jobs.rooms import Room
from bot.jobs.rounds import Rounds
from bot.jobs.ticks import Tick, Ticks
from bot.services.templates import TemplatesView
from bot.storage.texts import Texts
from tests.support.engine_room import TODAY, EngineRoom
from tests.support.waiting import until

OFTEN = timedelta(seconds=0.05)


class Account:
    """The provider's account: approves nothing by itself."""

    def __init__(self) -> None:
        self.there: dict[tuple[str, str], TemplateStatus] = {}
        self.words = "v1"
        self.asked: list[str] = []
        self.away = False
        self.refuses: set[str] = set()

    def fingerprint(self, text: TemplateText) -> str:
        return f"{text.name} {text.language} {text.words or self.words}"

    async def listed(self) -> Sequence[TemplateStatus]:
        self._ask("listed")
        return list(self.there.values())

    async def create(self, text: TemplateText) -> TemplateStatus:
        self._ask(f"create {text.name}")
        return self._put(text)

    async def edit(self, there: TemplateStatus, text: TemplateText) -> TemplateStatus:
        self._ask(f"edit {there.name}")
        return self._put(text)

    async def retire(self, there: TemplateStatus) -> None:
        self._ask(f"retire {there.name}")
        del self.there[there.name, there.language]

    def approve(self) -> None:
        self.there = {key: replace(one, status="APPROVED") for key, one in self.there.items()}

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.away:
            raise ConnectionError
        if what in self.refuses:
            raise Refusal("reason.whatsapp.template_refused")

    def decide(self, name: str, status: str) -> None:
        self.there[name, "pt_BR"] = replace(self.there[name, "pt_BR"], status=status)

    def _put(self, text: TemplateText) -> TemplateStatus:
        name, language = text.name, text.language
        made = TemplateStatus(name, language, "PENDING", fingerprint=self.fingerprint(text))
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


async def write_text(room: EngineRoom, words: str) -> None:
    key = TextKey("receipt", "pt_BR")
    async with room.rooms() as opened:
        assert isinstance(opened.texts, Texts)
        assert await opened.texts.add(key, words, None, room.now)


async def test_an_own_text_stands_beside_the_one_before_until_it_may_be_sent(
    room: EngineRoom,
) -> None:
    await room.person()
    account, rounds = Account(), Rounds(room.rooms)
    await write_text(room, "Chegou, {name}!")
    await rounds.sync_templates(account)
    account.approve()
    await write_text(room, "Recebemos, {name}!")
    await rounds.sync_templates(account)
    assert {name for name, _ in account.there} >= {"receipt", "receipt_v1", "receipt_v2"}
    assert "retire receipt_v1" not in account.asked
    account.approve()
    for _ in range(2):
        room.clock.advance(hours=7)
        await rounds.sync_templates(account)
    assert account.asked.count("retire receipt_v1") == 1
    assert {name for name, _ in account.there} >= {"receipt", "receipt_v2"}
    assert "receipt_v1" not in {status.name for status in (await state(room)).approved}
    assert not [asked for asked in account.asked if asked.startswith("edit")]


async def test_an_own_text_that_was_not_taken_is_not_asked_for_all_the_time(
    room: EngineRoom,
) -> None:
    await room.person()
    account, rounds = Account(), Rounds(room.rooms)
    account.refuses = {"create receipt_v1"}
    await write_text(room, "Chegou, {name}!")
    for _ in range(4):
        await rounds.sync_templates(account)
        room.clock.advance(minutes=4)
    assert account.asked.count("create receipt_v1") == 1
    room.clock.advance(hours=7)
    await rounds.sync_templates(account)
    assert account.asked.count("create receipt_v1") == 2


async def test_a_version_that_somebody_deleted_over_there_is_forgotten(room: EngineRoom) -> None:
    await room.person()
    account, rounds = Account(), Rounds(room.rooms)
    for words in ("Chegou, {name}!", "Recebemos, {name}!"):
        await write_text(room, words)
        await rounds.sync_templates(account)
    account.decide("receipt_v1", "APPROVED")
    room.clock.advance(minutes=4)
    await rounds.sync_templates(account)
    assert "receipt_v1" in {status.name for status in (await state(room)).approved}
    del account.there["receipt_v1", "pt_BR"]
    room.clock.advance(minutes=4)
    await rounds.sync_templates(account)
    assert (await state(room)).approved == []


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
