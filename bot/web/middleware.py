"""What happens to every request: an id, one form of error, and no stack trace to a stranger."""

import time
import uuid
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from aiohttp import web

from bot.telemetry.metrics import HTTP_REQUESTS_SECONDS

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
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into ``{"error": {code, message, request_id}}``, and time the request."""
    request_id = uuid.uuid4().hex[:12]
    begun = time.perf_counter()
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        try:
            response = await handler(request)
        except web.HTTPException as error:
            if error.status < HTTPStatus.BAD_REQUEST:
                raise
            response = _error(error.status, error.reason, request_id)
        except Exception:
            log.exception("request.failed", path=request.path)
            response = _error(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error", request_id)
    response.headers.update(_HEADERS)
    response.headers["X-Request-Id"] = request_id
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "none"
    HTTP_REQUESTS_SECONDS.labels(route, request.method, str(response.status)).observe(
        time.perf_counter() - begun
    )
    return response


def _error(status: int, message: str, request_id: str) -> web.Response:
    code = _WORDS.get(HTTPStatus(status), "refused")
    body = {"error": {"code": code, "message": message, "request_id": request_id}}
    return web.json_response(body, status=status)
