"""What WhatsApp tells of people besides what they say: a new number, a message taken back."""

from collections.abc import Iterator
from typing import Any

from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.people import when
from bot.channels.whatsapp.wire import WISH, Message
from bot.domain.news import Deleted, Moved, News, Preference, Renamed

_MOVES = frozenset(("user_changed_number", "customer_changed_number"))
_RENAMES = "user_changed_user_id"
_ADVERTISING = "marketing_messages"


def told_by(message: Message) -> News | None:
    """The news in a message of the network's own, if it is one we know."""
    if message["type"] == "revoke":
        return _deleted(message)
    if message["type"] != "system":
        return None
    told = message.get("system", {})
    if told.get("type") in _MOVES:
        return _moved(message)
    return _renamed(message) if told.get("type") == _RENAMES else None


def preferences(value: Any) -> Iterator[News]:
    """Who wants no more advertising, or wants it again."""
    for each in value["user_preferences"]:
        wish = WISH.validate_python(each)
        who = clean(wish.get("wa_id") or wish.get("user_id") or "")
        if who and wish["category"] == _ADVERTISING:
            stops = wish["value"] == "stop"
            mark = f"wish:{who}:{wish['value']}:{wish['timestamp']}"
            yield Preference(who, stops, when(wish["timestamp"]), clean(mark))


def _deleted(message: Message) -> News | None:
    who = message.get("from") or message.get("from_user_id")
    if not who:
        return None
    original = clean(message["revoke"]["original_message_id"])
    return Deleted(clean(who), original, when(message["timestamp"]), clean(message["id"]))


def _moved(message: Message) -> News | None:
    told = message["system"]
    new, old = told.get("wa_id") or told.get("new_wa_id"), message.get("from")
    if not new or not old or new == old:
        return None
    return Moved(clean(old), clean(new), when(message["timestamp"]), clean(message["id"]))


def _renamed(message: Message) -> News | None:
    told = message["system"]
    new = told.get("user_id") or message.get("from_user_id")
    old = told.get("previous_user_id")
    if not new or not old or new == old:
        return None
    return Renamed(clean(old), clean(new), when(message["timestamp"]), clean(message["id"]))
