"""A program with a token, over real HTTP: every answer is held against the description."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.composition.desks import open_shop
from bot.domain.scope import Scope
from bot.web.api.openapi import described
from bot.web.api.routing import Route
from bot.web.api.shapes import ErrorOut
from bot.web.api.table import ROUTES
from tests.support.town import Town

EVERYTHING = (Scope.READ, Scope.WRITE, Scope.SEND)


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    json: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        """Of an error."""
        return str(self.json["error"]["code"])

    @property
    def field(self) -> str:
        """Which field an error names."""
        return str(self.json["error"]["field"])


@dataclass
class Program:
    """Asks, and trusts nothing that is not described."""

    base: str
    session: aiohttp.ClientSession
    token: str
    seen: set[tuple[str, str, int]] = field(default_factory=set)

    async def asks(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        **query: object,
    ) -> Answered:
        """One question; ``token`` is another than its own, or none at all."""
        mine = self.token if token is None else token
        told = {"Authorization": f"Bearer {mine}"} if mine else {}
        params = {name: str(value) for name, value in query.items()}
        sent: dict[str, Any] = {"json": body}
        if isinstance(body, bytes):
            sent = {"data": body}
            told["Content-Type"] = "application/json"
        async with self.session.request(
            method, self.base + path, params=params, headers=told | (headers or {}), **sent
        ) as answer:
            answered = Answered(answer.status, await answer.json(), answer.headers.copy())
        self._check(method, path, answered)
        return answered

    def _check(self, method: str, path: str, answered: Answered) -> None:
        """No status and no body that the description does not know."""
        route = route_of(method, path)
        if answered.status >= 400:
            error = ErrorOut.model_validate(answered.json).error
            assert error.message != error.code
            assert error.request_id == answered.headers["X-Request-Id"]
        if route is None:
            assert answered.status in {200, 401, 404, 405, 429}
            return
        known = described(ROUTES)["paths"][route.path][method.lower()]["responses"]
        assert str(answered.status) in known
        if answered.status < 400:
            assert answered.status == route.status
            route.answer.model_validate(answered.json)
        assert answered.headers["Cache-Control"] == "no-store"
        assert answered.headers["X-Content-Type-Options"] == "nosniff"
        assert answered.headers["Content-Type"].startswith("application/json")
        self.seen.add((route.method, route.path, answered.status))


def route_of(method: str, path: str) -> Route | None:
    """The route that answers."""
    for route in ROUTES:
        if route.method == method and re.fullmatch(
            route.path.replace("{number}", "[0-9]{1,15}"), path
        ):
            return route
    return None


async def a_token(town: Town, *scopes: Scope, name: str = "ERP") -> str:
    """A token of the owner's."""
    async with town.house.units.write() as unit:
        access = (await open_shop(unit, town.house.premises)).access
        token, _ = await access.create(name, scopes or EVERYTHING, by=await access.owner())
    return token


@asynccontextmanager
async def a_program(town: Town, *scopes: Scope) -> AsyncIterator[Program]:
    """A program that may do everything, or only this."""
    token = await a_token(town, *scopes)
    async with aiohttp.ClientSession() as session:
        yield Program(f"http://127.0.0.1:{town.house.port}", session, token)
