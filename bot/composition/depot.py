"""The place away from this machine where backups and rules go, if there is one."""

from collections.abc import Callable, Collection
from pathlib import Path

from bot.config import Settings
from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.services.ports.backups import Depot
from bot.services.ports.rule_pushes import RuleShelf

try:
    from bot.channels.github.depot import GitHubDepot
    from bot.channels.github.rules import GitHubRules
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


def new_rule_shelf(settings: Settings, clock: Clock) -> RuleShelf | None:
    """The same one's branch; where the library is missing, the backups say so already."""
    token = settings.github_token
    if token is None or not settings.github_repository or not _INSTALLED:
        return None
    secret = token.get_secret_value()
    return GitHubRules(settings.github_api_url, settings.github_repository, secret, clock)
