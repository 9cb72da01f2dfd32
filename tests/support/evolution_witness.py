"""What the published description of the Evolution API knows, request by request."""

import re
from typing import Any

from pydantic import BaseModel

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
from tests.support.witness import Check, Known, Query, Witness, must

_NAME = r"[\w.-]+"


def evolution_witness(world: Evolution) -> Witness:
    """Of all that passes between us and an Evolution API server."""
    return Witness(world, _REQUESTS, WEBHOOK)


def _fits(model: type[BaseModel]) -> Check:
    """It has this body, and nothing in its address."""

    def check(query: Query, body: Any) -> None:
        _plain(query, None)
        model.model_validate(body)

    return check


def _may_ask(**known: str) -> Check:
    """It has no body; what stands in its address is known, and reads so."""

    def check(query: Query, body: Any) -> None:
        unlike = [
            name for name, value in query.items() if not re.fullmatch(known.get(name, ""), value)
        ]
        must(not unlike, f"nobody knows {unlike}")
        must(body is None, "it takes no body")

    return check


_plain = _may_ask()
_REQUESTS: tuple[Known, ...] = (
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
