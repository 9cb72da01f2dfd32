"""Buttons to pay with in the sandbox: only where the account has them, and only with a code."""

from typing import Any

import pytest

from bot.sandbox import Sandbox
from tests.support.boxes import TEMPLATE, CloudClient, reminder, values
from tests.support.pix_codes import VALID

BODY, *_ = TEMPLATE["components"]
CODE = VALID["amount"]
(FILLED,) = values(nome="Ana", valor="R$ 120,00")
ANSWERS = [{"type": "QUICK_REPLY", "text": text} for text in ("Já paguei", "Parar avisos")]


@pytest.fixture
async def box(box: Sandbox) -> Sandbox:
    box.whatsapp.templates.payment_request = True
    return box


def setting(code: str = CODE) -> dict[str, Any]:
    return {"type": "pix_dynamic_code", "pix_dynamic_code": {"code": code}}


def paying(text: str = "Copy Pix code", **about: Any) -> dict[str, Any]:
    return {"type": "PAYMENT_REQUEST", "text": text, "payment_setting": setting()} | about


def with_buttons(*buttons: dict[str, Any]) -> list[dict[str, Any]]:
    return [BODY, {"type": "BUTTONS", "buttons": list(buttons)}]


def tapped(parameter: dict[str, Any], kind: str = "payment_request") -> dict[str, Any]:
    return {"type": "button", "sub_type": kind, "index": "0", "parameters": [parameter]}


def action(chosen: dict[str, Any]) -> dict[str, Any]:
    return {"type": "action", "action": {"payment_request": {"payment_setting": chosen}}}


async def test_the_phone_shows_it_copies_the_code_and_tells_nobody(
    box: Sandbox, cloud: CloudClient
) -> None:
    status, answer = await cloud.template(components=with_buttons(paying(), *ANSWERS))
    assert (status, answer["status"]) == (200, "APPROVED")
    status, answer = await cloud.send(**reminder(FILLED, tapped(action(setting()))))
    assert status == 200, answer
    ana = box.whatsapp.person("+5511987650001")
    assert ana.last().labels == ("Copy Pix code", "Já paguei", "Parar avisos")
    assert ana.copies("Copy Pix code") == CODE
    assert ana.last_inbound is None
    with pytest.raises(LookupError):
        ana.copies("Já paguei")
    with pytest.raises(LookupError):
        ana.taps("Copy Pix code")


@pytest.mark.parametrize(
    "buttons",
    [
        (paying("Copiar Pix"), *ANSWERS),
        (paying(payment_setting=None), *ANSWERS),
        (paying(payment_setting={}), *ANSWERS),
        (paying(payment_setting=setting("49,90")), *ANSWERS),
        (ANSWERS[0], paying(), ANSWERS[1]),
        (paying(), paying(), *ANSWERS),
    ],
)
async def test_a_template_that_breaks_its_rules_is_refused(
    cloud: CloudClient, buttons: tuple[dict[str, Any], ...]
) -> None:
    status, _ = await cloud.template(components=with_buttons(*buttons))
    assert status == 400


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], 132000),
        ([tapped({"type": "payload", "payload": "x"})], 132012),
        ([tapped(action(setting()), "quick_reply")], 132012),
        ([tapped({"type": "action"})], 131008),
        ([tapped(action(setting("00020126")))], 131009),
        ([tapped(action({"type": "gold", "gold": {}}))], 131009),
    ],
)
async def test_a_message_without_a_code_to_copy_is_refused(
    cloud: CloudClient, parts: list[dict[str, Any]], code: int
) -> None:
    await cloud.template(components=with_buttons(paying(), *ANSWERS))
    _, answer = await cloud.send(**reminder(FILLED, *parts))
    assert answer["error"]["code"] == code


async def test_a_link_to_pay_opens(box: Sandbox, cloud: CloudClient) -> None:
    link = {"type": "payment_link", "payment_link": {"uri": "https://pay.example/7"}}
    button = paying("Open payment link", payment_setting=link)
    await cloud.template(components=with_buttons(button))
    status, answer = await cloud.send(**reminder(FILLED, tapped(action(link))))
    assert status == 200, answer
    (choice,) = box.whatsapp.person("+5511987650001").last().choices
    assert (choice.kind, choice.url) == ("url", "https://pay.example/7")


async def test_an_account_without_it_neither_makes_nor_sends_it(
    box: Sandbox, cloud: CloudClient
) -> None:
    await cloud.template(components=with_buttons(paying(), *ANSWERS))
    box.whatsapp.templates.payment_request = False
    _, answer = await cloud.send(**reminder(FILLED, tapped(action(setting()))))
    assert answer["error"]["code"] == 134011
    status, answer = await cloud.template(name="other", components=with_buttons(paying()))
    assert (status, answer["error"]["code"]) == (400, 100)
