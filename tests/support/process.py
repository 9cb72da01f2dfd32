"""The program as its operator starts it: a process of its own, killed, stopped and begun anew."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.sandbox import Sandbox
from tests.support.boxes import (
    ACCOUNT_ID,
    APP_SECRET,
    PHONE_ID,
    TELEGRAM_TOKEN,
    VERIFY_TOKEN,
    WHATSAPP_TOKEN,
)
from tests.support.ports import lasting_port
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
READY_WITHIN_S = 60


class Program:
    """``python -m bot run`` against a box, always at the same address.

    ``settings`` are the operator's; those that lead to the box are filled in. ``part`` is the
    half of the house that it opens: web or worker; both, if empty.
    """

    def __init__(
        self, box: Sandbox, folder: Path, database_url: str, part: str = "", **settings: str
    ) -> None:
        self.part = part
        folder.mkdir(exist_ok=True)
        self.port = lasting_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self._folder = folder
        told = {
            "database_url": database_url,
            "data_dir": str(folder / "data"),
            "port": str(self.port),
            "log_format": "json",
            "clock_url": box.clock_url,
            "telegram_token": TELEGRAM_TOKEN,
            "telegram_api_url": box.telegram_api_url,
            "whatsapp_api_url": box.whatsapp_api_url,
            "whatsapp_token": WHATSAPP_TOKEN,
            "whatsapp_phone_number_id": PHONE_ID,
            "whatsapp_business_account_id": ACCOUNT_ID,
            "whatsapp_app_secret": APP_SECRET,
            "whatsapp_verify_token": VERIFY_TOKEN,
        }
        # Nothing of the machine's own settings: only what a process needs to find its way.
        self._env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | {
            f"EMDIA_{name.upper()}": value for name, value in (told | settings).items()
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Begin, and return once it takes work in."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                *(("--only", self.part) if self.part else ()),
                env=self._env,
                cwd=self._folder,  # away from any .env of the developer's
                stdout=log,
                stderr=log,
            )
        async with aiohttp.ClientSession() as session:
            await until(lambda: self._is_ready(session), within=READY_WITHIN_S)

    async def kill(self) -> None:
        """As the power cut or the kernel does it: no farewell."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """As systemd and Docker ask for it; the exit code, within the ten seconds they allow."""
        return await self._end(signal.SIGTERM)

    @property
    def told(self) -> str:
        """Everything it has said so far, over all its lives."""
        return self.log.read_text(errors="replace")

    async def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(how)
        try:
            async with asyncio.timeout(10):
                return await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise AssertionError(f"it went on after {how.name}; it said:\n{self.told}") from None

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, f"it ended by itself; it said:\n{self.told}"
        if self.part == "worker":
            return "worker.started" in self.told  # it answers nobody
        try:
            async with session.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False


@asynccontextmanager
async def a_program(
    box: Sandbox, folder: Path, database_url: str, part: str = "", **settings: str
) -> AsyncIterator[Program]:
    """One that is not started yet, and is gone afterwards whatever happened."""
    program = Program(box, folder, database_url, part, **settings)
    if part != "worker":
        box.set_webhook(f"{program.url}/webhooks/whatsapp")
    try:
        yield program
    finally:
        await program.kill()
