"""The demo: its business adds up on any day, and its process comes and goes without a trace."""

import asyncio
import base64
import os
import signal
import sys
import threading
import urllib.request
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from bot.cli.app import app
from bot.composition.demo.cast import CAST, OWNER_ID
from bot.composition.demo.show import LANGUAGES, Show, opening
from bot.composition.desks import open_shop
from bot.domain.calendar import DEFAULT_HOURS, Calendar
from bot.domain.charge import Standing
from bot.domain.delivery import UNFINISHED
from bot.services.figures import Numbers
from bot.services.holidays import national_holidays
from bot.storage.tables import allocations, charges, outbox, payments
from tests.support.ports import free_port, listening
from tests.support.waiting import until, until_now

ZONE = ZoneInfo("America/Sao_Paulo")
CALENDAR = Calendar(ZONE, DEFAULT_HOURS, national_holidays("BR"))
WORKDAY = datetime(2027, 5, 20, 14, tzinfo=ZONE)
END_OF_FEBRUARY = datetime(2028, 2, 29, 11, tzinfo=ZONE)

pytestmark = pytest.mark.timeout(180)


@asynccontextmanager
async def shown(show: Show, port: int = 0) -> AsyncIterator[Show]:
    try:
        await show.open(port)
        yield show
    finally:
        await show.close()


async def numbers_of(show: Show) -> Numbers:
    async with show.house.units.read() as unit:
        return await (await open_shop(unit, show.house.premises)).stats.numbers()


@pytest.mark.parametrize("at", [WORKDAY, END_OF_FEBRUARY], ids=str)
async def test_the_business_has_something_to_say_about_everything(
    at: datetime, tmp_path: Path
) -> None:
    async with shown(Show(tmp_path, at=at)) as show:
        numbers = await numbers_of(show)
        assert all(numbers.ages)
        assert numbers.active_clients == sum(not member.ended for member in CAST)
        assert all(month.received and month.expected for month in numbers.months)
        # At the end of a month, those of the days that it lacks are due today as well.
        assert numbers.due_today.number >= sum(member.due == 0 for member in CAST)
        assert numbers.soon.number > 5
        reminders = numbers.reminders
        assert reminders.sent > reminders.delivered > reminders.read > 20
        assert reminders.failed == 1
        assert numbers.rate is not None
        assert 50 < numbers.rate < 95
        await everything_adds_up(show)
        await everything_is_told(show)


async def everything_adds_up(show: Show) -> None:
    given = sa.func.coalesce(sa.func.sum(allocations.c.amount), 0)
    joined = charges.outerjoin(allocations, allocations.c.charge_id == charges.c.id)
    wrong = (
        sa.select(charges.c.id)
        .select_from(joined)
        .group_by(charges.c.id, charges.c.paid)
        .having(given != charges.c.paid)
    )
    async with show.house.units.read() as unit:
        assert (await unit.connection.execute(wrong)).all() == []
        paid = sa.select(sa.func.sum(payments.c.amount), sa.func.count())
        amount, count = (await unit.connection.execute(paid)).one()
        of_charges = sa.select(sa.func.sum(charges.c.paid))
        assert amount == (await unit.connection.execute(of_charges)).scalar_one()
        assert count > 250


async def everything_is_told(show: Show) -> None:
    """Nothing of the past waits; the owner's screen and phones show what the books say."""
    owner = show.box.telegram.people[OWNER_ID]
    await until(lambda: owner.visible()[-2].text == "/start" and not owner.visible()[-1].mine)
    claims = [seen for seen in owner.visible() if "✅ Confirmar" in seen.labels]
    assert len(claims) == 3
    assert [bool(seen.file) for seen in claims] == [True, False, False]
    await until(partial(nothing_waits, show))
    async with show.house.units.read() as unit:
        shop = await open_shop(unit, show.house.premises)
        glance = await shop.stats.glance()
        gone = await shop.clients.find("pacheco", after=None)
        quiet = await shop.clients.find("meireles", after=None)
        assert (await shop.clients.card(quiet.items[0].id)).opted_out
    assert glance.claims == 3
    assert gone.items[0].standing is Standing.CANCELLED
    unread = [person for person in show.box.whatsapp.people.values() if person.unread]
    assert unread


