"""Prove that a webhook comes from our server. It signs nothing: a secret comes along in a header.

It says who calls, not that the body is theirs: let it come over TLS or a network of your own.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.clock import Clock

HEADER = "X-EmDia-Key"
_BEARER = "Bearer "


@dataclass(frozen=True, slots=True)
class Proof:
    """The secret as it is, or a token signed with it (the server's ``jwt_key``)."""

    secret: str = field(repr=False)
    clock: Clock

    def proven(self, _body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether either is right. An empty secret proves nothing."""
        if not self.secret:
            return False
        if shown := headers.get(HEADER):
            return _same(shown.encode(errors="replace"), self.secret.encode())
        told = headers.get("Authorization", "")
        return told.startswith(_BEARER) and self._is_signed(told.removeprefix(_BEARER))

    def _is_signed(self, token: str) -> bool:
        """HS256 only, whatever the token says of itself, and not for longer than it says."""
        signed, _, signature = token.rpartition(".")
        expected = hmac.new(self.secret.encode(), signed.encode(errors="replace"), hashlib.sha256)
        try:
            if not _same(_decoded(signature), expected.digest()):
                return False
            claims = json.loads(_decoded(signed.partition(".")[2]))
            return self.clock.now().timestamp() < float(claims["exp"])
        except (ValueError, TypeError, KeyError):
            return False


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _same(shown: bytes, expected: bytes) -> bool:
    return hmac.compare_digest(shown, expected)
