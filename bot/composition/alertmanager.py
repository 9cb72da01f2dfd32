"""Alertmanager's way in: its proof, and what it says becomes a message in the owner's chat."""

import hmac
from collections.abc import Awaitable, Callable, Mapping

from pydantic import SecretStr, ValidationError

from bot.composition.desks import open_shop
from bot.composition.premises import Premises
from bot.forms.alerts import Alerts
from bot.storage.unit_of_work import Units
from bot.web.parts import Hook, NotUnderstood

_SCHEME = "Bearer "


def alertmanager_hook(secret: SecretStr | None, keep: Callable[[bytes], Awaitable[None]]) -> Hook:
    """Without a secret nobody is let in."""

    def proven(_body: bytes, headers: Mapping[str, str]) -> bool:
        wanted = secret.get_secret_value() if secret else ""
        shown = headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        return bool(wanted) and hmac.compare_digest(shown, f"{_SCHEME}{wanted}".encode())

    return Hook("alertmanager", proven, keep=keep)


async def take_down(body: bytes, units: Units, premises: Premises) -> int:
    """What it says, in one transaction with the messages it leads to; how many."""
    try:
        alerts = Alerts.model_validate_json(body)
    except ValidationError as error:
        raise NotUnderstood from error
    async with units.write() as unit:
        return await (await open_shop(unit, premises)).watch.heard(alerts)
