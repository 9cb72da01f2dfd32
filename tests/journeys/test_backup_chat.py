"""The owner asks for a backup in the chat, gets it there, and it holds the house."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.composition.backup_keys import keys_in, make_key
from bot.composition.safe import restore_into
from bot.sandbox.telegram.person import TelegramPerson
from bot.storage.engine import make_engines
from bot.storage.migrate import upgrade
from bot.storage.tables import clients
from tests.support.town import Town
from tests.support.waiting import until
from tests.support.watch import a_watched_town


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose operator has made a key."""
    recipient = make_key(tmp_path / "owner.key")
    async with a_watched_town(sqlite_url, data_dir=tmp_path, backup_recipient=recipient) as town:
        yield town


async def test_a_backup_asked_for_in_the_chat_arrives_there_and_can_be_brought_back(
    town: Town, shop: TelegramPerson, tmp_path: Path
) -> None:
    await town.tells(shop, "/backup")
    await town.taps(shop, "Fazer um agora")
    await town.house.ticks.all_once()
    sent = await until(lambda: [seen for seen in shop.visible() if seen.file], within=60)
    (tmp_path / "from-chat.age").write_bytes(sent[-1].content)
    url = f"sqlite:///{tmp_path}/other.sqlite3"
    await upgrade(url)
    engines = make_engines(url)
    await restore_into(engines, tmp_path / "from-chat.age", keys_in(tmp_path / "owner.key"))
    async with engines.reader.connect() as connection:
        back = {row.name for row in await connection.execute(clients.select())}
    await engines.dispose()
    assert "Ana Souza" in back
    seen = await town.tells(shop, "/backup")
    assert "voltaria tudo até" in seen.text
    assert "tudo igual" in seen.text  # it was tried out, too


async def test_only_the_owner_may_have_everything(town: Town, owner: TelegramPerson) -> None:
    stranger = town.admin(8, "Zé")
    seen = await town.tells(stranger, "/backup")
    assert "Backups" not in seen.text
