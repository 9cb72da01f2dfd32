"""Codes that let somebody in: easy to read, hard to guess; only their hashes are kept."""

import hashlib
import hmac
import secrets

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike when read from a screen
_LENGTH = 10  # 49 bits: not to be guessed over a chat


def new_code() -> str:
    """A code that is easy to read and hard to guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def code_from(secret: str) -> str:
    """The same code for whoever holds the same secret: several processes show one and the same."""
    number = int.from_bytes(hmac.digest(secret.encode(), b"the owner's first code", "sha256"))
    letters = []
    for _ in range(_LENGTH):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(letters)


def code_in(text: str) -> str:
    """The code of ``/start CODE``, or of a message that is nothing else; empty if there is none."""
    words = text.split()
    if words and words[0].casefold() in {"/start", "start"}:
        words = words[1:]
    return words[0].casefold() if len(words) == 1 else ""


def looks_made(code: str) -> bool:
    """Whether it may be one of ``new_code``: an owner's first one may be anything."""
    return len(code) == _LENGTH and set(code) <= set(_LETTERS)


def hash_of(code: str) -> str:
    """What is kept of it."""
    # Long random codes need no slow hash, and a short-lived one least of all.
    return hashlib.sha256(code.casefold().encode()).hexdigest()
