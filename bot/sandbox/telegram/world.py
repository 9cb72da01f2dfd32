"""Telegram as it stands: the bot, the people, their chats, and what waits to be told."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.sandbox.ledger import Ledger
from bot.sandbox.shelf import Shelf
from bot.sandbox.surroundings import Surroundings
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.telegram.taps import Tap
from bot.sandbox.telegram.updates import Updates


@dataclass(slots=True)
class Menu:
    """Commands and descriptions, by scope and language."""

    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)


class Telegram:
    """The network. Tests and the page act through ``person``; the bot through the Bot API."""

    answer_within = timedelta(minutes=10)
    """How old a tap may be and still be answered."""

    def __init__(self, token: str, around: Surroundings) -> None:
        self.token = token
        self.clock, self.news, self.faults = around.clock, around.news, around.faults
        self.ledger = Ledger()
        self.shelf = Shelf("AgACsandbox")
        self.updates = Updates(around)
        self.people: dict[int, TelegramPerson] = {}
        self.taps: dict[str, Tap] = {}
        self.menu = Menu()
        self.bot: dict[str, Any] = {
            "id": _bot_id(token),
            "is_bot": True,
            "first_name": "EmDia",
            "username": "emdia_bot",
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self._ids = itertools.count(1)

    def person(
        self, person_id: int, name: str = "", language_code: str | None = "pt-br"
    ) -> TelegramPerson:
        """The person with this id; made if there was none, and renamed if a name is given."""
        person = self.people.get(person_id)
        if person is None:
            person = TelegramPerson(self, person_id, name or f"Person {person_id}", language_code)
            self.people[person_id] = person
            self.news.tell()
        elif name:
            person.rename(name)
        return person

    def next_message_id(self) -> int:
        """Message ids rise over all chats of a bot."""
        return next(self._ids)

    def commands_for(self, person: TelegramPerson) -> list[dict[str, str]]:
        """The commands this person is offered: the first list that fits, as Telegram looks."""
        language = str(person.user.get("language_code", "")).split("-")[0]
        for scope in (f"chat:{person.id}", "all_private_chats", "default"):
            for code in (language, ""):
                if (scope, code) in self.menu.commands:
                    return self.menu.commands[scope, code]
        return []


def _bot_id(token: str) -> Any:
    digits = token.partition(":")[0]
    return int(digits) if digits.isdecimal() else 1
