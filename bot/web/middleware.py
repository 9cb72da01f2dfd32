"""What happens to every request: an id, a line in the log, one form of error, no stack trace."""

import logging
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from aiohttp import web

from bot.telemetry.metrics import HTTP_REQUESTS_SECONDS
from bot.telemetry.origin import begun

log = structlog.get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_WORDS = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.UNAUTHORIZED: "unproven",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal",
}
_ASKED_ALL_DAY = {"/healthz", "/readyz", "/metrics"}  # every few seconds, by machines
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into ``{"error": {code, message, request_id}}``; time and log them all."""
    started = time.perf_counter()
    with begun("api") as here:
        request_id = here.request_id
        try:
            response = await handler(request)
        except web.HTTPException as error:
            if error.status < HTTPStatus.BAD_REQUEST:
                raise
            response = _error(error.status, error.reason, request_id)
        except Exception:
            log.exception("request.failed", method=request.method)
            response = _error(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error", request_id)
        response.headers.update(_HEADERS)
        response.headers["X-Request-Id"] = request_id
        _tell(request, response, time.perf_counter() - started)
    return response


def _tell(request: web.Request, response: web.StreamResponse, seconds: float) -> None:
    """One line a request, by its route: what stands in the address itself may be anything."""
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "none"
    HTTP_REQUESTS_SECONDS.labels(route, request.method, str(response.status)).observe(seconds)
    fine = response.status < HTTPStatus.BAD_REQUEST
    level = logging.DEBUG if fine and route in _ASKED_ALL_DAY else logging.INFO
    log.log(
        level,
        "request.answered",
        method=request.method,
        route=route,
        status=response.status,
        ms=round(seconds * 1000, 1),
        bytes=response.content_length or 0,
        caller=request.get("token_name", ""),  # what its token is called, if it has one
    )


def _error(status: int, message: str, request_id: str) -> web.Response:
    code = _WORDS.get(HTTPStatus(status), "refused")
    body = {"error": {"code": code, "message": message, "request_id": request_id}}
    return web.json_response(body, status=status)
