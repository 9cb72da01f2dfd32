"""Fetch the bytes of a picture or document that somebody sent."""

from urllib.parse import quote

import structlog
from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.channels.telegram.line import Line, TooLarge
from bot.channels.telegram.outcomes import is_about
from bot.domain.errors import Refusal
from bot.domain.message import IncomingFile
from bot.resilience.retry import retrying

log = structlog.get_logger(__name__)

MOST_BYTES = 20 * 1024 * 1024  # what a bot may fetch
FETCH_TIMEOUT_S = 60.0
TRIES = 3


class TelegramFiles:
    """Fetches files by the name Telegram gave them. Links hold the token: they never leave here."""

    def __init__(self, bot: Bot, pause_s: float = 0.5) -> None:
        self._bot = bot
        self._pause_s = pause_s

    async def fetch(self, file: IncomingFile) -> bytes:
        """Its bytes; a refusal if they can never be had, ``ConnectionError`` if not for now."""
        if file.size is not None and file.size > MOST_BYTES:
            raise Refusal("telegram.file_too_big", most=MOST_BYTES // (1024 * 1024))
        once = retrying(TRIES, (ConnectionError,), self._pause_s)(self._once)
        return await once(file.remote_id)

    async def _once(self, remote_id: str) -> bytes:
        try:
            return await self._bytes(remote_id)
        except (BadRequest, Forbidden, InvalidToken) as error:
            raise _refusal(error) from None
        except TelegramError as error:
            log.info("file.not_fetched", why=error.message)
            raise ConnectionError("telegram: the file could not be fetched") from None

    async def _bytes(self, remote_id: str) -> bytes:
        remote = await self._bot.get_file(remote_id)
        if remote.file_size and remote.file_size > MOST_BYTES:
            raise Refusal("telegram.file_too_big", most=MOST_BYTES // (1024 * 1024))
        url = remote.file_path or ""
        line = self._bot.request
        # Their word for where it lies may be another's server, or a file on our own disk, which
        # the library would read.
        if not url.startswith(f"{self._bot.base_file_url}/") or not isinstance(line, Line):
            log.error("file.foreign_place")
            raise Refusal("telegram.file_gone")
        try:
            return await line.download(quote(url, safe=":/"), MOST_BYTES, FETCH_TIMEOUT_S)
        except TooLarge:
            raise Refusal("telegram.file_too_big", most=MOST_BYTES // (1024 * 1024)) from None


def _refusal(error: TelegramError) -> Refusal:
    if isinstance(error, BadRequest) and is_about(error, "too big"):
        return Refusal("telegram.file_too_big", most=MOST_BYTES // (1024 * 1024))
    log.warning("file.refused", why=type(error).__name__)
    return Refusal("telegram.file_gone")
