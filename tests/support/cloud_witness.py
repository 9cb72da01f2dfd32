"""What the published description of the Cloud API knows, request by request."""

from typing import Any

from bot.sandbox.whatsapp.world import WhatsApp
from tests.support.boxes import PHONE_ID
from tests.support.cloud_schemas import SENT, WEBHOOK, Subscribed, TemplateEdited, TemplateMade
from tests.support.witness import Known, Query, Witness, must

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


def cloud_witness(world: WhatsApp) -> Witness:
    """Of all that passes between us and the Cloud API."""
    return Witness(world, _REQUESTS, WEBHOOK)


def _message(_query: Query, body: Any) -> None:
    SENT.validate_python(body)


def _upload(_query: Query, body: Any) -> None:
    must(body is None, "a file goes as a form")


def _listing(query: Query, _body: Any) -> None:
    must(set(query) <= _TEMPLATE_QUERY, f"nobody knows {set(query) - _TEMPLATE_QUERY}")
    _known(query.get("fields", "id"), _TEMPLATE_FIELDS)
    must(int(query.get("limit", "25")) in _A_PAGE, "so many are not listed at once")


def _made(_query: Query, body: Any) -> None:
    TemplateMade.model_validate(body)


def _edited(_query: Query, body: Any) -> None:
    TemplateEdited.model_validate(body)


def _deleted(query: Query, _body: Any) -> None:
    must("name" in query and set(query) <= {"name", "hsm_id"}, "a name is needed")


def _subscribed(_query: Query, body: Any) -> None:
    Subscribed.model_validate(body)


def _number(query: Query, _body: Any) -> None:
    _known(query.get("fields", "id"), _FIELDS)


def _token(query: Query, _body: Any) -> None:
    must(set(query) == {"input_token"}, "one token is looked at")


def _plain(_query: Query, body: Any) -> None:
    must(body is None, "it takes no body")


_REQUESTS: tuple[Known, ...] = (
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
    must(set(fields.split(",")) <= known, f"nobody knows {set(fields.split(',')) - known}")
