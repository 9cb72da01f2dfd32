"""The check-up says whether the house could be brought back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.composition.backup_keys import make_key
from bot.composition.checkup.backups import backups
from bot.composition.office import Office
from bot.config import Settings
from bot.services.ports.backups import Made
from tests.support.books import words


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    recipient = make_key(tmp_path / "owner.key")
    return Settings(
        _env_file=None, database_url=sqlite_url, data_dir=tmp_path, backup_recipient=recipient
    )


@pytest.fixture
async def office(settings: Settings) -> AsyncIterator[Office]:
    office = Office(settings, words())
    yield office
    await office.close()


async def made(office: Office, ago: timedelta, trouble: str | None = None) -> None:
    now = office.clock.now()
    async with office.units.write() as unit:
        await unit.backups.ask("nightly", None, now)
        wanted = await unit.backups.wanted(now)
        assert wanted is not None
        await unit.backups.made(wanted.id, Made("emdia.age", now - ago, 1, 1, "", 1.0))
        if trouble is not None:
            await unit.backups.drilled(wanted.id, now, 1, trouble)


async def said(settings: Settings, office: Office) -> str:
    (finding,) = await backups(settings, office)
    return finding.said.key.removeprefix("doctor.backup.")


async def test_without_a_key_they_are_off(settings: Settings, office: Office) -> None:
    assert await said(settings.model_copy(update={"backup_recipient": ""}), office) == "off"


async def test_none_an_old_one_and_a_new_one_are_told_apart(
    settings: Settings, office: Office
) -> None:
    assert await said(settings, office) == "none"
    await made(office, timedelta(days=2))
    assert await said(settings, office) == "old"
    await made(office, timedelta(hours=2), trouble="")
    assert await said(settings, office) == "ok"


async def test_one_that_did_not_come_back_equal_is_told(settings: Settings, office: Office) -> None:
    await made(office, timedelta(hours=2), trouble="damaged")
    assert await said(settings, office) == "untrue"
