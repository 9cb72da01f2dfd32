"""Start, and sit idle: beside a process that only imported the same packages."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil

from benchmarks.children import surroundings
from benchmarks.figures import Figure, middle
from benchmarks.streets import Street, build, morning
from tests.support.ports import free_port
from tests.support.waiting import until_now

START_GOAL, MEMORY_GOAL_MB = 1.3, 60
IDLE_CLIENTS = 100_000
_SETTLED_S = 8
_OURS = ("bot", "__main__")
_MB = 1024 * 1024


async def measure(folder: Path, *, rounds: int, small: bool) -> list[Figure]:
    """The start with a small house, the memory with a large one."""
    names = folder / "packages"
    little, large = folder / "little.sqlite3", folder / "large.sqlite3"
    clients = IDLE_CLIENTS // 20 if small else IDLE_CLIENTS
    await build(f"sqlite:///{little}", Street(10), morning())
    await build(f"sqlite:///{large}", Street(clients, 2), morning())
    _list_packages(little, names)
    starts = [(_start(little)[0], _only(names)[0]) for _ in range(rounds)]
    ours_s, only_s = (middle(side) for side in zip(*starts, strict=True))
    ratio = middle([ours / only for ours, only in starts])
    held, least = _start(large, idle=True)[1], _only(names)[1]
    return [
        Figure(
            "cold start to ready",
            f"{ours_s:.2f} s",
            f"{only_s:.2f} s: importing the same packages",
            f"{ratio:.2f} times",
            f"at most {START_GOAL} times",
            ratio <= START_GOAL,
        ),
        Figure(
            f"memory, idle with {clients:,} clients",
            f"{held:.0f} MB",
            f"{least:.0f} MB: the same packages, imported",
            f"{held - least:.0f} MB more",
            f"at most {MEMORY_GOAL_MB} MB more",
            held - least <= MEMORY_GOAL_MB,
        ),
    ]


def _start(database: Path, *, idle: bool = False) -> tuple[float, float]:
    """Seconds until ``emdia run`` is ready; megabytes it holds then, or once it sits idle."""
    begun = time.perf_counter()
    with _program(database) as process:
        seconds = time.perf_counter() - begun
        if idle:
            time.sleep(_SETTLED_S)
        return seconds, psutil.Process(process.pid).memory_info().rss / _MB


def _list_packages(database: Path, names: Path) -> None:
    """Every module that is not ours and that the program has imported once it is ready."""
    told = names.with_suffix(".told")
    with told.open("wb") as stderr, _program(database, "-X", "importtime", stderr=stderr):
        pass
    modules = (
        line.rpartition("|")[2].strip()
        for line in told.read_text(errors="replace").splitlines()
        if line.startswith("import time:") and "imported package" not in line
    )
    names.write_text("\n".join(name for name in modules if name.split(".")[0] not in _OURS))


@contextmanager
def _program(
    database: Path, *options: str, stderr: IO[bytes] | int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """``emdia run``, once it is ready."""
    port = free_port()
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, *options, "-m", "bot", "run"],
        cwd=database.parent,
        env=surroundings(_settings(database, port)),
        stdout=subprocess.DEVNULL,
        stderr=stderr,
    ) as process:
        try:
            until_now(lambda: _is_ready(port), within=60)
            yield process
        finally:
            process.terminate()


def _only(names: Path) -> tuple[float, float]:
    """Seconds until the same packages are there, and megabytes held then."""
    begun = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, str(Path(__file__).with_name("only_imports.py")), str(names)],
        env=surroundings(),
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        seconds = time.perf_counter() - begun
        held = psutil.Process(process.pid).memory_info().rss / _MB
        process.terminate()
    return seconds, held


def _settings(database: Path, port: int) -> dict[str, str]:
    return {
        "EMDIA_DATABASE_URL": f"sqlite:///{database}",
        "EMDIA_DATA_DIR": str(database.parent / "data"),
        "EMDIA_PORT": str(port),
        "EMDIA_TELEGRAM_TOKEN": "123456:AAAAAAAAAAAAAAAA",
        "EMDIA_TELEGRAM_API_URL": "http://127.0.0.1:9",
        "EMDIA_WHATSAPP_API_URL": "http://127.0.0.1:9",
        "EMDIA_WHATSAPP_TOKEN": "token",
        "EMDIA_WHATSAPP_PHONE_NUMBER_ID": "1",
        "EMDIA_WHATSAPP_BUSINESS_ACCOUNT_ID": "2",
        "EMDIA_WHATSAPP_APP_SECRET": "secret",
        "EMDIA_WHATSAPP_VERIFY_TOKEN": "verify",
    }


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 - as it is written everywhere
    except (urllib.error.URLError, OSError):
        return False
