"""Ports for servers that tests start."""

import random
import socket


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listening(port: int) -> bool:
    """Whether somebody answers there."""
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
    except OSError:
        return False
    return True


def lasting_port() -> int:
    """One that is still free after its server was away for a while.

    The system hands higher ones to whoever connects somewhere: to a courier that knocks on this
    very port while nobody listens, for one.
    """
    while listening(port := random.randint(20_000, 30_000)):  # noqa: S311 - any will do
        pass
    return port
