"""The methods by which a bot answers taps, shows its menu, and says who it is."""

from datetime import timedelta
from typing import Any

from bot.sandbox.telegram import errors
from bot.sandbox.telegram.errors import bad
from bot.sandbox.telegram.fields import Fields
from bot.sandbox.telegram.html import utf16_length
from bot.sandbox.telegram.speech import Method, reachable
from bot.sandbox.telegram.taps import Toast
from bot.sandbox.telegram.world import Telegram

MOST_TOAST = 200
MOST_COMMANDS = 100
MOST_COMMAND = 32
MOST_COMMAND_HINT = 256
MOST_DESCRIPTION = 512
MOST_SHORT = 120
_TYPING = timedelta(seconds=5)


class Manners:
    """answerCallbackQuery, sendChatAction, reactions, pins, commands, descriptions, getChat."""

    def __init__(self, world: Telegram) -> None:
        self._world = world
        self.methods: dict[str, Method] = {
            "getme": self._me,
            "getchat": self._chat,
            "answercallbackquery": self._answer,
            "sendchataction": self._action,
            "setmessagereaction": self._react,
            "pinchatmessage": self._pin,
            "unpinchatmessage": self._unpin,
            "unpinallchatmessages": self._unpin,
            "setmycommands": self._set_commands,
            "deletemycommands": self._delete_commands,
            "getmycommands": self._commands,
            "setchatmenubutton": self._menu_button,
            "setmydescription": self._description,
            "setmyshortdescription": self._short_description,
        }

    async def _me(self, _fields: Fields) -> Any:
        return self._world.bot

    async def _chat(self, fields: Fields) -> Any:
        person = self._world.people.get(fields.number("chat_id"))
        if person is None or not person.started:
            raise bad(errors.CHAT_NOT_FOUND)
        names = {k: person.user[k] for k in ("first_name", "last_name") if k in person.user}
        more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
        return {"id": person.id, "type": "private"} | names | more

    async def _answer(self, fields: Fields) -> Any:
        text = fields.text("text")
        tap_id = fields.text("callback_query_id")
        tap = self._world.taps.get(tap_id)
        now = self._world.clock.now()
        if utf16_length(text) > MOST_TOAST:
            raise bad("MESSAGE_TOO_LONG")
        if tap is None or tap.answered or now - tap.at > self._world.answer_within:
            raise bad(errors.QUERY_TOO_OLD)
        tap.answered = True
        person = self._world.people[tap.person]
        person.answered += 1
        if text:
            person.toasts.append(Toast(text, fields.flag("show_alert"), now, tap_id))
        self._world.news.tell()
        return True

    async def _action(self, fields: Fields) -> Any:
        person = reachable(self._world, fields.number("chat_id"))
        person.typing_until = self._world.clock.now() + _TYPING
        self._world.news.tell()
        return True

    async def _react(self, fields: Fields) -> Any:
        person = reachable(self._world, fields.number("chat_id"))
        message = person.chat.get(fields.number("message_id"))
        if message is None:
            raise bad("message to react not found")
        reactions = fields.parsed("reaction") or []
        message.reaction = str(reactions[0].get("emoji", "")) if reactions else ""
        self._world.news.tell()
        return True

    async def _pin(self, fields: Fields) -> Any:
        person = reachable(self._world, fields.number("chat_id"))
        message = person.chat.get(fields.number("message_id"))
        if message is None:
            raise bad("message to pin not found")
        message.pinned = True
        return True

    async def _unpin(self, fields: Fields) -> Any:
        person = reachable(self._world, fields.number("chat_id"))
        one = fields.number("message_id")
        for message in person.chat.messages:
            message.pinned = message.pinned and one not in (0, message.id)
        return True

    async def _set_commands(self, fields: Fields) -> Any:
        commands = fields.parsed("commands") or []
        if len(commands) > MOST_COMMANDS:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            _check_command(command)
        self._world.menu.commands[self._scope(fields)] = commands
        self._world.news.tell()
        return True

    async def _delete_commands(self, fields: Fields) -> Any:
        self._world.menu.commands.pop(self._scope(fields), None)
        self._world.news.tell()
        return True

    async def _commands(self, fields: Fields) -> Any:
        return self._world.menu.commands.get(self._scope(fields), [])

    async def _menu_button(self, _fields: Fields) -> Any:
        return True

    async def _description(self, fields: Fields) -> Any:
        return self._describe(fields, "description", MOST_DESCRIPTION)

    async def _short_description(self, fields: Fields) -> Any:
        return self._describe(fields, "short_description", MOST_SHORT)

    def _describe(self, fields: Fields, name: str, most: int) -> bool:
        if len(fields.text(name)) > most:
            raise bad(f"{name} is too long")
        self._world.menu.descriptions[name, fields.text("language_code")] = fields.text(name)
        return True

    def _scope(self, fields: Fields) -> tuple[str, str]:
        """Setting a list for a chat that never was is refused, as it is there."""
        scope = fields.parsed("scope") or {"type": "default"}
        kind = str(scope["type"])
        if kind == "chat":
            reachable(self._world, int(scope["chat_id"]))
            kind = f"chat:{int(scope['chat_id'])}"
        return kind, fields.text("language_code")


_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription"), False
) | {"gifts_from_channels": False}


def _check_command(command: dict[str, str]) -> None:
    name, hint = command.get("command", ""), command.get("description", "")
    letters = name.replace("_", "a")
    if not (letters.isascii() and letters.isalnum() and name == name.lower()):
        raise bad("BOT_COMMAND_INVALID")
    if len(name) > MOST_COMMAND or not 1 <= len(hint) <= MOST_COMMAND_HINT:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
