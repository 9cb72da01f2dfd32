"""Make a log line safe to keep: no secret, no phone number, no document, no payment code.

What is masked keeps just enough to recognise it by, for whoever looks for a client's message.
Where in doubt more is masked, not less: a line read by nobody harms nobody.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

GONE = "***"
_DEEPEST = 6
_HEAD, _TAIL = 4_000, 8_000  # letters kept of one value; a traceback's end says most
_KEPT_DIGITS = 4
_PHONE_DIGITS = 10  # fewer are no whole phone number in any of our countries

_GIVEAWAYS = (
    "access[-_]?token|api[-_]?key|app[-_]?secret|appsecret_proof|authorization|"
    "client_secret|cookie|credentials?|owner_code|passphrase|passw(?:or)?d|private_key|"
    "pwd|secret(?:[-_]?key|[-_]?token)?|session_id|signature(?:-256)?|token|verify[-_]?token"
)
_SECRET_FIELD = re.compile(rf"(?:.*[-_.])?(?:{_GIVEAWAYS})", re.IGNORECASE)
_A_MEASURE = re.compile(r"(?:.*_)?(?:bytes|ms|s|seconds)")  # as a whole number, never a phone
_A_NAME = re.compile(r"[a-z_.]{1,64}")  # an event, a channel, a key: nothing to look for

# Between two digits of one number: how people and programs group them, blanks nobody sees too.
_JOINT = r"[\s().\-\u00ad\u2010-\u2015\u2212/_\u00b7\u2022\u200b-\u200f\u2060\ufeff]{0,4}"


def _last_digits(found: re.Match[str]) -> str:
    """A day, a time or a UUID stays; of any other long number its end."""
    if found["day"] or found["uuid"]:
        return found[0]
    digits = "".join(letter for letter in found[0] if letter.isdigit())
    return GONE + digits[-_KEPT_DIGITS:]


@dataclass(frozen=True, slots=True)
class _Rule:
    """What to look for, where one of ``signs`` (in small letters) is there at all."""

    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    instead: str | Callable[[re.Match[str]], str]

    def apply(self, words: str) -> str:
        return self.pattern.sub(self.instead, words)


def _rule(signs: str, pattern: str, instead: str | Callable[[re.Match[str]], str]) -> _Rule:
    return _Rule(tuple(signs.split()), re.compile(pattern, re.IGNORECASE | re.DOTALL), instead)


_RULES = (
    # The code of a Pix payment: its key is somebody's document, phone or e-mail.
    _rule(
        "br.gov.bcb.pix",
        r"00020\d.{0,60}?br\.gov\.bcb\.pix.{0,600}?6304[0-9a-f]{4}",
        "<pix>",
    ),
    # postgresql://user:password@host, to the last @: a password may hold one too
    _rule("://", r"(?<=://)([^\s:@/]{0,100}):\S{0,500}@", rf"\1:{GONE}@"),
    _rule("bearer basic", r"\b(bearer|basic)\s+[\w.~+/=:-]+", rf"\1 {GONE}"),
    # Telegram's tokens, in its URLs right behind the word "bot"
    _rule(": %3a", r"\d{5,}(?::|%3a)[\w-]{20,}", GONE),
    _rule("eaa", r"\bEAA[0-9A-Z]{12,}", GONE),  # Meta's
    _rule("emdia_", r"\bemdia_[0-9a-z-]{20,}[\w-]*", GONE),  # ours, for the API
    _rule("gh", r"\b(?:gh[a-z]_|github_pat_)\w{16,}", GONE),  # GitHub's
    _rule("eyj", r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?", GONE),  # JSON web tokens
    _rule("age-secret-key-", r"\bAGE-SECRET-KEY-1[0-9A-Z]{16,}", GONE),
    _rule(
        "private key",
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)",
        GONE,
    ),
    _rule("sha256=", r"\bsha256=[0-9a-f]{16,}", f"sha256={GONE}"),
    # token=..., "access_token": "...", X-Api-Key: ...
    _rule(
        "= : %3d",
        rf"((?:{_GIVEAWAYS})\\?[\"']?\s*(?:=|:|%3d)\s*\\?[\"']?)(?!\*\*\*)[^\s\"'&,;)}}\]\\]+",
        rf"\1{GONE}",
    ),
    # WhatsApp's message ids hold the phone number, in base64, up front.
    _rule("wamid.", r"\bwamid\.[\w+/=-]{12,}([\w+/=-]{8})", rf"wamid.{GONE}\1"),
    _rule(
        "@ %40",
        r"([\w.%+-])[\w.%+-]{0,63}(?:@|%40)([\w-])[\w-]{0,62}(?:\.[\w-]{1,63})+",
        rf"\1{GONE}@\2{GONE}",
    ),
    _rule(
        "",
        r"(?P<day>(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)"
        r"(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,6})?)?)?(?!\d))"
        r"|(?P<uuid>(?<![\w-])[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![\w-]))"
        rf"|\d(?:{_JOINT}\d){{{_PHONE_DIGITS - 1},}}",
        _last_digits,
    ),
)


def mask(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A processor: every value of the event, however deep, masked."""
    return {str(name): _field(str(name), value, 0) for name, value in event.items()}


def masked(words: str) -> str:
    """Any text with what is secret or personal taken out of it."""
    if _A_NAME.fullmatch(words):
        return words
    if not words.isascii():
        # Half a character, out of somebody's broken phone, would break the line.
        words = words.encode("utf-8", "backslashreplace").decode()
    words = _shorter(words)
    small = words.lower()
    for rule in _RULES:
        if not rule.signs or any(sign in small for sign in rule.signs):
            words = rule.apply(words)
    return words


def _shorter(words: str) -> str:
    """The beginning and the end, cut at blanks: half a token would not be known for one."""
    if len(words) <= _HEAD + _TAIL:
        return words
    head = re.sub(r"\S+$", "", words[:_HEAD])
    tail = re.sub(r"^\S+", "", words[-_TAIL:])
    return f"{head}…{tail}"


def _field(name: str, value: object, depth: int) -> object:
    if _SECRET_FIELD.fullmatch(name) and value is not None:
        return GONE
    if isinstance(value, int) and _A_MEASURE.fullmatch(name):
        return value
    return _value(value, depth)


def _value(value: object, depth: int) -> object:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        # A phone number may come as a number; counts and ports are shorter.
        return value if abs(value) < 10 ** (_PHONE_DIGITS - 1) else masked(str(value))
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, bytes | bytearray):
        return masked(bytes(value).decode("utf-8", "backslashreplace"))
    if depth >= _DEEPEST:
        return "…"
    return _many(value, depth)


def _many(value: object, depth: int) -> object:
    if isinstance(value, Mapping):
        return {
            masked(str(name)): _field(str(name), inner, depth + 1) for name, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(inner, depth + 1) for inner in value]
    return masked(str(value))
