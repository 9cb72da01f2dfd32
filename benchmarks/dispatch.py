"""Send reminders: the real worker beside a loop that only posts.

``python -m benchmarks.dispatch ours URL MOMENT PROVIDER`` sends all that waits in a street;
``... bare PROVIDER COUNT`` posts as many messages of the same size and does nothing else.
"""

import asyncio
import shutil
import sys
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import sqlalchemy as sa

from benchmarks.children import ask, main, running
from benchmarks.figures import Figure, middle
from benchmarks.house import at_work
from benchmarks.planning import plan_all
from benchmarks.servers import PostgresServer
from benchmarks.streets import Street, build, morning
from bot.composition.chats import Sender
from bot.composition.whatsapp import WhatsAppChat
from bot.composition.work import new_worker
from bot.domain.delivery import Outcome
from bot.domain.message import ChannelName, Parcel
from bot.jobs.crew import OneProcess, OnlyOne
from bot.jobs.line import IN_FLIGHT
from bot.storage.tables import attempts, outbox
from tests.support.waiting import until

MESSAGES = 2000
WARM = 200  # before the measuring begins: connections opened, statements compiled
DELAY_MS = 30
GOAL = 0.85
PATIENCE_S = 120


async def measure(folder: Path, server: PostgresServer, *, rounds: int) -> list[Figure]:
    """Round after round: bare, SQLite, PostgreSQL, one after the other."""
    now = morning()
    made = folder / "dispatch.sqlite3"
    await build(f"sqlite:///{made}", Street(MESSAGES + WARM, due_today=MESSAGES + WARM), now)
    await plan_all(f"sqlite:///{made}", now.isoformat())
    template = await server.fresh("dispatch")
    await build(template, Street(MESSAGES + WARM, due_today=MESSAGES + WARM), now)
    await plan_all(template, now.isoformat())
    times: dict[str, list[float]] = {"bare": [], "SQLite": [], "PostgreSQL": []}
    used: dict[str, list[float]] = {"bare": [], "SQLite": [], "PostgreSQL": []}
    with running("provider", DELAY_MS) as provider:
        for number in range(rounds):
            copy = shutil.copyfile(made, folder / f"dispatch-{number}.sqlite3")
            where = {
                "bare": ("bare", provider),
                "SQLite": ("ours", f"sqlite:///{copy}", now.isoformat(), provider),
                "PostgreSQL": (
                    "ours",
                    await server.copy("dispatch", f"dispatch_{number}"),
                    now.isoformat(),
                    provider,
                ),
            }
            for name, args in where.items():
                found = ask("dispatch", *args)
                assert found["sent"] == MESSAGES + WARM, found
                times[name].append(found["seconds"])
                used[name].append(found["cpu"])
    return [_figure(name, times, used) for name in ("SQLite", "PostgreSQL")]


def _figure(name: str, times: dict[str, list[float]], used: dict[str, list[float]]) -> Figure:
    ratios = [bare / ours for bare, ours in zip(times["bare"], times[name], strict=True)]

    def told(whose: str) -> str:
        a_thousand = middle(used[whose]) * 1000 / MESSAGES
        return f"{MESSAGES / middle(times[whose]):,.0f}/s, CPU {a_thousand:.2f} s a 1,000"

    return Figure(
        f"dispatch of {MESSAGES:,}, {DELAY_MS} ms away, {name}",
        told(name),
        f"{told('bare')}: bare posts",
        f"{middle(ratios):.2f}",
        f"at least {GOAL}",
        middle(ratios) >= GOAL,
    )


