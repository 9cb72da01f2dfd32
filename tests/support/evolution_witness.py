"""Somebody who looks at all that passes between us and the simulated Evolution API server, and
says what is not as the published description has it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.sandbox.evolution.world import Evolution
from tests.support.evolution_schemas import (
    WEBHOOK,
    FileAsked,
    HookSet,
    InstanceMade,
    MediaSent,
    MessagesAsked,
    Nothing,
    NumbersAsked,
    TextSent,
)

_NAME = r"[\w.-]+"
_Check = Callable[[Mapping[str, str], Any], None]


class EvolutionWitness:
    """``objections`` are told when a test ends."""

    def __init__(self, world: Evolution) -> None:
        self.objections: list[str] = []
        self.requests = 0
        self.webhooks = 0
        world.on_asked = self.asked
        world.webhooks.on_told = self.told

    def asked(self, method: str, path: str, query: Mapping[str, str], body: Any) -> None:
        """A request of ours; ``body`` is its JSON, if it has any."""
        self.requests += 1
        try:
            _check(method, path, query, body)
        except (ValidationError, ValueError) as error:
            self.objections.append(f"{method} {path}: {error}")

    def told(self, body: dict[str, Any]) -> None:
        """A webhook of theirs."""
        self.webhooks += 1
        try:
            WEBHOOK.validate_python(body)
        except ValidationError as error:
            self.objections.append(f"webhook: {error}")

    def is_content(self) -> None:
        """Fail if anything was not as it is published."""
        assert self.objections == []


def _check(method: str, path: str, query: Mapping[str, str], body: Any) -> None:
    for known, pattern, check in _REQUESTS:
        if known == method and re.fullmatch(pattern, path):
            check(query, body)
            return
    raise ValueError("nobody knows this request")


def _fits(model: type[BaseModel]) -> _Check:
    """It has this body, and nothing in its address."""

    def check(query: Mapping[str, str], body: Any) -> None:
        _plain(query, None)
        model.model_validate(body)

    return check


def _may_ask(**known: str) -> _Check:
    """It has no body; what stands in its address is known, and reads so."""

    def check(query: Mapping[str, str], body: Any) -> None:
        unlike = [
            name for name, value in query.items() if not re.fullmatch(known.get(name, ""), value)
        ]
        _ours(not unlike, f"nobody knows {unlike}")
        _ours(body is None, "it takes no body")

    return check


_plain = _may_ask()
_REQUESTS: tuple[tuple[str, str, _Check], ...] = (
    ("POST", f"message/sendText/{_NAME}", _fits(TextSent)),
    ("POST", f"message/sendMedia/{_NAME}", _fits(MediaSent)),
    ("POST", f"chat/getBase64FromMediaMessage/{_NAME}", _fits(FileAsked)),
    ("POST", f"chat/findMessages/{_NAME}", _fits(MessagesAsked)),
    ("POST", f"chat/whatsappNumbers/{_NAME}", _fits(NumbersAsked)),
    ("POST", "instance/create", _fits(InstanceMade)),
    ("GET", "instance/fetchInstances", _may_ask(instanceName=_NAME)),
    ("GET", f"instance/connect/{_NAME}", _may_ask(number=r"\d{8,15}")),
    ("GET", f"instance/connectionState/{_NAME}", _plain),
    ("POST", f"instance/restart/{_NAME}", _fits(Nothing)),
    ("DELETE", f"instance/logout/{_NAME}", _plain),
    ("POST", f"webhook/set/{_NAME}", _fits(HookSet)),
    ("GET", f"webhook/find/{_NAME}", _plain),
)


def _ours(fine: bool, otherwise: str) -> None:  # noqa: FBT001 - a sentence each
    if not fine:
        raise ValueError(otherwise)
