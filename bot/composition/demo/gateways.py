"""The ways to WhatsApp on which the demo is shown, and what the house must know of each."""

from dataclasses import replace
from typing import Any, Literal

from bot.composition.demo.cast import BUSINESS
from bot.sandbox import Sandbox

Gateway = Literal["cloud", "evolution"]

# The networks are in the box, and the box is only here: these open nothing.
KEYS = {
    "whatsapp_token": "demo",
    "app_secret": "demo-secret",
    "verify_token": "demo-verify",
    "phone_number_id": "1002003004",
    "business_account_id": "9009",
    "telegram_token": "700100:no-token-at-all",
}
_PHONE = "5527999000000"


def choose(box: Sandbox, gateway: Gateway) -> None:
    """From now on the clients' phones are reached this way; the business has its name there."""
    box.by_evolution = gateway == "evolution"
    box.clients.verified_name = BUSINESS
    box.evolution.account = replace(box.evolution.account, phone=_PHONE, profile=BUSINESS)


def settings_for(box: Sandbox) -> dict[str, Any]:
    """What an operator would write down of the networks."""
    told = {"telegram_token": KEYS["telegram_token"], "telegram_api_url": box.telegram_api_url}
    return told | (_device(box) if box.by_evolution else _cloud(box))


def _cloud(box: Sandbox) -> dict[str, Any]:
    return {
        "whatsapp_api_url": box.whatsapp_api_url,
        "whatsapp_token": KEYS["whatsapp_token"],
        "whatsapp_phone_number_id": KEYS["phone_number_id"],
        "whatsapp_business_account_id": KEYS["business_account_id"],
        "whatsapp_app_secret": KEYS["app_secret"],
        "whatsapp_verify_token": KEYS["verify_token"],
    }


def _device(box: Sandbox) -> dict[str, Any]:
    return {
        "whatsapp_gateway": "evolution",
        "evolution_url": box.evolution_url,
        "evolution_api_key": box.evolution.account.api_key,
        "evolution_instance": "emdia",
        "evolution_webhook_secret": KEYS["verify_token"],
    }
