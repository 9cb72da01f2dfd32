"""The place away from this machine where backups go, if there is one."""

from collections.abc import Callable, Collection
from pathlib import Path

from bot.config import Settings
from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.services.ports.backups import Depot

try:
    from bot.channels.github.depot import GitHubDepot
except ImportError:  # an extra: who keeps no backups at GitHub needs no client for it
    _INSTALLED = False
else:
    _INSTALLED = True


class NotInstalled:
    """Fills ``services.ports.backups.Depot`` where the library is missing, and says so."""

    async def put(self, path: Path, stay: Callable[[Collection[str]], Collection[str]]) -> None:
        """Refuse: ``pip install 'emdia[github]'`` helps."""
        del path, stay
        raise Refusal("errors.github.not_installed")


def new_depot(settings: Settings, clock: Clock) -> Depot | None:
    """A private repository at GitHub, if one is named."""
    token = settings.github_token
    if token is None or not settings.github_repository:
        return None
    if not _INSTALLED:
        return NotInstalled()
    secret = token.get_secret_value()
    return GitHubDepot(settings.github_api_url, settings.github_repository, secret, clock)
