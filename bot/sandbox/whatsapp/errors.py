"""What the Cloud API refuses, in its own words and numbers."""

import hashlib
from typing import Any

_STATUS = {0: 401, 2: 503, 10: 403, 190: 401, 131000: 500, 131016: 500, 131031: 403}
_STATUS |= {131045: 500, 131057: 500, 132001: 404, 133004: 503}
TITLES = {
    4: "Application request limit reached",
    33: "Parameter value is not valid",
    100: "Invalid parameter",
    190: "Invalid OAuth access token",
    130429: "Rate limit hit",
    131000: "Something went wrong",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131016: "Service unavailable",
    131026: "Message undeliverable",
    131042: "Business eligibility payment issue",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "Message not delivered to maintain healthy ecosystem engagement",
    131050: "User has stopped marketing messages",
    131051: "Unsupported message type",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132005: "Translated text too long",
    132012: "Parameter format does not match format in the created template",
    132015: "Template is paused",
    132016: "Template is disabled",
    134011: "Payments terms not accepted",
    132018: "There was an issue with the parameters in your template",
}


class GraphError(Exception):
    """An answer with an ``error`` object."""

    def __init__(
        self, code: int, details: str = "", *, status: int | None = None, subcode: int | None = None
    ) -> None:
        super().__init__(f"({code}) {details}")
        self.code = code
        self.details = details
        self.status = status or _STATUS.get(code, 400)
        self.subcode = subcode

    def body(self) -> dict[str, Any]:
        """The answer's body."""
        trace = hashlib.sha256(f"{self.code}{self.details}".encode()).hexdigest()[:16]
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {title(self.code)}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": f"A{trace}",
        }
        if self.subcode:
            error |= {"error_subcode": self.subcode, "error_user_msg": self.details}
        return {"error": error}


def title(code: int) -> str:
    """The few words that go with a number."""
    return TITLES.get(code, "An error")


def missing(name: str) -> GraphError:
    """Something that must be there is not."""
    return GraphError(131008, f"{name} is required")


def invalid(details: str) -> GraphError:
    """Something does not fit the rules."""
    return GraphError(131009, details)


def bad_parameter(details: str, subcode: int | None = None) -> GraphError:
    """The general no."""
    return GraphError(100, details, subcode=subcode)


def status_error(code: int, details: str) -> dict[str, Any]:
    """The same, as it stands in a failed status."""
    return {
        "code": code,
        "title": title(code),
        "message": title(code),
        "error_data": {"details": details or title(code)},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    }
