"""Errors of the account's own affairs, as the services know them: not now, or not so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channels.whatsapp.codes import Reaction
from bot.channels.whatsapp.errors import NothingLeft, Refused, Unanswered, log_refusal, ruling_on
from bot.domain.errors import Refusal

_NOT_NOW = frozenset((Reaction.RETRY, Reaction.SLOW_ALL, Reaction.SLOW_PERSON, Reaction.LATER))


@asynccontextmanager
async def asking() -> AsyncIterator[None]:
    """Raise ``ConnectionError`` for what may go better later, a refusal for what will not."""
    try:
        yield
    except (NothingLeft, Unanswered) as trouble:
        raise ConnectionError("whatsapp: no answer") from trouble
    except Refused as refused:
        log_refusal(refused)
        if refused.fault.code is None:
            raise ConnectionError("whatsapp: a gateway answered") from refused
        ruling = ruling_on(refused.fault)
        if ruling.reaction in _NOT_NOW:
            raise ConnectionError(f"whatsapp: {ruling.reason}") from refused
        raise Refusal(f"reason.{ruling.reason}") from refused
