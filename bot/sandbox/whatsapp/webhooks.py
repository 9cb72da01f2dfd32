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

Taken = Callable[[], None]

KEPT_FOR = timedelta(days=7)
"""So long the network goes on trying what is not answered with 200."""


class Webhooks:
    """Where the network tells of what happened."""

    def __init__(self, account: Account, around: Surroundings) -> None:
        self._secret, self._verify_token = account.app_secret, account.verify_token
        self._courier, self._agenda, self._faults = around.courier, around.agenda, around.faults
        self._clock = around.clock
        self.url: str | None = None
        self.sent: list[dict[str, Any]] = []
        """Every body that was handed to the courier, for tests to look at."""
        self.on_told: Callable[[dict[str, Any]], None] | None = None
        """Hears every body before it is posted, for tests that hold it against the published."""
        self._gathered: list[tuple[str, dict[str, Any], Taken | None]] = []
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

    def tell(self, lane: str, body: dict[str, Any], kind: str, taken: Taken | None = None) -> None:
        """Post it, once it has passed the faults set for its kind (status, inbound, other)."""
        fault = self._faults.take(f"whatsapp.{kind}", webhook=True)
        if fault and fault.kind == "batch":
            self._gathered.append((lane, body, taken))
            self._agenda.after(timedelta(seconds=fault.wait_s), self._flush)
        elif fault is None and self._gathered:
            self._gathered.append((lane, body, taken))
            self._flush()
        elif fault is None:
            self._post(lane, body, taken)
        else:
            self._spoil(fault, lane, body)
        if fault is None or fault.kind not in {"reorder", "batch"}:
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

    def _flush(self) -> None:
        """All that was gathered in one request, in the lane of the first."""
        gathered, self._gathered = self._gathered, []
        if not gathered:
            return
        lane, first, _ = gathered[0]
        entry = [entry for _, body, _ in gathered for entry in body["entry"]]

        def all_taken() -> None:
            for _, _, taken in gathered:
                if taken:
                    taken()

        self._post(lane, first | {"entry": _joined(entry)}, all_taken)

    def _release(self) -> None:
        held, self._held = self._held, []
        for lane, body in held:
            self._post(lane, body)

    def _post(self, lane: str, body: dict[str, Any], taken: Taken | None = None) -> None:
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
        until = self._clock.now() + KEPT_FOR

        def keeps() -> bool:
            return self._clock.now() < until

        self._courier.post(f"whatsapp:{lane}", Post(self.url, raw, headers, taken, keeps=keeps))


def _joined(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that stand beside each other and differ in nothing but what happened, as one."""
    joined: list[dict[str, Any]] = []
    for entry in entries:
        last = joined[-1] if joined else None
        if last and last | {"changes": []} == entry | {"changes": []}:
            joined[-1] = last | {"changes": [*last["changes"], *entry["changes"]]}
        else:
            joined.append(entry)
    return joined
