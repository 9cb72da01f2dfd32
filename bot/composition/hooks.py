"""What is served under ``/webhooks/``: the gateways of the chats, and an Alertmanager's."""

from collections.abc import Sequence

from bot.composition.alertmanager import alertmanager_hook
from bot.composition.chats import Chat
from bot.composition.health import Health
from bot.config import Settings
from bot.web.parts import Hook


def hooks_of(chats: Sequence[Chat], settings: Settings, health: Health) -> dict[str, Hook]:
    """By name."""
    hooks = {name: hook for chat in chats for name, hook in chat.hooks.items()}
    hooks["alertmanager"] = alertmanager_hook(settings.alertmanager_secret, health.alerted)
    return hooks
