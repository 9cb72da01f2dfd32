"""``emdia token``: made and shown once, listed without it, ended by its number."""

import asyncio
import json

from bot.cli.voice import Voice
from bot.composition.office import open_office
from bot.config import Settings
from bot.domain.message import Address, ChannelName
from bot.domain.role import Role
from bot.services.ports.people import Caller
from tests.support.cli import Shell, shell

__all__ = ["shell"]


def somebody_owns(shell: Shell) -> None:
    """The house has its owner."""

    async def moves_in() -> None:
        settings = Settings.load()
        words = Voice(settings).words
        async with open_office(settings, words) as office, office.dealing() as shop:
            caller = Caller(Address(ChannelName.TERMINAL, "here"), "Rita", "pt_BR")
            person = await shop.unit.people.calling(caller, office.clock.now())
            await shop.unit.people.set_role(person.id, Role.OWNER)

    asyncio.run(moves_in())


def test_a_token_is_made_listed_and_ended(shell: Shell) -> None:
    somebody_owns(shell)
    made = shell.run("token", "create", "ERP", "--may", "read", "--may", "send", "--json")
    assert made.exit_code == 0
    told = json.loads(made.output)
    assert told["token"].startswith("emdia_")
    assert told["scopes"] == ["read", "send"]
    listed = shell.run("token", "list")
    assert "ERP" in listed.output
    assert told["token"] not in listed.output
    ended = shell.run("token", "revoke", str(told["id"]))
    assert (ended.exit_code, "ERP" in ended.output) == (0, True)
    assert json.loads(shell.run("token", "list", "--json").output) == {"tokens": []}


def test_a_token_may_only_read_unless_more_is_said(shell: Shell) -> None:
    somebody_owns(shell)
    made = shell.run("token", "create", "site")
    assert made.output.splitlines()[-1].startswith("emdia_")
    assert "(read)" in shell.run("token", "list").output


def test_what_cannot_be_is_told_why(shell: Shell) -> None:
    assert shell.run("token", "create", "site").exit_code == 1
    assert shell.run("token", "list").exit_code == 0
    somebody_owns(shell)
    assert shell.run("token", "revoke", "404").exit_code == 1
    assert shell.run("token", "create", "site", "--may", "fly").exit_code == 2
