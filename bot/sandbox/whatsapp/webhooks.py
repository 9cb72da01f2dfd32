"""Signed webhooks, as the network sends them: escaped, repeated, and late when told so."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from bot.sandbox.courier import Post
from bot.sandbox.faults import Fault
from bot.sandbox.surroundings import Surroundings
from bot.sandbox.whatsapp.account import Account


class Webhooks:
    """Where the network tells of what happened."""

    def __init__(self, account: Account, around: Surroundings) -> None:
        self._secret, self._verify_token = account.app_secret, account.verify_token
        self._courier, self._agenda, self._faults = around.courier, around.agenda, around.faults
        self.url: str | None = None
        self.sent: list[dict[str, Any]] = []
        """Every body that was handed to the courier, for tests to look at."""
        self.on_told: Callable[[dict[str, Any]], None] | None = None
        """Hears every body before it is posted, for tests that hold it against the published."""
        self._held: list[tuple[str, dict[str, Any]]] = []
        self.instead: Callable[[bytes], None] | None = None
        """While set, told here at once and over no line: a past of months is made that way."""

    async def verify(self, url: str, token: str | None = None) -> bool:
        """Do the handshake: whether the address answers the challenge."""
        challenge = str(secrets.randbelow(10**9))
        token = token or self._verify_token
        asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge}
        status, body, _ = await self._courier.fetch(url, **asked)
        return status == HTTPStatus.OK and body.decode(errors="replace") == challenge

    def tell(
        self, lane: str, body: dict[str, Any], kind: str, taken: Callable[[], None] | None = None
    ) -> None:
        """Post it, once it has passed the faults set for its kind (status, inbound, other)."""
        fault = self._faults.take(f"whatsapp.{kind}", webhook=True)
        if fault is None:
            self._post(lane, body, taken)
        else:
            self._spoil(fault, lane, body)
        if fault is None or fault.kind != "reorder":
            self._release()

    def signed(self, body: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """The bytes and the header that proves them."""
        # As there: non-ASCII and slashes are escaped, so reading and writing again breaks it.
        raw = json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()
        digest = hmac.new(self._secret.encode(), raw, hashlib.sha256).hexdigest()
        return raw, {"X-Hub-Signature-256": f"sha256={digest}"}

    def _spoil(self, fault: Fault, lane: str, body: dict[str, Any]) -> None:
        if fault.kind == "lose":
            return
        if fault.kind == "reorder":
            self._held.append((lane, body))
            # Nothing may come after it: then it is only late.
            self._agenda.after(timedelta(seconds=fault.wait_s), self._release)
        elif fault.kind == "delay":
            wait = timedelta(seconds=fault.wait_s)
            self._agenda.after(wait, lambda: self._post(f"late{id(body)}", body))
        else:
            self._post(lane, body)
            if fault.kind == "duplicate":
                self._post(lane, body)

    def _release(self) -> None:
        held, self._held = self._held, []
        for lane, body in held:
            self._post(lane, body)

    def _post(
        self, lane: str, body: dict[str, Any], taken: Callable[[], None] | None = None
    ) -> None:
        raw, headers = self.signed(body)
        if self.instead is not None:
            self.instead(raw)
            if taken:
                taken()
            return
        if self.url is None:
            return
        self.sent.append(body)
        if self.on_told:
            self.on_told(body)
        self._courier.post(f"whatsapp:{lane}", Post(self.url, raw, headers, taken))
