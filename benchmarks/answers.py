"""Answer in the chat: a list, a search, a card, the figures; with few clients and with very many.

``python -m benchmarks.answers URL MOMENT`` asks each of them again and again, as reception is
asked: one message, one transaction, the answer queued and committed.
"""

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.children import ask, main
from benchmarks.figures import Figure, at_percent
from benchmarks.house import Fresh, at_work
from benchmarks.streets import OWNER, Street, build, morning
from bot.composition.entrance import new_reception
from bot.domain.message import ChannelName, Incoming

FEW, MANY = 1_000, 1_000_000
GOAL_MS, GOAL_TIMES = 20, 2
TIMES = 60
_WARM = 5
_BEFORE_LAST = 14  # the last who is called Gabi Paes
QUESTIONS = {
    "list": "/clientes",
    "search, many found": "/buscar souza",
    "search, one found": "/buscar gabi paes {number}",
    "card": "/cliente gabi paes {number}",
    "due today": "/hoje",
    "overdue": "/vencidos",
    "home": "/inicio",
    "figures": "/numeros",
}


async def measure(folder: Path, *, small: bool) -> list[Figure]:
    """Few beside many."""
    now = morning()
    found = {}
    many = MANY // 20 if small else MANY
    for clients in (FEW, many):
        url = f"sqlite:///{folder}/answers-{clients}.sqlite3"
        await build(url, Street(clients, 2, due_today=clients // 50, late=clients // 20), now)
        found[clients] = ask("answers", url, now.isoformat(), clients)
    return [_figure(name, found[FEW][name], found[many][name], many) for name in QUESTIONS]


def _figure(name: str, few: dict[str, float], many: dict[str, float], clients: int) -> Figure:
    times = many["wall"] / few["wall"]
    return Figure(
        f"chat answer: {name}, {clients:,} clients",
        f"{many['wall']:.1f} ms (of it our CPU {many['cpu']:.1f})",
        f"{few['wall']:.1f} ms (CPU {few['cpu']:.1f}): with {FEW:,}",
        f"{times:.1f} times",
        f"under {GOAL_MS} ms with {FEW:,}, at most {GOAL_TIMES} times",
        few["wall"] < GOAL_MS and times <= GOAL_TIMES,
    )


async def answer(url: str, moment: str, clients: str) -> dict[str, Any]:
    """The 95th percentile of each, in milliseconds: of the clock and of our processor time."""
    now = datetime.fromisoformat(moment)
    found = {}
    async with at_work(url, now) as house:
        # Nothing kept: the store is measured, and what is kept by ``benchmarks.cache``.
        reception = new_reception(Fresh(house.engines, house.clock), house.premises)
        for name, words in QUESTIONS.items():
            wall, cpu = [], []
            for count in range(TIMES + _WARM):
                said = words.format(number=int(clients) - _BEFORE_LAST)
                message = Incoming(
                    ChannelName.TELEGRAM,
                    OWNER,
                    f"{name}{count}",
                    now + timedelta(seconds=count),
                    text=said,
                )
                begun, used = time.perf_counter(), time.process_time()
                await reception.answer(message)
                if count >= _WARM:
                    wall.append((time.perf_counter() - begun) * 1000)
                    cpu.append((time.process_time() - used) * 1000)
            found[name] = {"wall": at_percent(wall, 95), "cpu": at_percent(cpu, 95)}
    return found


if __name__ == "__main__":
    main(answer, *sys.argv[1:])
