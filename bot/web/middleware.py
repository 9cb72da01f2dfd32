"""What happens to every request: an id, a line in the log, one form of error, no stack trace."""

import logging
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from aiohttp import web

from bot.telemetry.metrics import HTTP_REQUESTS_SECONDS
from bot.telemetry.origin import begun
from bot.web.errors import failed
from bot.web.parts import CALLER

log = structlog.get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_ASKED_ALL_DAY = {"/healthz", "/readyz", "/metrics"}  # every few seconds, by machines
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into ``{"error": {code, message, request_id}}``; time and log them all."""
    started = time.perf_counter()
    with begun("api") as here:
        try:
            response = await handler(request)
        except web.HTTPException as error:
            if error.status < HTTPStatus.BAD_REQUEST:
                raise
            response = failed(request, error.status, _kept(error))
        except Exception:
            # The last door: whoever asks gets an answer, and the log what went wrong.
            log.exception("request.failed", method=request.method)
            response = failed(request, HTTPStatus.INTERNAL_SERVER_ERROR)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)  # a page has its own
        response.headers["X-Request-Id"] = here.request_id
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
        caller=request.get(CALLER, ""),  # what its token is called, if it has one
    )


def _kept(error: web.HTTPException) -> dict[str, str]:
    """What a client must know besides: which methods there are."""
    return {name: error.headers[name] for name in ("Allow",) if name in error.headers}
