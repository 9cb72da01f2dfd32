"""Our own bot on Telegram: who it is, what it says of itself, where its updates go."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot
from telegram.error import EndPointNotFound, InvalidToken, TelegramError

from bot.channels.telegram.reasons import Reason
from bot.domain.errors import Refusal


@asynccontextmanager
async def asking() -> AsyncIterator[None]:
    """Requests that a check-up makes: ``ConnectionError`` if not now, else what to mend."""
    try:
        yield
    except (InvalidToken, EndPointNotFound):
        raise Refusal(f"reason.{Reason.TOKEN_WRONG}") from None
    except TelegramError as error:
        raise ConnectionError(f"telegram: {error.message}") from None


async def username(bot: Bot) -> str:
    """The bot's name, by which links lead to it."""
    async with asking():
        return (await bot.get_me()).username or ""
