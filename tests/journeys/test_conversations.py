"""Every conversation from one script each, on Telegram, on the Cloud API and on a linked device.

The scripts are in ``conversations/``; each plays in a house of its own. At its beginning stands
what it plays: that is so in its own run, and together they play all that there is.
"""

from pathlib import Path

import pytest

from tests.support.played import ALL
from tests.support.script import Play, declared, needs, plays, read
from tests.support.stage import CHANNELS, a_stage

_DEVICE = ("link_code", "link_letters", "link_restart", "number_pace", "pace_go_on")
_PRICES = ("message_prices", "price_messages", "free_answers")
_FORMS = ("whatsapp_check", "pix_button", "pix_button_switch", "pix_button_again")
# What cannot be had on a chat, and why.
_NOT_THERE: dict[str, dict[str, str]] = {
    "telegram": {},
    "cloud": dict.fromkeys(_DEVICE, "a number at Meta has no phone to link, and no pace"),
    "evolution": {
        **dict.fromkeys(_PRICES, "nothing has a price there"),
        **dict.fromkeys(_FORMS, "nobody approves forms there"),
        **dict.fromkeys(_DEVICE[:2], "nobody can ask for a code over the number it would link"),
        "warning_seen": "nobody there warns of a number that may still send",
        "client_moves": "a linked device hears of no new number",
    },
}


@pytest.mark.timeout(300)  # some hundred messages, each over real HTTP
@pytest.mark.parametrize(("script", "channel"), plays())
async def test_a_conversation_goes_as_written(
    sqlite_url: str, tmp_path: Path, script: str, channel: str
) -> None:
    async with a_stage(sqlite_url, channel, tmp_path, needs(script)) as stage:
        play = Play(stage)
        for line in read(script):
            await play.carry_out(line)
        assert declared(script) - stage.played.parts == set()


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_command_form_list_action_and_button_is_in_a_script(channel: str) -> None:
    played = {part for script, there in plays() if there == channel for part in declared(script)}
    assert ALL - played == set(_NOT_THERE[channel])


def test_a_script_declares_nothing_that_there_is_not() -> None:
    assert {part for script, _ in plays() for part in declared(script)} <= ALL
