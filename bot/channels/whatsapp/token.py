"""What our token may do, and for how long: asked of the network, or found out by harmless calls."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.channels.whatsapp.client import CloudClient
from bot.channels.whatsapp.errors import Refused, ruling_on
from bot.channels.whatsapp.management import asking
from bot.channels.whatsapp.reasons import Reason

MESSAGING = "whatsapp_business_messaging"
MANAGEMENT = "whatsapp_business_management"


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """``missing`` permissions, by the network's names; ``ends_at`` is none if it never ends."""

    missing: tuple[str, ...] = ()
    ends_at: datetime | None = None


async def token_facts(client: CloudClient) -> TokenFacts:
    """``ConnectionError`` means not now, a refusal that it is no token at all."""
    async with asking():
        try:
            told = (await client.own_token()).get("data") or {}
        except Refused as refused:
            if ruling_on(refused.fault).reason is Reason.TOKEN_WRONG:
                raise
            return TokenFacts(await _found_out(client))
    scopes = told.get("scopes") or ()
    ends = told.get("expires_at") or 0
    return TokenFacts(
        missing=tuple(name for name in (MESSAGING, MANAGEMENT) if name not in scopes),
        ends_at=datetime.fromtimestamp(int(ends), UTC) if ends else None,
    )


async def _found_out(client: CloudClient) -> tuple[str, ...]:
    """Not every token may look at itself. What fails for another reason was allowed."""
    missing = []
    try:
        # A message that nobody sent cannot be marked as read.
        body = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.none"}
        await client.messages(body)
    except Refused as refused:
        missing += [MESSAGING] if _is_forbidden(refused) else []
    try:
        await client.of_number(fields="id")
    except Refused as refused:
        missing += [MANAGEMENT] if _is_forbidden(refused) else []
    return tuple(missing)


def _is_forbidden(refused: Refused) -> bool:
    return ruling_on(refused.fault).reason is Reason.PERMISSION
