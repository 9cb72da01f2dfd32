"""How often anybody may ask, counted for this house alone: shared where there is a Redis."""

from bot.config import Settings
from bot.domain.clock import Clock
from bot.resilience.limiter import Limiter, OwnLimiter
from bot.storage.limits_redis import SharedLimiter
from bot.storage.pace_redis import PaceServer


def new_limiter(settings: Settings, clock: Clock, server: PaceServer | None) -> Limiter:
    """One for the chats and for programs alike."""
    own = OwnLimiter(clock)
    return SharedLimiter(server, own, _mark(settings)) if server else own


def _mark(settings: Settings) -> str:
    """Whose counts they are: people of two houses that share a Redis have the same numbers."""
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
    bot = token.partition(":")[0]  # the bot's number, which is no secret
    return f"{bot}/{settings.whatsapp_phone_number_id or settings.evolution_instance}"
