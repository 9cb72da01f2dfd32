"""How our own number stands, and whether the network tells us anything at all."""

from dataclasses import dataclass
from typing import Any

from bot.channels.whatsapp.client import CloudClient
from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.management import asking
from bot.domain.own_number import NumberFacts

_FIELDS = (
    "display_phone_number,verified_name,quality_rating,status,name_status,throughput,"
    "whatsapp_business_manager_messaging_limit"
)


@dataclass(frozen=True, slots=True)
class HookFacts:
    """Whether the account tells any app; ``url``: where, if not where the app itself says."""

    heard: bool
    url: str = ""


class OwnNumber:
    """What a check-up asks. ``ConnectionError`` means not now, a refusal says what to mend."""

    def __init__(self, client: CloudClient) -> None:
        self._client = client

    async def facts(self) -> NumberFacts:
        """How it stands."""
        async with asking():
            told = await self._client.of_number(fields=_FIELDS)
        return NumberFacts(
            phone=_said(told, "display_phone_number"),
            name=_said(told, "verified_name"),
            status=_said(told, "status"),
            quality=_said(told, "quality_rating"),
            name_status=_said(told, "name_status"),
            limit=_said(told, "whatsapp_business_manager_messaging_limit"),
            throughput=_said(_part(told, "throughput"), "level"),
        )

    async def is_heard(self) -> bool:
        """Whether anything that happens on the account is told to our app."""
        return (await self.hook()).heard

    async def hook(self) -> HookFacts:
        """Whether, and where, what happens on the account is told."""
        async with asking():
            told = await self._client.of_account("subscribed_apps")
        apps = [app for app in told.get("data") or () if isinstance(app, dict)]
        urls = (_said(app, "override_callback_uri") for app in apps)
        return HookFacts(bool(apps), next(filter(None, urls), ""))

    async def listen(self, url: str = "", verify_token: str = "") -> None:
        """Be told of everything; at an address of this account's own, if one is given.

        Their check of the address comes back to us before this returns: it must be served.
        """
        async with asking():
            # The plain subscription must come first, or the address of its own is refused.
            await self._client.to_account("subscribed_apps", body={})
            if url:
                body = {"override_callback_uri": url, "verify_token": verify_token}
                await self._client.to_account("subscribed_apps", body=body)


def _said(told: dict[str, Any], name: str) -> str:
    return clean(str(told.get(name) or ""))


def _part(told: dict[str, Any], name: str) -> dict[str, Any]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}
