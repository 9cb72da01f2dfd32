"""What the owner asks with ``/auditoria``: who did what, narrowed, and taken along."""

import pytest
import sqlalchemy as sa
import structlog
from structlog.testing import LogCapture

from bot.domain.role import Role
from bot.storage.engine import Engines
from bot.storage.tables import outbox
from bot.telemetry.origin import begun
from tests.support.books import Books, a_client
from tests.support.talk import Talk


@pytest.fixture
async def owner(engines: Engines) -> Talk:
    books = Books(engines)
    await books.begin()
    talk = Talk(books)
    await talk.join(Role.OWNER)
    ana = (await books.add(a_client())).id
    async with books.open() as shop:
        rita = (await shop.team.members())[0]
        await shop.clients.change_name(ana, "Ana Castro", by=rita.id)
    return talk


async def test_the_owner_reads_what_was_done_and_what_changed(owner: Talk) -> None:
    await owner.says("/auditoria")
    assert owner.sees[0] == "audit.title"
    await owner.taps("audit.row")
    assert owner.sees == ["audit.one", "audit.change", "audit.whence"]
    assert owner.lines[0].params["what"].key == "audit.deed.client.renamed"  # type: ignore[union-attr] # a text
    assert "client.open" in owner.offered


async def test_from_a_deed_one_comes_to_all_about_its_client_and_back_to_everybody(
    owner: Talk,
) -> None:
    await owner.books.add(a_client("Caio Melo", "11 98765-1111"))
    await owner.says("/auditoria")
    assert owner.offered.count("audit.row") == 4
    await owner.taps("audit.row", place=1)
    await owner.taps("audit.of_this_client")
    assert owner.offered.count("audit.row") == 2
    await owner.taps("list.without")
    assert owner.offered.count("audit.row") == 4


async def test_what_a_program_did_is_told_with_its_token(owner: Talk) -> None:
    async with owner.books.open() as shop:
        about = {"after": {"name": "Ouro"}, "by_token": 3}
        with begun("api", "abcdef"):
            await shop.unit.audit.note("plan.added", None, owner.books.clock.now(), about)
    await owner.says("/auditoria")
    await owner.taps("audit.row")
    assert owner.sees == [
        "audit.one",
        "audit.detail",
        "audit.whence",
        "audit.by_token",
        "audit.request",
    ]


async def test_the_log_leads_from_what_was_asked_to_what_is_sent(
    owner: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = LogCapture()
    merge = structlog.contextvars.merge_contextvars
    log = structlog.wrap_logger(None, processors=[merge, capture])
    monkeypatch.setattr("bot.storage.outbox.log", log)
    with begun("telegram", "telegram-4711"):
        await owner.says("/auditoria")
    async with owner.books.open() as shop:
        last = (await shop.unit.connection.execute(sa.func.max(outbox.c.id).select())).scalar_one()
    (line,) = capture.entries
    assert (line["event"], line["request_id"]) == ("outbox.queued", "telegram-4711")
    assert line["rows"] == [last]


async def test_words_behind_the_command_name_a_client(owner: Talk) -> None:
    await owner.says("/audit castro")
    assert owner.offered.count("audit.row") == 2
    await owner.says("/audit ninguém")
    assert "audit.none" in owner.sees


async def test_it_is_narrowed_to_one_kind_of_deed_and_taken_along(owner: Talk) -> None:
    await owner.says("/auditoria")
    await owner.taps("list.filter")
    await owner.taps("field.kind")
    await owner.taps("audit.kind.plans")
    assert owner.offered.count("audit.row") == 1
    await owner.taps("audit.export")
    await owner.taps("audit.as_csv")
    assert owner.sees == ["audit.here"]
    assert owner.attachment is not None
    async with owner.books.open() as shop:
        file = await shop.unit.files.get(owner.attachment.file_id)
    assert file.content.decode("utf-8-sig").count("criou um plano") == 1


async def test_it_is_narrowed_to_one_person_and_one_day(owner: Talk) -> None:
    await owner.says("/auditoria")
    await owner.taps("list.filter")
    await owner.taps("field.who")
    await owner.taps("Rita")
    assert owner.offered.count("audit.row") == 1
    await owner.taps("list.filter")
    await owner.taps("field.day")
    await owner.says("ontem")
    assert "audit.none" in owner.sees


@pytest.mark.parametrize("role", [Role.MANAGER, Role.VIEWER])
async def test_nobody_else_of_the_house_reads_it(owner: Talk, role: Role) -> None:
    other = Talk(owner.books, sender="7002")
    await other.join(role)
    await other.says("/auditoria")
    assert other.sees == ["errors.not_allowed"]


async def test_the_way_there_is_in_the_settings(owner: Talk) -> None:
    await owner.says("/config")
    await owner.taps("settings.go.behind")
    await owner.taps("settings.go.audit")
    assert owner.sees[0] == "audit.title"