async def ours(url: str, moment: str, provider: str) -> dict[str, Any]:
    """From the first claim until the last acceptance is on the disk."""
    async with at_work(url, datetime.fromisoformat(moment), provider) as house:
        chat = WhatsAppChat(house.settings, house.premises.words, house.clock).chat(_no_trouble)
        sender = Counting(chat.sender)
        worker = new_worker(
            house.rooms,
            house.premises,
            [replace(chat, sender=sender)],
            house.settings,
            OneProcess(),
            None,
            OnlyOne(),
        )
        working = asyncio.create_task(worker.run())
        await sender.stopwatch.started.wait()

        async def finished() -> bool:
            return sender.sent >= MESSAGES + WARM and not await _unfinished(house.engines.reader)

        await until(finished, PATIENCE_S)
        found = sender.stopwatch.read()
        worker.stop()
        await working
        await chat.close()
        return {**found, "sent": await _accepted(house.engines.reader)}


class Stopwatch:
    """Runs from the end of the warm-up on: seconds, and seconds of the processor."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self._begun = self._used = 0.0

    def start_after(self, sent: int) -> None:
        """Begin, if this was the last one to warm up with."""
        if sent == WARM:
            self._begun, self._used = time.perf_counter(), time.process_time()
            self.started.set()

    def read(self) -> dict[str, Any]:
        """How long it took so far."""
        used = time.process_time() - self._used
        return {"seconds": time.perf_counter() - self._begun, "cpu": used}


class Counting:
    """Counts on the way, so that the store need not be asked again and again."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self.sent = 0
        self.stopwatch = Stopwatch()

    async def send(self, parcel: Parcel) -> Outcome:
        """Send one."""
        outcome = await self._sender.send(parcel)
        self.sent += 1
        self.stopwatch.start_after(self.sent)
        return outcome


async def bare(provider: str) -> dict[str, Any]:
    """As many posts of the same bytes, as many at once, and their answers read."""
    url = f"{provider}/v25.0/1/messages"
    body = orjson.dumps(_LIKE_OURS)
    headers = {"Authorization": "Bearer token", "Content-Type": "application/json"}
    left = iter(range(MESSAGES + WARM))
    sent: list[str] = []
    stopwatch = Stopwatch()
    async with aiohttp.ClientSession() as session:

        async def post() -> None:
            for _ in left:
                async with session.post(url, data=body, headers=headers) as answer:
                    sent.append(orjson.loads(await answer.read())["messages"][0]["id"])
                stopwatch.start_after(len(sent))

        await asyncio.gather(*(post() for _ in range(IN_FLIGHT)))
        found = stopwatch.read()
    return {**found, "sent": len(set(sent))}


async def _unfinished(engine: Any) -> bool:
    states = sa.text("state IN ('waiting', 'claimed', 'sending', 'uncertain')")
    async with engine.connect() as connection:
        query = sa.select(outbox.c.id).where(states).limit(1)
        return (await connection.execute(query)).first() is not None


async def _accepted(engine: Any) -> int:
    """Accepted, each once and with its line in the diary."""
    async with engine.connect() as connection:
        query = (
            sa.select(outbox.c.provider_id)
            .distinct()
            .join(attempts, attempts.c.outbox_id == outbox.c.id)
            .where(outbox.c.state == "accepted", attempts.c.what == "accepted")
        )
        return len((await connection.execute(query)).all())


async def _no_trouble(channel: ChannelName, reason: str) -> None:
    raise AssertionError(f"{channel}: {reason}")


_TEXTS = {"name": "Ana Souza", "business": "Academia Boa Forma", "amount": "R$ 49,90", "due": "10"}
_LIKE_OURS = {
    "messaging_product": "whatsapp",
    "recipient_type": "individual",
    "to": "+5527900000001",
    "biz_opaque_callback_data": "0123456789ab.1001",
    "type": "template",
    "template": {
        "name": "emdia_reminder_today",
        "language": {"code": "pt_BR"},
        "components": [
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "parameter_name": name, "text": text}
                    for name, text in _TEXTS.items()
                ],
            },
            *(
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": str(place),
                    "parameters": [{"type": "payload", "payload": "0123456789abcdef"}],
                }
                for place in range(3)
            ),
        ],
    },
}

if __name__ == "__main__":
    main(ours if sys.argv[1] == "ours" else bare, *sys.argv[2:])
