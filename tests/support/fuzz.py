"""``python -m tests.support.fuzz 60 postgres``: whatever the API's description allows and forbids.

schemathesis asks a living house for so many seconds, over ``sqlite`` or ``postgres``; it must find
no failure of ours and no answer that is not described. It stands apart from the tests: it needs
the extra ``fuzz``, or the path of an ``st`` elsewhere in ``EMDIA_FUZZER``.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from bot.resilience.limiter import OwnLimiter, Rate
from bot.storage.migrate import upgrade
from bot.telemetry import logs
from tests.support.postgres import running_postgres
from tests.support.program import a_token
from tests.support.shop_list import a_shop_list
from tests.support.town import a_town

# A rule of the house (no such plan, a phone that is somebody's) is more than a shape can say.
_SETTINGS = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "403", "404", "409", "413", "415", "422", "429"]
"""
_CHECKS = "--checks=all"


async def fuzz(seconds: int, kind: str) -> int:
    """Move in, bring clients in, let it ask; the fuzzer's exit code."""
    with tempfile.TemporaryDirectory() as folder, _database(kind, folder) as database:
        (Path(folder) / "schemathesis.toml").write_text(_SETTINGS)
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


@contextmanager
def _database(kind: str, folder: str) -> Iterator[str]:
    if kind == "postgres":
        with running_postgres() as url:
            yield url
    else:
        yield f"sqlite+aiosqlite:///{folder}/fuzz.sqlite3"


def _fuzzer() -> str:
    return os.environ.get("EMDIA_FUZZER") or str(Path(sys.executable).with_name("st"))


async def _free(_limiter: OwnLimiter, _rate: Rate, _who: str) -> float:
    """It asks a thousand times a minute; the limits are tested elsewhere."""
    return 0.0


def _main(seconds: str = "60", kind: str = "sqlite") -> int:
    logs.set_up("ERROR", "console")
    with mock.patch.multiple(OwnLimiter, hit=_free, wait=_free):
        return asyncio.run(fuzz(int(seconds), kind))


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
