"""Who asks, and whether they may ask so often: before anything else is looked at."""

import ipaddress
import math
from http import HTTPStatus

from aiohttp import web

from bot.resilience.limiter import Rate
from bot.services.ports.access import TokenView
from bot.web.api.desk import Api
from bot.web.api.routing import Route
from bot.web.errors import failed
from bot.web.parts import CALLER

FAILURES = Rate("failures", 10)  # guesses at a token; there are 2**256
_SCHEME = "bearer "
_NETWORK = 64  # bits of an IPv6 address that belong to one line


async def let_in(request: web.Request, api: Api, route: Route) -> TokenView | web.Response:
    """Whose token it is, or why not: 401, 403, or 429 with when to come again."""
    address = address_of(request, api.proxies)
    if wait := await api.limiter.wait(FAILURES, address):
        return _later(request, wait)
    caller = await _caller(request, api)
    if caller is None:
        await api.limiter.hit(FAILURES, address)
        headers = {"WWW-Authenticate": 'Bearer realm="EmDia"'}
        return failed(request, HTTPStatus.UNAUTHORIZED, headers)
    request[CALLER] = caller.name
    for who in (f"token {caller.id}", address):
        if wait := await api.limiter.hit(route.rate, who):
            return _later(request, wait)
    if route.scope not in caller.scopes:
        return failed(request, HTTPStatus.FORBIDDEN)
    return caller


async def let_look(request: web.Request, api: Api, rate: Rate) -> web.Response | None:
    """Whether somebody without a token may look so often."""
    wait = await api.limiter.hit(rate, address_of(request, api.proxies))
    return _later(request, wait) if wait else None


def address_of(request: web.Request, proxies: int) -> str:
    """Where they ask from; as the nearest of our own proxies saw it, where there are some."""
    address = request.remote or ""
    if proxies:
        seen = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
        told = [one.strip() for one in seen if one.strip()]
        address = told[-proxies] if len(told) >= proxies else address
    return f"address {_line(address)}"


def _line(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:  # noqa: PLR2004 - of the internet's protocol
        return str(found)
    return str(ipaddress.ip_network((found, _NETWORK), strict=False).network_address)


async def _caller(request: web.Request, api: Api) -> TokenView | None:
    given = request.headers.getall("Authorization", [])
    if len(given) != 1 or not given[0].lower().startswith(_SCHEME):
        return None
    return await api.recognise(given[0][len(_SCHEME) :].strip())


def _later(request: web.Request, wait: float) -> web.Response:
    headers = {"Retry-After": str(max(1, math.ceil(wait)))}
    return failed(request, HTTPStatus.TOO_MANY_REQUESTS, headers)
