"""Fetch the bytes of a picture, a voice or a document that somebody sent to a linked device."""

import base64
import binascii
import re

import structlog

from bot.channels.evolution.client import EvolutionClient
from bot.channels.evolution.errors import Refused, is_no_line, log_refusal
from bot.channels.whatsapp.errors import NothingLeft, Unanswered
from bot.channels.whatsapp.files import MOST_BYTES
from bot.domain.errors import Refusal
from bot.domain.message import IncomingFile

log = structlog.get_logger(__name__)

_ID = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
_FIRST_OF_THE_SERVERS_OWN = 500


class EvolutionFiles:
    """Fetches files by the message they came with; the server decrypts them."""

    def __init__(self, client: EvolutionClient) -> None:
        self._client = client

    async def fetch(self, file: IncomingFile) -> bytes:
        """Its bytes; a refusal if they can never be had, ``ConnectionError`` if not for now."""
        if not _ID.fullmatch(file.remote_id):
            raise Refusal("whatsapp.file_gone")
        _check(file.size or 0)
        wanted = {"message": {"key": {"id": file.remote_id}}, "convertToMp4": False}
        try:
            told = await self._client.chat("getBase64FromMediaMessage", wanted)
        except (NothingLeft, Unanswered) as trouble:
            raise ConnectionError("evolution: no answer") from trouble
        except Refused as trouble:
            log_refusal(trouble)
            if trouble.said is None or trouble.status >= _FIRST_OF_THE_SERVERS_OWN:
                raise ConnectionError("evolution: the file could not be fetched") from trouble
            if is_no_line(trouble):
                raise ConnectionError("evolution: no line") from trouble
            raise Refusal("whatsapp.file_gone") from None
        return _content(told)


def _content(told: object) -> bytes:
    encoded = told.get("base64") if isinstance(told, dict) else None
    if not isinstance(encoded, str):
        raise Refusal("whatsapp.file_gone")
    _check(len(encoded) * 3 // 4 - 2)
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise Refusal("whatsapp.file_gone") from None


def _check(size: int) -> None:
    if size > MOST_BYTES:
        raise Refusal("whatsapp.file_too_big", most=MOST_BYTES // (1024 * 1024))