async def nothing_waits(show: Show) -> bool:
    left = sa.select(sa.func.count()).where(outbox.c.state.in_(UNFINISHED))
    async with show.house.units.read() as unit:
        return (await unit.connection.execute(left)).scalar_one() == 0


async def test_a_day_later_more_reminders_leave_whatever_port_it_is_on(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with shown(Show(tmp_path, LANGUAGES["en"], at=WORKDAY), port) as show:
        assert show.wanted_port_taken
        assert not show.box.url.endswith(f":{port}")
        owner = show.box.telegram.people[OWNER_ID]
        await until(lambda: not owner.visible()[-1].mine)
        assert "clients are late" in owner.visible()[-1].text
        sent = len(show.box.accepted("whatsapp"))
        show.box.advance(days=1)
        await until(lambda: len(show.box.accepted("whatsapp")) > sent + 3, within=30)
        reminders = show.box.accepted("whatsapp")[sent:]
        assert all("This is Academia Boa Forma" in entry.text for entry in reminders)
    server.close()
    await server.wait_closed()


class Visitor:
    """Somebody who looks at the page of a demo on a linked device, by its own routes."""

    def __init__(self, show: Show, session: aiohttp.ClientSession) -> None:
        self.show, self._session = show, session
        self.pictures: set[bytes] = set()
        """Of every code that was seen on the page."""

    async def link(self) -> dict[str, Any]:
        """What the page shows of the phone."""
        async with self._session.get(f"{self.show.box.url}/sandbox/state") as answer:
            link: dict[str, Any] = (await answer.json())["link"]
        self.pictures.add(base64.b64decode(link.get("picture", "").partition(",")[2]))
        return link

    async def does(self, deed: str) -> None:
        """Tap the button under it."""
        url = f"{self.show.box.url}/sandbox/device/{deed}"
        async with self._session.post(url, json={}) as answer:
            assert answer.status == 200, await answer.text()

    async def shows_a_code(self) -> bool:
        """Whether there is one to scan."""
        return "picture" in await self.link()

    def sent(self) -> int:
        """How many messages left for clients."""
        return len(self.show.box.accepted("whatsapp"))

    def codes(self) -> list[bytes]:
        """Those that the owner got on Telegram."""
        seen = self.show.box.telegram.people[OWNER_ID].visible()
        return [one.content for one in seen if one.file and one.file.name == "whatsapp.png"]

    async def held(self) -> int:
        """How many reminders wait."""
        waits = (outbox.c.channel == "whatsapp", outbox.c.state == "waiting")
        query = sa.select(sa.func.count()).select_from(outbox).where(*waits)
        async with self.show.house.units.read() as unit:
            return int((await unit.connection.execute(query)).scalar_one())


@pytest.mark.timeout(400)
async def test_on_a_linked_device_nothing_leaves_until_the_code_on_the_page_is_scanned(
    tmp_path: Path,
) -> None:
    show = Show(tmp_path, LANGUAGES["en"], at=WORKDAY, gateway="evolution")
    async with shown(show), aiohttp.ClientSession() as session:
        visitor = Visitor(show, session)
        past = visitor.sent()
        assert past > 50, "a month was played over the same device"
        await until(visitor.shows_a_code, within=120)
        await until(lambda: len(visitor.codes()) == 1, within=120)
        assert visitor.codes()[0] in visitor.pictures
        await until(lambda: has_held(visitor), within=120)
        assert visitor.sent() == past

        await visitor.does("scan")
        assert (await visitor.link()) == {"state": "open"}
        await until(lambda: visitor.sent() > past, within=120)
        first = show.box.accepted("whatsapp")[past]
        reminded = show.box.clients.person(first.to)
        assert reminded.last().text.count("\n1. I have paid") == 1, reminded.last().text
        await until(lambda: reminded.messages[-1].status in ("delivered", "read"), within=120)
        owner = show.box.telegram.people[OWNER_ID]
        before = len(owner.visible())
        reminded.says("1")
        await until(
            lambda: any(reminded.name in seen.text for seen in owner.visible()[before:]), within=120
        )

        await visitor.does("logout")
        await until(visitor.shows_a_code, within=120)
        await until(lambda: len(visitor.codes()) == 2, within=120)
        left = visitor.sent()
        show.box.advance(days=1)
        await show.house.ticks.all_once()
        assert await visitor.held() > 1
        assert visitor.sent() == left


async def has_held(visitor: Visitor) -> bool:
    return await visitor.held() > 1


async def test_a_new_client_is_called_by_name_with_the_first_message(tmp_path: Path) -> None:
    async with shown(Show(tmp_path, at=WORKDAY)) as show:
        owner = show.box.telegram.people[OWNER_ID]
        await until(lambda: "Academia Boa Forma" in owner.visible()[-1].text)
        owner.says("/novo Lívia Ramos; 27 99900-7711; Mensal; 99,90; amanhã")
        await until(lambda: "✅ Salvar" in owner.visible()[-1].labels)
        owner.taps("✅ Salvar")
        await until(lambda: "✅ Salvar" not in owner.visible()[-1].labels)
        show.box.advance(minutes=1)  # whoever is due tomorrow is reminded at the next look
        async with aclosing(show.messages()) as told:
            entry = await anext(entry async for entry in told if entry.channel == "whatsapp")
        assert show.name_of(entry) == "Lívia Ramos"


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (datetime(2027, 5, 20, 14, tzinfo=ZONE), datetime(2027, 5, 20, 14, tzinfo=ZONE)),
        (datetime(2027, 5, 20, 23, tzinfo=ZONE), datetime(2027, 5, 21, 9, tzinfo=ZONE)),
        (datetime(2027, 5, 20, 18, 30, tzinfo=ZONE), datetime(2027, 5, 21, 9, tzinfo=ZONE)),
        (datetime(2027, 5, 22, 15, tzinfo=ZONE), datetime(2027, 5, 24, 9, tzinfo=ZONE)),
        (datetime(2026, 12, 25, 10, tzinfo=ZONE), datetime(2026, 12, 26, 9, tzinfo=ZONE)),
    ],
)
def test_it_opens_when_reminders_may_go(now: datetime, opens: datetime) -> None:
    assert opening(now, CALENDAR) == opens
    assert CALENDAR.allows(opens + timedelta(minutes=30))


