"""Fetch the bytes of a picture or document that somebody sent."""

import asyncio
import re
from http import HTTPStatus

import structlog
from yarl import URL

from bot.channels.whatsapp.client import CloudClient, TooLarge
from bot.channels.whatsapp.codes import Reaction
from bot.channels.whatsapp.errors import TROUBLE, Refused, log_refusal, ruling_on
from bot.domain.errors import Refusal
from bot.domain.message import IncomingFile

log = structlog.get_logger(__name__)

MOST_BYTES = 20 * 1024 * 1024  # as on Telegram
TRIES = 3
_HOSTS = ("lookaside.fbsbx.com",)
_HTTPS = 443
_DOMAINS = (".fbcdn.net", ".whatsapp.net")
_ID = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
# The account's own trouble: the file is still there once it is mended.
_OURS = frozenset((Reaction.STOP, Reaction.RETRY, Reaction.SLOW_ALL))
_NO_SUCH_FILE = frozenset((33, 100))  # what an id that is no longer known is answered with
_LINK_DEAD = frozenset((HTTPStatus.NOT_FOUND, HTTPStatus.GONE))


class WhatsAppFiles:
    """Fetches files by the id that came with them; they are kept there for a week."""

    def __init__(self, client: CloudClient, pause_s: float = 0.5) -> None:
        self._client = client
        self._pause_s = pause_s

    async def fetch(self, file: IncomingFile) -> bytes:
        """Its bytes; a refusal if they can never be had, ``ConnectionError`` if not for now."""
        if not _ID.fullmatch(file.remote_id):
            raise Refusal("whatsapp.file_gone")
        _check_size(file.size)
        dead = 0
        for attempt in range(1, TRIES + 1):
            try:
                return await self._bytes(file.remote_id)
            except TooLarge:
                raise _too_big() from None
            except TROUBLE as trouble:
                # A link dies after five minutes: a new one is asked for each time.
                log.info("file.not_fetched", attempt=attempt, why=type(trouble).__name__)
                if _is_gone(trouble):
                    raise Refusal("whatsapp.file_gone") from None
                dead += _is_dead_link(trouble)
            if attempt < TRIES:
                await asyncio.sleep(self._pause_s * attempt)
        if dead == TRIES:
            raise Refusal("whatsapp.file_gone")
        raise ConnectionError("whatsapp: the file could not be fetched")

    async def _bytes(self, media_id: str) -> bytes:
        told = await self._client.media(media_id)
        size = told.get("file_size")
        _check_size(size if isinstance(size, int) else None)
        url = _link(told.get("url"))
        # Our token goes along with the request: it must not be led anywhere else.
        if url is None or not self._is_theirs(url):
            log.error("file.foreign_host", host=url.host if url else None)
            raise Refusal("whatsapp.file_gone")
        return await self._client.download(url, MOST_BYTES)

    def _is_theirs(self, url: URL) -> bool:
        """One of the network's own hosts, or the very server we were told to ask."""
        if url.origin() == self._client.origin:
            return True
        host = (url.host or "").lower()
        known = host in _HOSTS or host.endswith(_DOMAINS)
        return known and url.scheme == "https" and url.port == _HTTPS


def _link(told: object) -> URL | None:
    try:
        url = URL(str(told or ""))
    except ValueError:
        return None
    return url if url.is_absolute() else None


def _check_size(size: int | None) -> None:
    if size is not None and size > MOST_BYTES:
        raise _too_big()


def _too_big() -> Refusal:
    return Refusal("whatsapp.file_too_big", most=MOST_BYTES // (1024 * 1024))


def _is_gone(trouble: Exception) -> bool:
    """Whether they say, in their own words, that there is no such file (any more)."""
    if not isinstance(trouble, Refused) or trouble.fault.code is None:
        return False
    log_refusal(trouble)
    return trouble.fault.code in _NO_SUCH_FILE or ruling_on(trouble.fault).reaction not in _OURS


def _is_dead_link(trouble: Exception) -> bool:
    return isinstance(trouble, Refused) and trouble.fault.status in _LINK_DEAD
