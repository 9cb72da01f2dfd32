"""Keep our approved forms of words in step with the account: list, make, and change them."""

from dataclasses import replace
from typing import Any

from bot.channels.whatsapp.account import PREFIX
from bot.channels.whatsapp.client import CloudClient, Json
from bot.channels.whatsapp.copying import without_button
from bot.channels.whatsapp.errors import Refused
from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.management import asking
from bot.channels.whatsapp.spec import TemplateSpec, fingerprint_of, spec_of
from bot.domain.errors import NotFound
from bot.domain.template import PENDING, TemplateStatus, TemplateText
from bot.services.ports.words import Words

_FIELDS = (
    "id,name,language,status,category,correct_category,rejected_reason,quality_score,components"
)
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

    def fingerprint(self, text: TemplateText) -> str:
        """Of the words we want today; another one in the account is to be changed."""
        return self._spec(text).fingerprint

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

    async def create(self, text: TemplateText) -> TemplateStatus:
        """Ask for a new one; if it is there already, how that one stands."""
        spec = self._spec(text)
        async with asking():
            try:
                answer = await self._client.to_account("message_templates", body=spec.body())
            except Refused as refused:
                if refused.fault.subcode != _EXISTS:
                    raise (without_button(text, refused) or refused) from None
            else:
                return TemplateStatus(
                    name=text.name,
                    language=text.language,
                    status=clean(str(answer.get("status") or PENDING)),
                    category=clean(str(answer.get("category") or "")),
                    remote_id=clean(str(answer.get("id") or "")),
                    fingerprint=spec.fingerprint,
                )
        return await self._standing(text.name, text.language)

    async def edit(self, there: TemplateStatus, text: TemplateText) -> TemplateStatus:
        """Ask for today's words instead; it cannot be sent until they are approved.

        Approved ones may be changed once a day, and ten times a month.
        """
        spec = self._spec(text)
        async with asking():
            await self._client.post(there.remote_id, body={"components": list(spec.components)})
        return replace(there, status=PENDING, reason="", fingerprint=spec.fingerprint)

    async def retire(self, there: TemplateStatus) -> None:
        """Take one out for good; what is on its way still arrives."""
        name = PREFIX + there.name
        async with asking():
            await self._client.delete_of_account(
                "message_templates", name=name, hsm_id=there.remote_id
            )

    async def _standing(self, name: str, language: str) -> TemplateStatus:
        for status in await self.listed():
            if (status.name, status.language) == (name, language):
                return status
        # It was deleted, and its name is locked for a month.
        raise NotFound("reason.whatsapp.template_disabled")

    def _spec(self, text: TemplateText) -> TemplateSpec:
        return spec_of(text, self._words)


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
            quality=_quality(one.get("quality_score")),
            coming=_coming(one),
        )
        for one in (told if isinstance(told, list) else ())
        if isinstance(one, dict) and str(one.get("name", "")).startswith(PREFIX)
    ]


def _reason(told: Any) -> str:
    return "" if told in (None, "NONE") else clean(str(told))


def _quality(told: Any) -> str:
    score = told.get("score") if isinstance(told, dict) else told
    return "" if score in (None, "UNKNOWN") else clean(str(score))


def _coming(one: Json) -> str:
    """The category that it will have, where that is another."""
    coming = one.get("correct_category")
    return clean(str(coming)) if coming and coming != one.get("category") else ""


def _next(page: Json) -> str:
    """Where the next page begins; by its cursor, for a link could lead anywhere."""
    paging = page.get("paging") or {}
    return str((paging.get("cursors") or {}).get("after") or "") if paging.get("next") else ""
