"""Plan reminders in bulk: fifty thousand due among a million charges.

``python -m benchmarks.planning URL MOMENT`` plans what is due in a street that stands.
"""

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.children import ask, main
from benchmarks.figures import Figure
from benchmarks.house import at_work
from benchmarks.streets import Street, build, morning
from bot.jobs.rounds import Rounds

CLIENTS, MONTHS, DUE = 100_000, 10, 50_000
GOAL_S = 10
_COPIED = 1000  # rows a statement of the baseline


async def measure(folder: Path, *, small: bool) -> list[Figure]:
    """The product's plan, beside only writing as many rows as it writes."""
    now = morning()
    url = f"sqlite:///{folder}/planning.sqlite3"
    share = 20 if small else 1
    await build(url, Street(CLIENTS // share, MONTHS, due_today=DUE // share), now)
    found = ask("planning", url, now.isoformat())
    assert found["planned"] == DUE // share, found
    ratio = found["seconds"] / found["bare_s"]
    return [
        Figure(
            f"planning: {CLIENTS * MONTHS // share:,} charges, {found['planned']:,} planned",
            f"{found['seconds']:.1f} s",
            f"{found['bare_s']:.1f} s: the same rows copied into bare tables",
            f"{ratio:.1f} times",
            f"under {GOAL_S} s",
            found["seconds"] < GOAL_S,
        )
    ]


async def plan_all(url: str, moment: str) -> dict[str, Any]:
    """Plan all that is due, as the tick does; then write the same rows without any question."""
    async with at_work(url, datetime.fromisoformat(moment)) as house:
        begun = time.perf_counter()
        planned = await Rounds(house.rooms).plan()
        seconds = time.perf_counter() - begun
        bare_s = await _copy(house.engines.writer)
    return {"planned": planned, "seconds": seconds, "bare_s": bare_s}


async def _copy(engine: Any) -> float:
    """What was written, written again: to tables that nobody asks and nothing leans on."""
    begun = time.perf_counter()
    async with engine.begin() as connection:
        for name in ("outbox", "notice_lines"):
            copy = f"CREATE TABLE bare_{name} AS SELECT * FROM {name}"  # noqa: S608 - two names
            await connection.execute(sa.text(copy))
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(plan_all, *sys.argv[1:])
