"""``python -m tests.support.fuzz``: schemathesis asks a living house whatever its description
allows and forbids; it must find no failure of ours and no answer that is not described.

It stands apart from the tests: it needs the extra ``fuzz`` (or ``EMDIA_FUZZER``, the path of an
``st`` elsewhere), and takes as long as it is told, 60 seconds if it is not.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from unittest import mock

from bot.resilience.limiter import Rate, WindowLimiter
from bot.storage.migrate import upgrade
from bot.telemetry import logs
from tests.support.program import a_token
from tests.support.shop_list import a_shop_list
from tests.support.town import a_town

# A rule of the house (no such plan, a phone that is somebody's) is more than a shape can say.
_SETTINGS = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "403", "404", "409", "413", "415", "422", "429"]
"""
_CHECKS = "--checks=all"


async def fuzz(seconds: int) -> int:
    """Move in, bring clients in, let it ask; the fuzzer's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "schemathesis.toml").write_text(_SETTINGS)
        database = f"sqlite+aiosqlite:///{folder}/fuzz.sqlite3"
        await upgrade(database)
        async with a_town(database) as town:
            owner = await town.moves_in()
            owner.uploads(a_shop_list(town.today.date()), "clientes.csv", "text/csv")
            await town.sees(owner)
            await town.taps(owner, "✅ Importar")
            url = f"http://127.0.0.1:{town.house.port}/openapi.json"
            header = f"Authorization: Bearer {await a_token(town)}"
            asked = ("run", url, "-H", header, _CHECKS, f"--max-time={seconds}")
            fuzzer = await asyncio.create_subprocess_exec(_fuzzer(), *asked, cwd=folder)
            return await fuzzer.wait()


def _fuzzer() -> str:
    return os.environ.get("EMDIA_FUZZER") or str(Path(sys.executable).with_name("st"))


async def _free(_limiter: WindowLimiter, _rate: Rate, _who: str) -> float:
    """It asks a thousand times a minute; the limits are tested elsewhere."""
    return 0.0


if __name__ == "__main__":
    logs.set_up("ERROR", "console")
    with mock.patch.multiple(WindowLimiter, hit=_free, wait=_free):
        sys.exit(asyncio.run(fuzz(int(sys.argv[1]) if len(sys.argv) > 1 else 60)))
