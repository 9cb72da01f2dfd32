"""The house keeps backups by itself: each night, when asked, tried out every week."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.composition.backup_keys import make_key
from bot.composition.backups import new_backups
from bot.config import Settings
from bot.domain.ids import PersonId
from bot.domain.role import Role
from bot.jobs.backups import BackupRound
from bot.services.ports.backups import SEALED
from bot.storage.engine import Engines
from bot.storage.tables import backups, files, outbox
from bot.storage.unit_of_work import Units
from tests.support.books import Books, a_client, premises_of
from tests.support.github_box import HOUSE, TOKEN, a_github_box
from tests.support.talk import Talk


@pytest.fixture
async def books(books: Books) -> Books:
    async with books.open() as shop:
        await shop.unit.business.own(books.clock.now())
    await books.add(a_client())
    return books


@pytest.fixture
async def owner(books: Books) -> PersonId:
    return await Talk(books).join(Role.OWNER)


def round_of(books: Books, folder: Path, recipient: str) -> BackupRound:
    settings = Settings(_env_file=None, data_dir=folder, backup_recipient=recipient)
    units = Units(books.engines, books.clock)
    made = new_backups(settings, books.engines, units, premises_of(books))
    assert made is not None
    return made


@pytest.fixture
def round_(books: Books, owner: PersonId, tmp_path: Path) -> BackupRound:
    return round_of(books, tmp_path, make_key(tmp_path / "owner.key"))


def on_disk(folder: Path) -> list[str]:
    return sorted(one.name for one in (folder / "backups").glob("*.age"))


async def record(books: Books) -> Sequence[sa.Row[Any]]:
    async with books.engines.reader.connect() as connection:
        return (await connection.execute(sa.select(backups).order_by(backups.c.id))).all()


async def told(books: Books) -> list[str]:
    """Why notices were queued."""
    async with books.engines.reader.connect() as connection:
        query = sa.select(outbox.c.purpose).order_by(outbox.c.id)
        return list((await connection.execute(query)).scalars())


async def test_one_is_made_each_night_and_not_twice(
    books: Books, round_: BackupRound, tmp_path: Path
) -> None:
    assert await round_.run()  # there was none of last night
    assert not await round_.run()
    books.clock.advance(hours=14)  # two in the morning
    assert not await round_.run()
    books.clock.advance(hours=2)
    assert await round_.run()
    assert not await round_.run()
    assert len(on_disk(tmp_path)) == 2
    assert [row.kind for row in await record(books)] == ["nightly", "nightly"]


async def test_the_first_is_tried_out_and_then_one_a_week(
    books: Books, round_: BackupRound
) -> None:
    for _ in range(8):
        await round_.run()
        books.clock.advance(days=1)
    tried = [row.drilled_at is not None for row in await record(books)]
    assert tried == [True, *[False] * 6, True]
    first = (await record(books))[0]
    assert first.drill_trouble == ""
    assert first.rows > 5


async def test_what_is_not_wanted_any_more_is_taken_away(
    books: Books, round_: BackupRound, tmp_path: Path
) -> None:
    for _ in range(12):
        await round_.run()
        books.clock.advance(days=1)
    assert 7 <= len(on_disk(tmp_path)) <= 10


async def test_who_asks_gets_it_into_the_chat(
    books: Books, owner: PersonId, round_: BackupRound
) -> None:
    await round_.run()
    async with books.open() as shop:
        await shop.backups.ask(owner)
        await shop.backups.ask(owner)  # an impatient second tap
    books.clock.advance(seconds=15)
    assert await round_.run()
    assert not await round_.run()
    assert await told(books) == ["backup"]
    async with books.engines.reader.connect() as connection:
        query = sa.select(files.c.content).where(files.c.mime == SEALED)
        content = (await connection.execute(query)).scalar_one()
    assert content.startswith(b"age-encryption.org/v1")


async def test_one_that_is_too_large_for_a_chat_stays_on_the_disk(
    books: Books, owner: PersonId, round_: BackupRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.backups._IN_CHAT", 10)
    async with books.open() as shop:
        await shop.backups.ask(owner)
    await round_.run()
    await round_.run()
    assert await told(books) == ["backup"]
    async with books.engines.reader.connect() as connection:
        query = sa.select(sa.func.count()).where(files.c.mime == SEALED)
        assert (await connection.execute(query)).scalar_one() == 0


async def test_a_failure_is_told_once_and_tried_again(
    books: Books, round_: BackupRound, tmp_path: Path
) -> None:
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "this-machine.key").write_text("no key")
    assert await round_.run()
    assert not await round_.run()  # not at once
    books.clock.advance(minutes=16)
    assert await round_.run()
    assert await told(books) == ["backup_failed"]
    row = (await record(books))[0]
    assert (row.trouble, row.tries, row.made_at) == ("key", 2, None)
    (tmp_path / "backups" / "this-machine.key").unlink()
    books.clock.advance(hours=1)
    assert await round_.run()
    assert [row.trouble for row in await record(books)] == [""]
    assert len(on_disk(tmp_path)) == 1


async def test_a_drill_that_fails_is_told_and_the_next_backup_is_tried_again(
    books: Books, round_: BackupRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("bot.storage.backup_load.FORMAT", 2)
        await round_.run()
    assert await told(books) == ["backup_drill_failed"]
    assert (await record(books))[0].drill_trouble == "other"
    books.clock.advance(days=1)
    await round_.run()
    assert (await record(books))[1].drill_trouble == ""
    assert (await record(books))[1].drilled_at == books.clock.now()


async def test_nothing_is_made_of_a_house_that_nobody_has(engines: Engines, tmp_path: Path) -> None:
    books = Books(engines)
    await books.begin()
    assert not await round_of(books, tmp_path, make_key(tmp_path / "owner.key")).run()


async def test_without_a_recipient_there_is_no_round(books: Books, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)
    units = Units(books.engines, books.clock)
    assert new_backups(settings, books.engines, units, premises_of(books)) is None


async def test_the_copies_in_chats_are_forgotten_after_some_days(
    books: Books, owner: PersonId, round_: BackupRound
) -> None:
    for _ in range(2):
        async with books.open() as shop:
            await shop.backups.ask(owner)
        await round_.run()
        await round_.run()
        books.clock.advance(days=3)
    async with books.engines.reader.connect() as connection:
        query = sa.select(sa.func.count()).where(files.c.mime == SEALED)
        assert (await connection.execute(query)).scalar_one() == 1


async def test_each_is_brought_away_once_and_a_failure_is_told_and_tried_again(
    books: Books, owner: PersonId, tmp_path: Path
) -> None:
    async with a_github_box() as box:
        box.world.private = False
        settings = Settings(
            _env_file=None,
            data_dir=tmp_path,
            backup_recipient=make_key(tmp_path / "owner.key"),
            github_token=TOKEN,
            github_repository=HOUSE,
            github_api_url=box.url,
        )
        units = Units(books.engines, books.clock)
        round_ = new_backups(settings, books.engines, units, premises_of(books))
        assert round_ is not None
        assert await round_.run()
        assert await told(books) == ["backup_not_sent"]
        assert not await round_.run()  # not at once
        box.world.private = True
        books.clock.advance(minutes=16)
        assert await round_.run()
        assert not await round_.run()
    assert box.world.names == on_disk(tmp_path)
    assert list(box.world.contents.values()) == [
        one.read_bytes() for one in (tmp_path / "backups").glob("*.age")
    ]


async def test_a_missing_library_is_told(
    books: Books, owner: PersonId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.composition.depot._INSTALLED", False)
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path,
        backup_recipient=make_key(tmp_path / "owner.key"),
        github_token=TOKEN,
        github_repository=HOUSE,
    )
    units = Units(books.engines, books.clock)
    round_ = new_backups(settings, books.engines, units, premises_of(books))
    assert round_ is not None
    await round_.run()
    assert [row.remote_trouble for row in await record(books)] == ["github_not_installed"]
