"""What an error of Telegram's means for a message: one of the five words."""

from datetime import datetime, timedelta

import structlog
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.channels.telegram.line import NothingLeft, Throttled, Unavailable
from bot.channels.telegram.reasons import Reason
from bot.domain.delivery import GiveUp, Outcome, Snooze, TryLater, Uncertain

log = structlog.get_logger(__name__)

TOKEN_PAUSE = timedelta(minutes=10)  # a person must put in the right token; then we try again

_SIMPLE: dict[type[TelegramError], Outcome] = {
    Forbidden: GiveUp(Reason.BLOCKED, unreachable=True),
    ChatMigrated: GiveUp(Reason.NOT_STARTED, unreachable=True),
    NothingLeft: TryLater(Reason.NO_CONNECTION),
    Unavailable: TryLater(Reason.UNAVAILABLE),
}


def outcome_of(error: TelegramError, now: datetime, *, repeatable: bool = False) -> Outcome:
    """The word for it. ``repeatable`` calls, such as edits, do no harm when done twice.

    The library makes ``BadRequest`` a kind of ``NetworkError``, though nothing is wrong with the
    network: whoever retries on the latter sends a broken message for ever.
    """
    if simple := _SIMPLE.get(type(error)):
        return simple
    match error:
        case Throttled():
            return TryLater(Reason.THROTTLED, error.after, slow_person=True)
        case InvalidToken():
            return Snooze(now + TOKEN_PAUSE, Reason.TOKEN_WRONG, pause=True)
        case BadRequest():
            return _refused(error)
    # Timed out, cut off, a gateway's word, or an answer that could not be read.
    return TryLater(Reason.UNANSWERED) if repeatable else Uncertain(Reason.UNANSWERED)


def is_about(error: BadRequest, *fragments: str) -> bool:
    """Whether the description speaks of it; its wording and its case change now and then."""
    said = error.message.casefold()
    return any(fragment in said for fragment in fragments)


def _refused(error: BadRequest) -> GiveUp:
    if is_about(error, "chat not found", "peer_id_invalid", "user not found"):
        return GiveUp(Reason.NOT_STARTED, unreachable=True)
    log.error("telegram.message_refused", why=error.message)
    return GiveUp(Reason.REFUSED)
