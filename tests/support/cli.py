"""The program as typed into a shell: a process of its own, or the same commands in this one."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.config import PREFIX, Settings
from bot.telemetry import logs

ROOT = Path(__file__).parents[2]


def environment(**settings: str) -> dict[str, str]:
    """Only what a process needs, and these settings."""
    told = {f"{PREFIX}{name.upper()}": value for name, value in settings.items()}
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | told


@dataclass(frozen=True)
class Ended:
    """A process that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it answered to a program."""
        return json.loads(self.out)


async def emdia(folder: Path, *words: str, typed: str = "", **settings: str) -> Ended:
    """``emdia ...`` in a folder, to its end; ``typed`` is piped into it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        env=environment(**settings),
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            out, err = await process.communicate(typed.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


@dataclass
class Shell:
    """The commands in this process, in a folder of the test's own, quick and measured."""

    folder: Path
    patch: pytest.MonkeyPatch
    runner: CliRunner = field(default_factory=CliRunner)

    def __post_init__(self) -> None:
        self.patch.chdir(self.folder)
        for name in Settings.model_fields:
            self.patch.delenv(PREFIX + name.upper(), raising=False)
        self.patch.setattr(logs, "set_up", lambda *_: None)  # the test run's own stays as it is

    def set(self, **settings: str) -> None:
        """Settings of the environment."""
        for name, value in settings.items():
            self.patch.setenv(PREFIX + name.upper(), value)

    def run(self, *words: str, typed: str = "") -> Result:
        """``emdia ...``, to its end."""
        return self.runner.invoke(app, list(words), input=typed)

    async def run_beside(self, *words: str, typed: str = "") -> Result:
        """The same while a box in this loop answers it."""
        return await asyncio.to_thread(self.run, *words, typed=typed)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, monkeypatch)