def test_the_command_serves_the_page_until_it_is_interrupted() -> None:
    port = free_port()
    pages: list[str] = []

    def got(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
            return str(answer.read().decode("unicode_escape"))

    def visit() -> None:
        until_now(lambda: listening(port), within=60)
        until_now(lambda: "clientes atrasados" in got("/sandbox/state"), within=60)
        pages.append(got("/"))
        os.kill(os.getpid(), signal.SIGINT)

    visitor = threading.Thread(target=visit)
    visitor.start()
    options = ["--no-browser", "--port", str(port), "--lang", "es", "--gateway", "evolution"]
    done = CliRunner().invoke(app, ["demo", *options])
    visitor.join()
    assert done.exit_code == 0
    assert "scan the code on the page" in done.output
    assert "nothing of it is left" in done.output
    assert "<title>EmDia</title>" in pages[0]


async def test_the_process_tells_what_it_does_and_leaves_nothing_behind(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", "--no-browser", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(tmp_path), "EMDIA_LOCALE": "not ours to read"},
    )
    assert process.stdout
    said: list[str] = []
    async for line in process.stdout:
        said.append(line.decode().strip())
        if "telegram" in said[-1]:
            break
    assert any(line.startswith("Open http://127.0.0.1:") for line in said)
    assert "Marina Alves: 🏠 Academia Boa Forma" in said[-1]
    assert folders(tmp_path)
    process.send_signal(signal.SIGTERM)
    rest = await process.stdout.read()
    assert await process.wait() == 0
    assert "nothing of it is left" in rest.decode()
    assert not folders(tmp_path)


def folders(place: Path) -> list[Path]:
    return list(place.iterdir())
