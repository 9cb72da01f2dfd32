"""Why a message did not go, by name. ``reason.<name>`` in the catalogues says what to do."""

from enum import StrEnum


class Reason(StrEnum):
    """What is written beside a message that Telegram did not take."""

    BLOCKED = "telegram.blocked"
    NOT_STARTED = "telegram.not_started"
    REFUSED = "telegram.refused"
    THROTTLED = "telegram.throttled"
    NO_CONNECTION = "telegram.no_connection"
    UNAVAILABLE = "telegram.unavailable"
    UNANSWERED = "telegram.unanswered"
    TOKEN_WRONG = "telegram.token_wrong"  # noqa: S105 - a name, not a token
    TWO_READERS = "telegram.two_readers"
    STORE_AWAY = "telegram.store_away"
