"""Let Telegram bring updates to our address, with a secret that proves it is Telegram."""

import hmac
from collections.abc import Callable, Mapping

from telegram import Bot

from bot.channels.telegram.receive import WANTED

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
AT_ONCE = 40


async def set_webhook(bot: Bot, url: str, secret: str) -> None:
    """Ask for updates at ``url``; the secret (A-Z a-z 0-9 _ -) comes back with each of them."""
    await bot.set_webhook(
        url,
        secret_token=secret,
        allowed_updates=list(WANTED),
        max_connections=AT_ONCE,
        drop_pending_updates=False,
    )


def proof(secret: str) -> Callable[[bytes, Mapping[str, str]], bool]:
    """The check of one delivery: does it carry our secret?"""

    def proven(_body: bytes, headers: Mapping[str, str]) -> bool:
        shown = headers.get(SECRET_HEADER, "")
        return bool(secret) and hmac.compare_digest(shown.encode(), secret.encode())

    return proven
