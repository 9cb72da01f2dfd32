"""Somebody who looks at all that passes between us and the simulated Cloud API, and says what is
not as the published description has it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from bot.sandbox.whatsapp.world import WhatsApp
from tests.support.boxes import PHONE_ID
from tests.support.cloud_schemas import SENT, WEBHOOK, Subscribed, TemplateEdited, TemplateMade

_TEMPLATE_QUERY = {"fields", "limit", "after", "before", "status", "name", "language", "category"}
_A_PAGE = range(1, 251)
_FIELDS = frozenset(
    {"id", "display_phone_number", "verified_name", "quality_rating", "status", "name_status"}
    | {"throughput", "whatsapp_business_manager_messaging_limit", "webhook_configuration"}
)
_TEMPLATE_FIELDS = frozenset(
    {"id", "name", "language", "status", "category", "correct_category", "components"}
    | {"quality_score", "rejected_reason", "parameter_format", "message_send_ttl_seconds"}
)


class Witness:
    """``objections`` are told when a test ends."""

    def __init__(self, world: WhatsApp) -> None:
        self.objections: list[str] = []
        self.requests = 0
        self.webhooks = 0
        world.on_asked = self.asked
        world.webhooks.on_told = self.told

    def asked(self, method: str, path: str, query: Mapping[str, str], body: Any) -> None:
        """A request of ours; ``path`` is what follows the version, ``body`` its JSON, if it is."""
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


def _message(_query: Mapping[str, str], body: Any) -> None:
    SENT.validate_python(body)


def _upload(_query: Mapping[str, str], body: Any) -> None:
    _ours(body is None, "a file goes as a form")


def _listing(query: Mapping[str, str], _body: Any) -> None:
    _ours(set(query) <= _TEMPLATE_QUERY, f"nobody knows {set(query) - _TEMPLATE_QUERY}")
    _known(query.get("fields", "id"), _TEMPLATE_FIELDS)
    _ours(int(query.get("limit", "25")) in _A_PAGE, "so many are not listed at once")


def _made(_query: Mapping[str, str], body: Any) -> None:
    TemplateMade.model_validate(body)


def _edited(_query: Mapping[str, str], body: Any) -> None:
    TemplateEdited.model_validate(body)


def _deleted(query: Mapping[str, str], _body: Any) -> None:
    _ours("name" in query and set(query) <= {"name", "hsm_id"}, "a name is needed")


def _subscribed(_query: Mapping[str, str], body: Any) -> None:
    Subscribed.model_validate(body)


def _number(query: Mapping[str, str], _body: Any) -> None:
    _known(query.get("fields", "id"), _FIELDS)


def _token(query: Mapping[str, str], _body: Any) -> None:
    _ours(set(query) == {"input_token"}, "one token is looked at")


def _plain(_query: Mapping[str, str], body: Any) -> None:
    _ours(body is None, "it takes no body")


_REQUESTS: tuple[tuple[str, str, Callable[[Mapping[str, str], Any], None]], ...] = (
    ("POST", r"\d+/messages", _message),
    ("POST", r"\d+/media", _upload),
    ("GET", r"\d+/message_history", _plain),
    ("GET", PHONE_ID, _number),
    ("GET", r"\d+/message_templates", _listing),
    ("POST", r"\d+/message_templates", _made),
    ("DELETE", r"\d+/message_templates", _deleted),
    ("GET", r"\d+/subscribed_apps", _plain),
    ("POST", r"\d+/subscribed_apps", _subscribed),
    ("GET", "debug_token", _token),
    ("GET", r"\d+", _plain),
    ("DELETE", r"\d+", _plain),
    ("POST", r"\d+", _edited),
)


def _known(fields: str, known: frozenset[str]) -> None:
    _ours(set(fields.split(",")) <= known, f"nobody knows {set(fields.split(',')) - known}")


def _ours(fine: bool, otherwise: str) -> None:  # noqa: FBT001 - a sentence each
    if not fine:
        raise ValueError(otherwise)
