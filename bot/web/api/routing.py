"""The table of routes: each with its scope, its rate, and the shapes that it takes and tells."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, get_type_hints

from pydantic import BaseModel

from bot.domain.scope import Scope
from bot.resilience.limiter import Rate

ADDING = Rate("add", 10)
SENDING = Rate("send", 5)
WHATSAPP = Rate("whatsapp", 20)
OTHERS = Rate("others", 120)

Run: TypeAlias = Callable[..., Awaitable[BaseModel]]


@dataclass(frozen=True, slots=True)
class Route:
    """One question. ``run`` is called with what it names: desk or api, number, query, body."""

    method: str
    path: str
    scope: Scope
    run: Run
    status: int
    rate: Rate
    shapes: dict[str, Any] = field(default_factory=dict)

    @property
    def pattern(self) -> str:
        """As the router wants it: a number is digits and nothing else."""
        return self.path.replace("{number}", "{number:[0-9]{1,15}}")

    @property
    def writes(self) -> bool:
        """Whether it changes anything in the store."""
        return self.method != "GET" and "desk" in self.shapes

    @property
    def answer(self) -> type[BaseModel]:
        """What it tells when all is well."""
        told: type[BaseModel] = self.shapes["return"]
        return told


class Routes:
    """Routes of one subject, in the order in which they are described."""

    def __init__(self) -> None:
        self.all: list[Route] = []

    def add(
        self, method: str, path: str, scope: Scope, *, status: int = 200, rate: Rate = OTHERS
    ) -> Callable[[Run], Run]:
        """Register a coroutine; its annotations are the shapes."""

        def keep(run: Run) -> Run:
            self.all.append(Route(method, path, scope, run, status, rate, get_type_hints(run)))
            return run

        return keep
