"""What the Bot API refuses, in its own words."""

from typing import Any

MESSAGE_IS_EMPTY = "message text is empty"
TEXT_TOO_LONG = "message is too long"
CAPTION_TOO_LONG = "message caption is too long"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
EDIT_NOT_FOUND = "message to edit not found"
CANNOT_EDIT = "message can't be edited"
NO_TEXT = "there is no text in the message to edit"
NO_CAPTION = "there is no caption in the message to edit"
DELETE_NOT_FOUND = "message to delete not found"
CANNOT_DELETE = "message can't be deleted for everyone"
CHAT_NOT_FOUND = "chat not found"
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class TelegramRefused(Exception):
    """An answer with ``ok: false``."""

    def __init__(self, description: str, status: int = 400, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The answer's body."""
        body = {"ok": False, "error_code": self.status, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad(description: str) -> TelegramRefused:
    """A request that is refused for what it says."""
    return TelegramRefused(f"Bad Request: {description}")


def blocked() -> TelegramRefused:
    """The person does not want to hear from the bot."""
    return TelegramRefused("Forbidden: bot was blocked by the user", 403)


def conflict(why: str) -> TelegramRefused:
    """Two of us want the updates."""
    return TelegramRefused(f"Conflict: {why}", 409)
