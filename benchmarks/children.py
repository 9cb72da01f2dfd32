"""Measurements run in processes of their own, so that one leaves nothing behind for the next."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop

from bot.cli.collector import nothing_to_collect
from bot.telemetry import logs

ROOT = Path(__file__).parents[1]


def ask(module: str, *args: object, env: dict[str, str] | None = None) -> dict[str, Any]:
    """What ``python -m benchmarks.<module>`` says on its last line, as JSON."""
    done = subprocess.run(  # noqa: S603 - our own modules
        command(module, *args), cwd=ROOT, env=surroundings(env), stdout=subprocess.PIPE, check=True
    )
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


@contextmanager
def running(module: str, *args: object) -> Iterator[str]:
    """A module that serves until it is told to stop; the first line it says."""
    with subprocess.Popen(  # noqa: S603 - our own modules
        command(module, *args), cwd=ROOT, env=surroundings(), stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().decode().strip()
        finally:
            process.terminate()


def command(module: str, *args: object) -> list[str]:
    """How to start one of our modules."""
    return [sys.executable, "-m", f"benchmarks.{module}", *(str(arg) for arg in args)]


def surroundings(more: dict[str, str] | None = None) -> dict[str, str]:
    """No setting of the machine's own; only what a process needs to find its way."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), **(more or {})}


def main(deed: Callable[..., Coroutine[Any, Any, object]], *args: Any) -> None:
    """Run a deed on the loop on which the product runs, and say what it found."""
    with nothing_to_collect():  # what was imported stays, as it does in the program
        logs.set_up("WARNING")  # to stderr: stdout is for what was found
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(deed(*args))
    if found is not None:
        say(found)


def say(found: object) -> None:
    """One line of JSON for whoever asked."""
    say_line(json.dumps(found))


def say_line(words: str) -> None:
    """One line for whoever asked, at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
