"""Keep our approved forms of words in step with the account: list, make, and change them."""

from typing import Any

from bot.channels.whatsapp.account import PREFIX
from bot.channels.whatsapp.client import CloudClient, Json
from bot.channels.whatsapp.errors import Refused
from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.management import asking
from bot.channels.whatsapp.spec import TemplateSpec, fingerprint_of, spec_of
from bot.domain.errors import NotFound
from bot.domain.template import PENDING, TemplateStatus
from bot.domain.wording import WORDING
from bot.services.ports.words import Words

_FIELDS = "id,name,language,status,category,rejected_reason,components"
_PAGE = "100"
_MOST_PAGES = 60  # an account holds at most 6,000 templates
_EXISTS = 2388024


class TemplateGateway:
    """The account's templates. ``ConnectionError`` means not now, a refusal that it will not be.

    Names are ours throughout, without the prefix they have in the account.
    """

    def __init__(self, client: CloudClient, words: Words) -> None:
        self._client = client
        self._words = words

    def fingerprint(self, name: str, language: str) -> str:
        """Of the words we want today; another one in the account is to be changed."""
        return self._spec(name, language).fingerprint

    async def listed(self) -> list[TemplateStatus]:
        """How each of ours stands in the account."""
        found: list[TemplateStatus] = []
        query = {"fields": _FIELDS, "limit": _PAGE}
        async with asking():
            for _ in range(_MOST_PAGES):
                page = await self._client.of_account("message_templates", **query)
                found += _ours(page.get("data"))
                after = _next(page)
                if not after:
                    break
                query["after"] = after
        return found

    async def create(self, name: str, language: str) -> TemplateStatus:
        """Ask for a new one; if it is there already, how that one stands."""
        spec = self._spec(name, language)
        async with asking():
            try:
                answer = await self._client.to_account("message_templates", body=spec.body())
            except Refused as refused:
                if refused.fault.subcode != _EXISTS:
                    raise
            else:
                return TemplateStatus(
                    name=name,
                    language=language,
                    status=clean(str(answer.get("status") or PENDING)),
                    category=clean(str(answer.get("category") or "")),
                    remote_id=clean(str(answer.get("id") or "")),
                    fingerprint=spec.fingerprint,
                )
        return await self._standing(name, language)

    async def edit(self, there: TemplateStatus) -> TemplateStatus:
        """Ask for today's words instead; it cannot be sent until they are approved.

        Approved ones may be changed once a day, and ten times a month.
        """
        spec = self._spec(there.name, there.language)
        async with asking():
            await self._client.post(there.remote_id, body={"components": list(spec.components)})
        return TemplateStatus(
            name=there.name,
            language=there.language,
            status=PENDING,
            category=there.category,
            remote_id=there.remote_id,
            fingerprint=spec.fingerprint,
        )

    async def _standing(self, name: str, language: str) -> TemplateStatus:
        for status in await self.listed():
            if (status.name, status.language) == (name, language):
                return status
        # It was deleted, and its name is locked for a month.
        raise NotFound("reason.whatsapp.template_disabled")

    def _spec(self, name: str, language: str) -> TemplateSpec:
        return spec_of(WORDING[name], language, self._words)


def _ours(told: Any) -> list[TemplateStatus]:
    return [
        TemplateStatus(
            name=clean(one["name"]).removeprefix(PREFIX),
            language=clean(str(one.get("language"))),
            status=clean(str(one.get("status"))),
            category=clean(str(one.get("category") or "")),
            reason=_reason(one.get("rejected_reason")),
            remote_id=clean(str(one.get("id") or "")),
            fingerprint=fingerprint_of(one.get("components") or []),
        )
        for one in (told if isinstance(told, list) else ())
        if isinstance(one, dict) and str(one.get("name", "")).startswith(PREFIX)
    ]


def _reason(told: Any) -> str:
    return "" if told in (None, "NONE") else clean(str(told))


def _next(page: Json) -> str:
    """Where the next page begins; by its cursor, for a link could lead anywhere."""
    paging = page.get("paging") or {}
    return str((paging.get("cursors") or {}).get("after") or "") if paging.get("next") else ""
