"""Somebody who looks at all that passes between us and a simulated network, and says what is not
as its published description has it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import TypeAdapter, ValidationError

from bot.sandbox.evolution.world import Evolution
from bot.sandbox.whatsapp.world import WhatsApp

Query: TypeAlias = Mapping[str, str]
Check: TypeAlias = Callable[[Query, Any], None]
Known: TypeAlias = tuple[str, str, Check]  # a method, the pattern of a path, and what must be so


class Witness:
    """``objections`` are told when a test ends."""

    def __init__(
        self, world: WhatsApp | Evolution, known: Sequence[Known], webhook: TypeAdapter[Any]
    ) -> None:
        """``known``: the requests that there are; ``webhook``: what the network may tell."""
        self.objections: list[str] = []
        self.requests = 0
        self.webhooks = 0
        self._known = known
        self._webhook = webhook
        world.on_asked = self.asked
        world.webhooks.on_told = self.told

    def asked(self, method: str, path: str, query: Query, body: Any) -> None:
        """A request of ours; ``body`` is its JSON, if it has any."""
        self.requests += 1
        try:
            self._check(method, path, query, body)
        except (ValidationError, ValueError) as error:
            self.objections.append(f"{method} {path}: {error}")

    def told(self, body: dict[str, Any]) -> None:
        """A webhook of theirs."""
        self.webhooks += 1
        try:
            self._webhook.validate_python(body)
        except ValidationError as error:
            self.objections.append(f"webhook: {error}")

    def is_content(self) -> None:
        """Fail if anything was not as it is published."""
        assert self.objections == []

    def _check(self, method: str, path: str, query: Query, body: Any) -> None:
        for known, pattern, check in self._known:
            if known == method and re.fullmatch(pattern, path):
                check(query, body)
                return
        raise ValueError("nobody knows this request")


def must(fine: bool, otherwise: str) -> None:  # noqa: FBT001 - a sentence each
    """Object, with these words, if it is not so."""
    if not fine:
        raise ValueError(otherwise)
