"""Prove that a webhook comes from WhatsApp: by the bytes received, never by what they mean.

The provider escapes letters beyond ASCII (``\\u00e9``) and slashes; a body that was read and
written again has another signature.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

HEADER = "X-Hub-Signature-256"
_SCHEME = "sha256="


@dataclass(frozen=True, slots=True)
class Proof:
    """Both checks of the webhook's address. An empty secret or token proves nothing."""

    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)

    def proven(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether the header holds the body's HMAC under our app secret."""
        shown = headers.get(HEADER, "")
        if not self.app_secret or not shown.startswith(_SCHEME):
            return False
        expected = hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()
        return _same(shown.removeprefix(_SCHEME), expected)

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """What to answer when asked whether the address is ours; nothing if asked wrongly."""
        if not self.verify_token or query.get("hub.mode") != "subscribe":
            return None
        if not _same(query.get("hub.verify_token", ""), self.verify_token):
            return None
        return query.get("hub.challenge") or None


def _same(shown: str, expected: str) -> bool:
    """Compared as bytes: as text, a letter beyond ASCII would be an error, not a no."""
    return hmac.compare_digest(shown.encode(errors="replace"), expected.encode())
