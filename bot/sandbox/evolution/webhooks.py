"""What a server posts about its instance: no signature, only what its operator wrote into it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.sandbox.courier import Post
from bot.sandbox.evolution.instance import Hook
from bot.sandbox.faults import Fault
from bot.sandbox.surroundings import Surroundings

LOST_ON = frozenset({400, 401, 403, 404, 422})
"""Whoever answers so never hears of it again."""
_JWT_LIVES = timedelta(minutes=10)
_WALL = timezone(timedelta(hours=-3))


class Webhooks:
    """Posts events, each person's in order; a fault may repeat, hold back or lose one."""

    def __init__(self, around: Surroundings) -> None:
        self._clock = around.clock
        self._courier, self._agenda, self._faults = around.courier, around.agenda, around.faults
        self.sent: list[dict[str, Any]] = []
        """Every body that was handed to the courier, for tests to look at."""
        self.on_told: Callable[[dict[str, Any]], None] | None = None
        """Told of each body as it is posted."""
        self._held: list[tuple[str, Post]] = []
        self.instead: Callable[[bytes], None] | None = None
        """While set, told here at once and over no line: a month is played that way."""

    def tell(
        self,
        hook: Hook,
        event: dict[str, Any],
        kind: str,
        lane: str,
        taken: Callable[[], None] | None = None,
    ) -> None:
        """Post it, once it has passed the faults set for its kind (status, inbound, instance)."""
        body = event | {
            "destination": hook.url,
            # The wall's time, called UTC: as there.
            "date_time": self._clock.now().astimezone(_WALL).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "apikey": None,
        }
        raw = json.dumps(body, ensure_ascii=False).encode()
        headers = _headers(hook, self._clock.now())
        if self.instead is not None:
            self.instead(raw)
            if taken:
                taken()
            return
        self.sent.append(body)
        if self.on_told:
            self.on_told(body)
        post = Post(hook.address(str(event["event"])), raw, headers, taken, LOST_ON)
        fault = self._faults.take(f"evolution.{kind}", webhook=True)
        if fault is None:
            self._courier.post(lane, post)
        else:
            self._spoil(fault, lane, post)
        if fault is None or fault.kind != "reorder":
            self._release()

    def _spoil(self, fault: Fault, lane: str, post: Post) -> None:
        if fault.kind == "lose":
            return
        if fault.kind == "reorder":
            self._held.append((lane, post))
            self._agenda.after(timedelta(seconds=fault.wait_s), self._release)
        elif fault.kind == "delay":
            late = f"late{id(post)}"
            wait = timedelta(seconds=fault.wait_s)
            self._agenda.after(wait, lambda: self._courier.post(late, post))
        else:
            self._courier.post(lane, post)
            if fault.kind == "duplicate":
                self._courier.post(lane, post)

    def _release(self) -> None:
        held, self._held = self._held, []
        for lane, post in held:
            self._courier.post(lane, post)


def _headers(hook: Hook, now: datetime) -> dict[str, str]:
    """Its operator's own; a ``jwt_key`` is not sent but signed with."""
    headers = {name: value for name, value in hook.headers.items() if name != "jwt_key"}
    if key := hook.headers.get("jwt_key"):
        headers["Authorization"] = f"Bearer {_jwt(key, now)}"
    return headers


def _jwt(key: str, now: datetime) -> str:
    issued = int(now.timestamp())
    until = issued + int(_JWT_LIVES.total_seconds())
    claims = {"iat": issued, "exp": until, "app": "evolution", "action": "webhook"}
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    told = ".".join(_base64(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    signed = hmac.new(key.encode(), told.encode(), hashlib.sha256).digest()
    return f"{told}.{_base64(signed)}"


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
