"""One linked device: from the QR code to the open connection, and all the ways to lose it."""

import base64
import io
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import segno

QR_LIMIT = 30
_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ123456789"


@dataclass(slots=True)
class Code:
    """What is scanned, or typed on the phone; a new one each time it is renewed."""

    count: int = 0
    code: str = ""
    base64: str = ""
    pairing_code: str | None = None

    def wire(self) -> dict[str, Any]:
        """As answers hold it; only its count until there is one."""
        if not self.code:
            return {"count": self.count}
        return {
            "pairingCode": self.pairing_code,
            "code": self.code,
            "base64": self.base64,
            "count": self.count,
        }

    def renew(self, *, with_pairing_code: bool) -> None:
        """The next one; the one before leads nowhere any more."""
        self.count += 1
        self.code = f"2@{secrets.token_urlsafe(48)},{secrets.token_urlsafe(16)}"
        drawn = io.BytesIO()
        segno.make(self.code).save(drawn, kind="png", scale=4, border=3)
        self.base64 = f"data:image/png;base64,{base64.b64encode(drawn.getvalue()).decode()}"
        self.pairing_code = None
        if with_pairing_code:
            self.pairing_code = "".join(secrets.choice(_LETTERS) for _ in range(8))


@dataclass(slots=True)
class Hook:
    """Where a server posts what happens, and what it says along with it."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    enabled: bool = True
    by_events: bool = False
    base64: bool = False

    def wants(self, event: str) -> bool:
        """Whether it is told of such events; an empty list is all of them."""
        asked = event.upper().replace(".", "_")
        return self.enabled and (not self.events or asked in self.events)

    def address(self, event: str) -> str:
        """Where this event is posted to."""
        return f"{self.url}/{event.replace('.', '-')}" if self.by_events else self.url

    def wire(self) -> dict[str, Any]:
        """As the server tells it."""
        return {
            "enabled": self.enabled,
            "url": self.url,
            "headers": self.headers,
            "events": list(self.events),
            "webhookByEvents": self.by_events,
            "webhookBase64": self.base64,
        }


@dataclass(slots=True)
class Instance:
    """What ``/instance/create`` makes. ``state`` is open, connecting, close or refused."""

    name: str
    id: str
    token: str
    made_at: datetime
    state: str = "connecting"
    reason: int | None = None
    number: str = ""
    """Whose phone a pairing code is for."""
    owner: str = ""
    """The linked number's jid; it stays while the link lasts."""
    code: Code = field(default_factory=Code)
    hook: Hook | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    def listed(self, profile: str) -> dict[str, Any]:
        """As ``fetchInstances`` tells it."""
        return {
            "id": self.id,
            "name": self.name,
            "connectionStatus": "close" if self.state == "refused" else self.state,
            "ownerJid": self.owner or None,
            "profileName": profile if self.owner else None,
            "integration": "WHATSAPP-BAILEYS",
            "number": self.number or None,
            "token": self.token,
            "disconnectionReasonCode": self.reason,
            "createdAt": self.made_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
