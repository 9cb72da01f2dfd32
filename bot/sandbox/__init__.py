"""The outside world in a box: Telegram, WhatsApp, a clock, two phones."""

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.seen import Seen

__all__ = ["Sandbox", "Seen"]
