"""The running house brings its rules to GitHub by itself, and asks about what changes there."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.rule_files import LADDER
from bot.sandbox.github.routes import GitHubBox
from bot.sandbox.telegram.person import TelegramPerson
from tests.support.github_box import HOUSE, TOKEN, a_github_box
from tests.support.town import Town
from tests.support.waiting import until
from tests.support.watch import a_watched_town


@pytest.fixture
async def box() -> AsyncIterator[GitHubBox]:
    async with a_github_box() as box:
        yield box


@pytest.fixture
async def town(sqlite_url: str, box: GitHubBox) -> AsyncIterator[Town]:
    async with a_watched_town(
        sqlite_url, github_token=TOKEN, github_repository=HOUSE, github_api_url=box.url
    ) as town:
        yield town


async def test_what_the_owner_changes_is_a_commit_and_what_others_change_a_question(
    town: Town, owner: TelegramPerson, box: GitHubBox
) -> None:
    git = box.world.git
    await town.house.ticks.all_once()
    assert LADDER in git.files
    text = git.files[LADDER].decode()
    git.edit(LADDER, text.replace("days = 15", "days = 20").encode(), "Caio Reis")
    await town.house.ticks.all_once()
    asked = await until(
        lambda: [seen for seen in owner.visible() if "mudou as regras" in seen.text], within=60
    )
    assert "Caio Reis" in asked[-1].text
    await town.taps(owner, "⚠️ Ver a mudança")
    seen = await town.taps(owner, "✅ Aceitar aqui")
    assert "agora vale aqui" in seen.text
    seen = await town.tells(owner, "/regua")
    assert any("20 dias depois" in label for label in seen.labels)
    await town.house.ticks.all_once()
    seen = await town.tells(owner, "/versoes")
    assert "Todas estão também no GitHub" in seen.text
