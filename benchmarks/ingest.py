"""Take webhooks in: proof, durable record, 200; beside a handler that only reads the body.

``python -m benchmarks.ingest ours URL`` serves what ``emdia run --only web`` serves, and
``... bare`` the least that answers; both say where.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from aiohttp import web

from benchmarks.children import ask, main, running, say_line
from benchmarks.figures import Figure, middle
from benchmarks.house import at_work
from benchmarks.servers import PostgresServer
from benchmarks.streets import Street, build, morning
from bot.composition.house import House
from bot.storage.engine import make_engines
from bot.storage.tables import inbox_raw

GOAL = 0.45
SECONDS, WARM_S = 4, 1
_LITTLE = Street(10)


async def measure(folder: Path, server: PostgresServer, *, rounds: int) -> list[Figure]:
    """Bare, SQLite, PostgreSQL, one after the other, round after round."""
    urls = {
        "SQLite": f"sqlite:///{folder}/ingest.sqlite3",
        "PostgreSQL": await server.fresh("ingest"),
    }
    for url in urls.values():
        await build(url, _LITTLE, morning())
    speeds: dict[str, list[float]] = {"bare": [], "SQLite": [], "PostgreSQL": []}
    for _ in range(rounds):
        speeds["bare"].append(_knock("bare")[0])
        for name, url in urls.items():
            before = await _kept(url)
            speed, good = _knock("ours", url)
            assert await _kept(url) - before == good, "a 200 that was not kept"
            speeds[name].append(speed)
    return [
        Figure(
            f"webhook ingest, {name}",
            f"{middle(speeds[name]):,.0f}/s",
            f"{middle(speeds['bare']):,.0f}/s: reads the body, answers",
            f"{ratio:.2f}",
            f"at least {GOAL}",
            ratio >= GOAL,
        )
        for name in urls
        for ratio in [middle([a / b for a, b in zip(speeds[name], speeds["bare"], strict=True)])]
    ]


def _knock(*what: str) -> tuple[float, int]:
    with running("ingest", *what) as url:
        warm = ask("hammer", url, WARM_S)
        found = ask("hammer", url, SECONDS)
    assert not found["bad"], found
    return found["a_second"], warm["good"] + found["good"]


async def _kept(url: str) -> int:
    engines = make_engines(url)
    try:
        async with engines.reader.connect() as connection:
            count = sa.select(sa.func.count()).select_from(inbox_raw)
            return int((await connection.execute(count)).scalar_one())
    finally:
        await engines.dispose()


async def ours(url: str) -> None:
    """The house, taking in only."""
    async with at_work(url, datetime.now(UTC), "http://127.0.0.1:9") as parts:
        settings = parts.settings.model_copy(update={"port": 0})
        house = House(settings, parts.clock)
        await house.open(worker=False)
        say_line(f"http://127.0.0.1:{house.port}/webhooks/whatsapp")
        await asyncio.Event().wait()


async def bare() -> None:
    """Read the body, answer."""

    async def handle(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    app = web.Application()
    app.router.add_post("/webhooks/whatsapp", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    say_line(f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/whatsapp")
    await asyncio.Event().wait()


if __name__ == "__main__":
    main(ours if sys.argv[1] == "ours" else bare, *sys.argv[2:])
