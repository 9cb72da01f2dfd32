"""Every conversation from one script each, on Telegram, on the Cloud API and on a linked device.

The scripts are in ``conversations/``; each plays in a house of its own.
"""

from pathlib import Path

import pytest

from tests.support.script import Play, needs, plays, read
from tests.support.stage import a_stage


@pytest.mark.timeout(300)  # some hundred messages, each over real HTTP
@pytest.mark.parametrize(("script", "channel"), plays())
async def test_a_conversation_goes_as_written(
    sqlite_url: str, tmp_path: Path, script: str, channel: str
) -> None:
    async with a_stage(sqlite_url, channel, tmp_path, needs(script)) as stage:
        play = Play(stage)
        for line in read(script):
            await play.carry_out(line)
