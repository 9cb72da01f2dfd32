"""Where Telegram brings our updates, and whether it can."""

from dataclasses import dataclass
from datetime import datetime

from telegram import Bot

from bot.channels.telegram.own import asking


@dataclass(frozen=True, slots=True)
class HookFacts:
    """``url`` is empty while updates wait to be asked for. ``trouble`` is in Telegram's words."""

    url: str
    waiting: int
    trouble: str
    trouble_at: datetime | None


async def hook_facts(bot: Bot) -> HookFacts:
    """How it stands; ``ConnectionError`` if not now, a refusal says what to mend."""
    async with asking():
        told = await bot.get_webhook_info()
    return HookFacts(
        url=told.url,
        waiting=told.pending_update_count,
        trouble=told.last_error_message or "",
        trouble_at=told.last_error_date,
    )
