"""Where a piece of work began, carried along to all it causes: log lines, the record of deeds."""

import secrets
import string
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import structlog

_LENGTH = 12
_LETTERS = string.ascii_lowercase * 10  # any byte as a letter
_AS_LETTERS = {byte: _LETTERS[byte] for byte in range(256)}


@dataclass(frozen=True, slots=True)
class Origin:
    """``where`` is a chat, ``api``, ``cli`` or ``job``; ``request_id`` tells one from another."""

    where: str = ""
    request_id: str = ""


_ORIGIN: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 - it is frozen


def new_request_id() -> str:
    """Letters only: a digit in it might be taken for part of a phone, and masked."""
    return secrets.token_bytes(_LENGTH).decode("latin-1").translate(_AS_LETTERS)


def origin() -> Origin:
    """Where what is going on now began."""
    return _ORIGIN.get()


@contextmanager
def begun(where: str, request_id: str = "") -> Iterator[Origin]:
    """Let everything inside be known to have begun here; each log line says by which request."""
    here = Origin(where, request_id or new_request_id())
    before = _ORIGIN.set(here)
    with structlog.contextvars.bound_contextvars(request_id=here.request_id):
        try:
            yield here
        finally:
            _ORIGIN.reset(before)
