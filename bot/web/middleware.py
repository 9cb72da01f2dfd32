"""What happens to every request: an id, one form of error, and no stack trace to a stranger."""

import uuid
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

log = structlog.get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_WORDS = {
    400: "bad_request",
    401: "unproven",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
}


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into ``{"error": {code, message, request_id}}``."""
    request_id = uuid.uuid4().hex[:12]
    try:
        response = await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = _error(error.status, error.reason, request_id)
    except Exception:
        log.exception("request.failed", path=request.path, request_id=request_id)
        response = _error(500, "Internal Server Error", request_id)
    response.headers["X-Request-Id"] = request_id
    return response


def _error(status: int, message: str, request_id: str) -> web.Response:
    code = _WORDS.get(status, "internal" if status >= 500 else "refused")
    body = {"error": {"code": code, "message": message, "request_id": request_id}}
    return web.json_response(body, status=status)
