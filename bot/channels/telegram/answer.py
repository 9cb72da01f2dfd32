"""Answer a tap, so that the spinner on the button stops; people tap again while it turns."""

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.letters import cut

log = structlog.get_logger(__name__)

TOAST_UNITS = 200
ANSWER_TIMEOUT_S = 3.0  # a later answer is of no use to anybody


class TapAnswers:
    """Stops spinners. What the tap means is done whether or not its spinner could be stopped."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def acknowledge(self, query_id: str, toast: str | None = None) -> None:
        """Answer once, if it is not too late; ``toast`` is shown for a moment."""
        try:
            await self._bot.answer_callback_query(
                query_id,
                cut(toast, TOAST_UNITS) if toast else None,
                read_timeout=ANSWER_TIMEOUT_S,
                connect_timeout=ANSWER_TIMEOUT_S,
            )
        except TelegramError as error:
            log.info("tap.unanswered", why=error.message)
