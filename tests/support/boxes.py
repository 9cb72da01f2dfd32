"""A sandbox with a webhook of its own: what the networks tell us, proven and read."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox import Sandbox

APP_SECRET, WHATSAPP_TOKEN, VERIFY_TOKEN = "app-secret", "wa-token", "verify-me"
TELEGRAM_TOKEN = "123456:sandbox-token-of-no-use"  # noqa: S105
PHONE_ID, ACCOUNT_ID = "1002003004", "9009"
EVOLUTION_KEY, EVOLUTION_SECRET, INSTANCE = "evolution-key", "evolution-secret", "emdia-1"


def new_sandbox() -> Sandbox:
    """One that is not started yet."""
    return Sandbox(
        whatsapp_token=WHATSAPP_TOKEN,
        app_secret=APP_SECRET,
        verify_token=VERIFY_TOKEN,
        phone_number_id=PHONE_ID,
        business_account_id=ACCOUNT_ID,
        telegram_token=TELEGRAM_TOKEN,
        evolution_key=EVOLUTION_KEY,
    )


class Listener:
    """A webhook that checks the proof and keeps what it is told."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[int] = []
        self.url = ""

    async def hear(self, request: web.Request) -> web.Response:
        """One webhook: 401 without the right proof, else what was scripted, else 200."""
        raw = await request.read()
        digest = hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
        signature = request.headers.get("X-Hub-Signature-256", "")
        if signature and signature != f"sha256={digest}":
            return web.Response(status=401)
        if self.answers:
            return web.Response(status=self.answers.pop(0))
        self.raw.append(raw)
        self.headers.append(dict(request.headers))
        self.bodies.append(json.loads(raw))
        return web.Response()

    async def shake(self, request: web.Request) -> web.Response:
        """The handshake."""
        if request.query["hub.verify_token"] != VERIFY_TOKEN:
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])

    def values(self) -> list[dict[str, Any]]:
        """What every change told."""
        return [
            change["value"]
            for body in self.bodies
            for entry in body["entry"]
            for change in entry["changes"]
        ]

    def statuses(self) -> list[dict[str, Any]]:
        """Every status so far."""
        return [status for value in self.values() for status in value.get("statuses", [])]

    def messages(self) -> list[dict[str, Any]]:
        """Every message from a person so far."""
        return [message for value in self.values() for message in value.get("messages", [])]


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """The webhook, up while inside."""
    listener = Listener()
    app = web.Application()
    app.router.add_post("/hook", listener.hear)
    app.router.add_get("/hook", listener.shake)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield listener
    finally:
        await runner.cleanup()


class CloudClient:
    """The Cloud API as a business calls it, without any code of ours in between."""

    def __init__(self, box: Sandbox, session: aiohttp.ClientSession) -> None:
        self._base = f"{box.whatsapp_api_url}/v25.0"
        self.session = session

    async def call(
        self, verb: str, path: str, token: str = WHATSAPP_TOKEN, **options: Any
    ) -> tuple[int, dict[str, Any]]:
        """Status and body of one call."""
        headers = {"Authorization": f"Bearer {token}"}
        url = path if path.startswith("http") else f"{self._base}/{path}"
        async with self.session.request(verb, url, headers=headers, **options) as answer:
            return answer.status, await answer.json()

    async def send(self, to: str = "+5511987650001", **content: Any) -> tuple[int, dict[str, Any]]:
        """Send one message."""
        body = {"messaging_product": "whatsapp", "to": to} | content
        return await self.call("POST", f"{PHONE_ID}/messages", json=body)

    async def text(self, words: str = "Oi", **more: Any) -> tuple[int, dict[str, Any]]:
        """Send a text."""
        return await self.send(type="text", text={"body": words}, **more)

    async def template(self, **changes: Any) -> tuple[int, dict[str, Any]]:
        """Create the template of the tests, with changes."""
        return await self.call("POST", f"{ACCOUNT_ID}/message_templates", json=TEMPLATE | changes)


TEMPLATE: dict[str, Any] = {
    "name": "lembrete",
    "language": "pt_BR",
    "category": "UTILITY",
    "parameter_format": "NAMED",
    "components": [
        {
            "type": "BODY",
            "text": "Olá {{nome}}, sua mensalidade de {{valor}} vence em breve.",
            "example": {
                "body_text_named_params": [
                    {"param_name": "nome", "example": "Ana"},
                    {"param_name": "valor", "example": "R$ 120,00"},
                ]
            },
        },
        {"type": "FOOTER", "text": "Responda PARE para sair"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Já paguei"},
                {"type": "QUICK_REPLY", "text": "Ver Pix"},
            ],
        },
    ],
}


def values(**named: str) -> list[dict[str, Any]]:
    """The body of a template message: its named variables."""
    parameters = [
        {"type": "text", "parameter_name": name, "text": text} for name, text in named.items()
    ]
    return [{"type": "body", "parameters": parameters}]


def reminder(*components: dict[str, Any], language: str = "pt_BR") -> dict[str, Any]:
    """The content of a message by the template of the tests; filled in, if nothing is given."""
    filled = list(components) or values(nome="Ana", valor="R$ 120,00")
    named = {"name": "lembrete", "language": {"code": language}, "components": filled}
    return {"type": "template", "template": named}
