"""What a program with a token may do; each kind of deed is granted by itself."""

from enum import StrEnum


class Scope(StrEnum):
    """The value is stored."""

    READ = "read"  # look
    WRITE = "write"  # change clients, record payments
    SEND = "send"  # let messages leave
