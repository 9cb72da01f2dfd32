"""The one form of every error: ``{"error": {code, message, field?, params?, request_id}}``."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web

from bot.domain.errors import Conflict, NotAllowed, NotFound, Refusal
from bot.domain.money import Money
from bot.domain.text import Param, Text, t
from bot.web.language import language_of
from bot.web.parts import PARTS

# What a status is called where nothing more is known.
CODES = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.UNAUTHORIZED: "unproven",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "only_json",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal",
}
_OTHER = "refused"


def failed(
    request: web.Request, status: int, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An error of which the status says all."""
    code = CODES.get(HTTPStatus(status), _OTHER)
    return _answer(request, status, code, t(f"api.error.{code}"), headers=headers)


def refused(request: web.Request, refusal: Refusal) -> web.Response:
    """What the house says no to, with the key of its reason and the field to correct."""
    more: dict[str, Any] = {}
    if refusal.field:
        more["field"] = refusal.field
    if refusal.params:
        more["params"] = {name: _plain(request, value) for name, value in refusal.params.items()}
    code = refusal.key.removeprefix("errors.")
    return _answer(request, _status(refusal), code, refusal.text, more)


def _status(refusal: Refusal) -> int:
    match refusal:
        case Conflict():
            return HTTPStatus.CONFLICT
        case NotAllowed():
            return HTTPStatus.FORBIDDEN
        case NotFound(field=None):
            return HTTPStatus.NOT_FOUND
    return HTTPStatus.UNPROCESSABLE_ENTITY


def _answer(
    request: web.Request,
    status: int,
    code: str,
    message: Text,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    error = {"code": code, "message": _say(request, message), **(more or {})}
    error["request_id"] = structlog.contextvars.get_contextvars().get("request_id", "")
    return web.json_response({"error": error}, status=status, headers=headers)


def _say(request: web.Request, text: Text) -> str:
    spoken = request.app[PARTS].spoken
    return spoken.say(text, language_of(request, spoken))


def _plain(request: web.Request, value: Param) -> Any:
    match value:
        case Money():
            return {"amount": str(value), "currency": value.currency}
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Text():
            return _say(request, value)
        case tuple():
            return [_say(request, line) for line in value]
    return value
