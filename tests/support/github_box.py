"""GitHub in a box: one token, and the one repository that it opens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.sandbox.github.routes import GitHubBox
from bot.sandbox.github.world import GitHub

TOKEN = f"{7:020}"
HOUSE = "academia/backups"


@asynccontextmanager
async def a_github_box() -> AsyncIterator[GitHubBox]:
    """Open while inside."""
    box = GitHubBox(GitHub(TOKEN, HOUSE))
    await box.start()
    try:
        yield box
    finally:
        await box.stop()
