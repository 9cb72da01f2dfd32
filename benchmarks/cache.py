"""A day of an owner's looks and taps, with answers kept and without.

``python -m benchmarks.cache URL MOMENT kept|fresh`` plays ``a_day.txt`` through reception: one
message, one transaction, as the program does it.
"""

import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import sqlalchemy as sa

from benchmarks.children import ask, main
from benchmarks.figures import Figure, middle
from benchmarks.house import AtWork, Fresh, at_work
from benchmarks.streets import OWNER, ZONE, Street, build, morning
from bot.composition.desks import open_shop
from bot.composition.entrance import new_reception
from bot.domain.ids import ClientId, PersonId
from bot.domain.message import ChannelName, Incoming
from bot.domain.payment import Method
from bot.forms.payment import PaymentReceived
from bot.resilience.cache import Cache
from bot.storage.tables import clients
from bot.storage.unit_of_work import Units

CLIENTS = 1_000
GOAL = 0.7
DAY = Path(__file__).with_name("a_day.txt")
_COSTS = {"statements": "statements", "cpu": "CPU", "wall": "time"}
KEPT = ("memory", "redis", "waited")


async def measure(folder: Path, *, rounds: int) -> list[Figure]:
    """The same day on copies of one database, kept and fresh in turns."""
    now = morning()
    made = folder / "cache.sqlite3"
    street = Street(CLIENTS, 2, due_today=CLIENTS // 50, late=CLIENTS // 20)
    await build(f"sqlite:///{made}", street, now)
    told: dict[str, list[dict[str, Any]]] = {"kept": [], "fresh": []}
    for number in range(rounds):
        for how, days in told.items():
            copy = copyfile(made, folder / f"cache-{how}-{number}.sqlite3")
            days.append(ask("cache", f"sqlite:///{copy}", now.isoformat(), how))
    looks = told["kept"][0]["looks"]
    return [_share(looks), *_kinds(looks), _saved(told)]


def _share(looks: dict[str, dict[str, int]]) -> Figure:
    every: Counter[str] = Counter()
    for ends in looks.values():
        every.update(ends)
    share = sum(every[where] for where in KEPT) / every.total()
    return Figure(
        f"a day of admin use, {CLIENTS:,} clients",
        f"{share:.0%} of {every.total():,} looks answered from what was kept",
        f"{every['own']:,} looks at what the message itself had changed",
        f"{share:.2f}",
        f"above {GOAL}",
        share > GOAL,
    )


def _kinds(looks: dict[str, dict[str, int]]) -> list[Figure]:
    found = []
    for kind, ends in sorted(looks.items()):
        kept = sum(ends.get(where, 0) for where in KEPT)
        share = kept / sum(ends.values())
        of = f"{kept:,} of {sum(ends.values()):,}"
        found.append(Figure(f"... of it {kind}", of, "", f"{share:.2f}"))
    return found


def _saved(told: dict[str, list[dict[str, Any]]]) -> Figure:
    kept, fresh = (
        {what: middle([day[what] for day in told[how]]) for what in _COSTS}
        for how in ("kept", "fresh")
    )
    ratios = ", ".join(f"{name} {kept[what] / fresh[what]:.2f}" for what, name in _COSTS.items())
    return Figure("... what it costs", _costs(kept), f"{_costs(fresh)}: nothing kept", ratios)


def _costs(day: dict[str, float]) -> str:
    return f"{day['statements']:,.0f} statements, CPU {day['cpu']:.2f} s, {day['wall']:.2f} s"


async def play(url: str, moment: str, how: str) -> dict[str, Any]:
    """The day, line by line; where each look ended, by kind, and what it took."""
    looks: Counter[tuple[str, str]] = Counter()
    statements: Counter[str] = Counter()
    async with at_work(url, datetime.fromisoformat(moment)) as house:
        cache = Cache(house.clock, count=lambda kind, where: looks.update([(kind, where)]))
        units = (Fresh if how == "fresh" else Units)(house.engines, house.clock, cache)
        sa.event.listen(
            house.engines.writer.sync_engine,
            "before_cursor_execute",
            lambda *_about: statements.update(["all"]),
        )
        reception = new_reception(units, house.premises)
        begun, used = time.perf_counter(), time.process_time()
        for number, line in enumerate(DAY.read_text(encoding="utf-8").splitlines()):
            if line.startswith("#"):
                continue
            _move_to(house, line[:5], back=not looks)
            if line[6] == "*":
                await _meanwhile(units, house, line[8:])
                continue
            now = house.clock.now()
            said = Incoming(ChannelName.TELEGRAM, OWNER, str(number), now, text=line[6:])
            await reception.answer(said)
        wall, cpu = time.perf_counter() - begun, time.process_time() - used
    by_kind: dict[str, dict[str, int]] = {}
    for (kind, where), count in looks.items():
        by_kind.setdefault(kind, {})[where] = count
    return {"looks": by_kind, "statements": statements["all"], "wall": wall, "cpu": cpu}


def _move_to(house: AtWork, hour: str, *, back: bool) -> None:
    """To the day's hour; later lines of one minute follow each other as fast as they go."""
    hours, minutes = (int(part) for part in hour.split(":"))
    now = house.clock.now()
    then = now.astimezone(ZONE).replace(hour=hours, minute=minutes, second=0, microsecond=0)
    house.clock.offset += then - now if back or then > now else timedelta()


async def _meanwhile(units: Units, house: AtWork, what: str) -> None:
    """What others did: each through the product's own service."""
    deed, _, name = what.partition(" ")
    async with units.write() as unit:
        shop = await open_shop(unit, house.premises)
        if deed == "charge":
            await shop.charges.open_due()
            return
        found = (
            await unit.connection.execute(
                sa.select(clients.c.id, clients.c.person_id).where(clients.c.name_key == name)
            )
        ).one()
        client = ClientId(found.id)
        if deed == "claims":
            await shop.claims.make(client, said="", file_id=None)
            return
        card = await shop.clients.card(client)
        today = shop.calendar.today(house.clock.now())
        paid = PaymentReceived(client=client, amount=card.owed, paid_on=today, method=Method.PIX)
        await shop.payments.record(paid, by=PersonId(found.person_id), once=what)


if __name__ == "__main__":
    main(play, *sys.argv[1:])
