"""Why nothing goes through the linked device; ``reason.<name>`` says what to do about it."""

from enum import StrEnum


class Reason(StrEnum):
    """What is written beside a message that did not go, or beside the chat."""

    BANNED = "evolution.banned"
    DISCONNECTED = "evolution.disconnected"
    FILE_REFUSED = "evolution.file_refused"
    GATEWAY = "evolution.gateway"
    KEY_WRONG = "evolution.key_wrong"
    LOGGED_OUT = "evolution.logged_out"
    NOT_LINKED = "evolution.not_linked"
    NOT_SENT = "evolution.not_sent"
    NO_CONNECTION = "evolution.no_connection"
    NO_INSTANCE = "evolution.no_instance"
    OFFLINE = "evolution.offline"
    REFUSED = "evolution.refused"
    REPLACED = "evolution.replaced"
    THROTTLED = "evolution.throttled"
    TIME_LOCK = "evolution.time_lock"
    UNANSWERED = "evolution.unanswered"
    UNAVAILABLE = "evolution.unavailable"
    UNREACHABLE = "evolution.unreachable"
