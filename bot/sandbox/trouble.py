"""Carry out a fault on one request."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.faults import Fault
from bot.sandbox.news import News

Act = Callable[[], Awaitable[web.StreamResponse]]
InOwnWords = Callable[[Fault], web.StreamResponse]

_LOOK_EVERY_S = 0.05
_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


async def answer(
    request: web.Request, fault: Fault | None, act: Act, own_words: InOwnWords, news: News
) -> web.StreamResponse:
    """Answer as usual, or as badly as the fault wants it."""
    if fault is None:
        return await act()
    if fault.kind in ("throttle", "own_error"):
        return own_words(fault)
    if fault.kind == "html":
        return _gateway(fault)
    if fault.kind == "drop":
        return _hang_up(request)
    return await _accept_and_spoil(request, fault, await act(), news)


async def _accept_and_spoil(
    request: web.Request, fault: Fault, response: web.StreamResponse, news: News
) -> web.StreamResponse:
    if fault.kind == "hang":
        await _until_they_leave(request, fault.seconds, news)
        return _hang_up(request)
    if fault.kind == "drop_after":
        return _hang_up(request)
    if fault.kind == "html_after":
        return _gateway(fault)
    if fault.kind == "slow":
        await asyncio.sleep(fault.wait_s)
    return response


def _gateway(fault: Fault) -> web.Response:
    return web.Response(status=fault.status or 502, text=_GATEWAY, content_type="text/html")


def _hang_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _until_they_leave(request: web.Request, most_s: float | None, news: News) -> None:
    loop = asyncio.get_running_loop()
    end = None if most_s is None else loop.time() + most_s
    while not news.stopped and (end is None or loop.time() < end):
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(_LOOK_EVERY_S)
