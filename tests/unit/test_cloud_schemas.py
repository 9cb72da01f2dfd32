"""The published shapes as we restate them: what is right passes, and each slip is seen."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.boxes import ACCOUNT_ID, PHONE_ID, new_sandbox
from tests.support.cloud_schemas import SENT, WEBHOOK
from tests.support.cloud_witness import cloud_witness

TEXT: dict[str, Any] = {
    "messaging_product": "whatsapp",
    "recipient_type": "individual",
    "to": "+5511987650001",
    "biz_opaque_callback_data": "o-1",
    "type": "text",
    "text": {"body": "Oi", "preview_url": False},
}


def test_a_message_as_it_is_published_passes() -> None:
    SENT.validate_python(TEXT)


@pytest.mark.parametrize(
    "slip",
    [
        {"to": "5511987650001"},
        {"to": None},
        {"recipient": "BR.1"},
        {"type": "image"},
        {"text": {"body": ""}},
        {"text": {"body": "x" * 4097}},
        {"text": {"body": 7}},
        {"biz_opaque_callback_data": "x" * 513},
        {"recipient_type": "group"},
        {"ttl": 60},
    ],
)
def test_each_slip_of_a_message_is_seen(slip: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SENT.validate_python(TEXT | slip)


def a_status(**more: Any) -> dict[str, Any]:
    told = {"id": "wamid.1", "status": "sent", "timestamp": "1796990100"} | more
    metadata = {"display_phone_number": "5511940000000", "phone_number_id": PHONE_ID}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "statuses": [told]}
    change = {"field": "messages", "value": value}
    entry = {"id": ACCOUNT_ID, "changes": [change]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def test_a_webhook_as_it_is_published_passes() -> None:
    WEBHOOK.validate_python(a_status(recipient_id="5511987650001"))


@pytest.mark.parametrize(
    "slip",
    [{"timestamp": 1796990100}, {"status": "beamed"}, {"status": "failed"}, {"odd": 1}],
)
def test_each_slip_of_a_webhook_is_seen(slip: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WEBHOOK.validate_python(a_status(**slip))


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("POST", f"{PHONE_ID}/messages", {}, TEXT | {"to": "1"}),
        ("POST", f"{PHONE_ID}/media", {}, {}),
        ("GET", f"{ACCOUNT_ID}/message_templates", {"limit": "1000"}, None),
        ("GET", f"{ACCOUNT_ID}/message_templates", {"fields": "id,colour"}, None),
        ("POST", f"{ACCOUNT_ID}/message_templates", {}, {"name": "x"}),
        ("DELETE", f"{ACCOUNT_ID}/message_templates", {}, None),
        ("POST", f"{ACCOUNT_ID}/subscribed_apps", {}, {"url": "x"}),
        ("GET", PHONE_ID, {"fields": "colour"}, None),
        ("GET", "debug_token", {}, None),
        ("POST", "55501", {}, {"components": []}),
        ("PUT", PHONE_ID, {}, None),
    ],
)
def test_a_request_that_nobody_published_is_objected_to(
    method: str, path: str, query: dict[str, str], body: Any
) -> None:
    witness = cloud_witness(new_sandbox().whatsapp)
    witness.asked(method, path, query, body)
    with pytest.raises(AssertionError):
        witness.is_content()
