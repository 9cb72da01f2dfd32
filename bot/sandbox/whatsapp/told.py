"""What somebody did, as webhooks write it: taps, second thoughts, another number."""

from typing import Any

from bot.sandbox.seen import Choice, Seen

Wire = dict[str, Any]


def tapped(seen: Seen, choice: Choice) -> Wire:
    """A tap on a button or a row of that message."""
    if seen.template:
        return {"type": "button", "button": {"payload": choice.id, "text": choice.label}}
    reply = {"id": choice.id, "title": choice.label}
    if choice.kind == "row":
        reply |= {"description": choice.hint} if choice.hint else {}
        return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}}
    return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}


def edited(message: str, text: str) -> Wire:
    """Other words in the place of those of that message."""
    now = {"type": "text", "text": {"body": text}}
    return {"type": "edit", "edit": {"original_message_id": message, "message": now}}


def revoked(message: str) -> Wire:
    """That message, taken back."""
    return {"type": "revoke", "revoke": {"original_message_id": message}}


def renumbered(old: str, new: str) -> Wire:
    """Another number for the same account."""
    body = f"User changed from {old} to {new}"
    system = {"type": "user_changed_number", "body": body, "wa_id": new}
    return {"type": "system", "system": system}
