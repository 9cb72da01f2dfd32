"""The account's own affairs: templates, subscriptions, the number, what became of messages."""

from typing import Any

from aiohttp import web

from bot.sandbox.whatsapp.errors import GraphError, bad_parameter
from bot.sandbox.whatsapp.world import WhatsApp

_PAGE = 25


class Management:
    """What is asked of the account rather than of a person."""

    def __init__(self, world: WhatsApp) -> None:
        self._world = world

    async def list_templates(self, request: web.Request) -> dict[str, Any]:
        """One page of them, narrowed by name and status."""
        self._check_account(request)
        query = request.query
        found = [
            template.wire()
            for template in self._world.templates.all()
            if query.get("name", "") in template.name
            and query.get("status", template.status) == template.status
        ]
        limit, start = _whole(query.get("limit"), _PAGE), _whole(query.get("after"), 0)
        if limit < 1:
            raise bad_parameter("limit must be at least 1")
        end = start + limit
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(end)}}
        if end < len(found):
            paging["next"] = str(request.url.update_query(after=str(end)))
        return {"data": found[start:end], "paging": paging}

    async def create_template(self, request: web.Request) -> dict[str, Any]:
        """A new one, and what the review says so far."""
        self._check_account(request)
        template = self._world.templates.create(await _body(request))
        self._world.news.tell()
        return {"id": template.id, "status": template.status, "category": template.category}

    async def edit_template(self, request: web.Request) -> dict[str, Any]:
        """Other components for one that is there."""
        template = self._world.templates.by_id(request.match_info["id"])
        if template is None:
            raise bad_parameter("no such object", 33)
        self._world.templates.edit(template, await _body(request))
        return {"success": True}

    async def delete_template(self, request: web.Request) -> dict[str, Any]:
        """All languages of a name, or one by its id."""
        self._check_account(request)
        name = request.query.get("name", "")
        if not name:
            raise bad_parameter("name is required")
        self._world.templates.delete(name, request.query.get("hsm_id", ""))
        return {"success": True}

    async def subscriptions(self, request: web.Request) -> dict[str, Any]:
        """Whether the app hears of this account."""
        self._check_account(request)
        app = {"id": "4004", "name": "EmDia sandbox"}
        told: dict[str, Any] = {"whatsapp_business_api_data": app}
        told |= {"override_callback_uri": self._world.override} if self._world.override else {}
        return {"data": [told] if self._world.subscribed else []}

    async def subscribe(self, request: web.Request) -> dict[str, Any]:
        """Hear of this account from now on; at another address, if one is given and answers."""
        self._check_account(request)
        body = await _body(request) if await request.read() else {}
        url = body.get("override_callback_uri")
        if url:
            if not self._world.subscribed:
                raise bad_parameter("subscribe before overriding the address")
            if not await self._world.webhooks.verify(url, body.get("verify_token")):
                raise GraphError(100, "Callback verification failed", subcode=2200)
            self._world.webhooks.url = self._world.override = url
        self._world.subscribed = True
        return {"success": True}

    async def history(self, request: web.Request) -> dict[str, Any]:
        """What became of one message."""
        wanted = request.query.get("message_id", "")
        for person in self._world.people.values():
            for message in person.messages:
                if message.id == wanted and not message.mine:
                    entry = {"id": f"h{wanted}", "message_id": wanted, "events": message.events}
                    return {"data": [entry]}
        return {"data": []}

    def token(self) -> dict[str, Any]:
        """What the token may do, and until when."""
        told = {"app_id": "4004", "type": "SYSTEM_USER", "is_valid": True}
        told |= {"expires_at": self._world.token_ends, "scopes": sorted(self._world.scopes)}
        return {"data": told}

    def number(self) -> dict[str, Any]:
        """The business number as it stands."""
        return {
            "id": self._world.account.phone_number_id,
            "display_phone_number": f"+{self._world.display_phone}",
            "verified_name": self._world.verified_name,
            **self._world.standing,
        }

    def _check_account(self, request: web.Request) -> None:
        if request.match_info["id"] != self._world.account.business_account_id:
            raise bad_parameter("no such object", 33)


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise bad_parameter("the body is no JSON") from None
    if not isinstance(body, dict):
        raise bad_parameter("the body must be an object")
    return body


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default
