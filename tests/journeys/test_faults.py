"""What breaks around the house stops only what hangs on it, is said, and is made good."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from bot.composition.checkup.everything import check_up
from bot.domain.delivery import State
from bot.domain.evidence import LEASE, grace
from bot.domain.message import ChannelName
from bot.domain.text import t
from bot.sandbox import Sandbox
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.storage.tables import claims, inbox_raw, outbox
from tests.support.databases import PostgresDatabases
from tests.support.houses import a_box, a_house, engines_of
from tests.support.pictures import png
from tests.support.street import PATIENCE_S, Street
from tests.support.town import OWNER_CODE, Town
from tests.support.waiting import until

CLIENTS = 5
WRONG_BOT, WRONG_TOKEN = "999:a-token-of-nobodys", "expired"
TOKEN_EXPIRED = 190
SOME_MINUTES = timedelta(minutes=11)  # longer than a stopped chat rests, or a form is waited for


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with a_box() as box:
        box.whatsapp.subscribed = True
        yield box


@pytest.fixture
async def street(box: Sandbox, sqlite_url: str) -> AsyncIterator[Street]:
    """Some clients who are to be reminded as soon as the house opens."""
    async with engines_of(sqlite_url) as engines:
        street = Street(box, engines)
        await street.move_in(CLIENTS)
        yield street


async def test_a_wrong_telegram_token_stops_telegram_only(box: Sandbox, sqlite_url: str) -> None:
    bia = box.seed_client("5527991112222", "Bia Souza")
    async with a_house(box, sqlite_url, telegram_token=WRONG_BOT) as town:
        await town.tells(bia, OWNER_CODE)
        await until(lambda: is_troubled(town, "telegram", "telegram.token_wrong"), PATIENCE_S)
        assert await broken_parts(town) == {"telegram"}
        await town.house.ticks.all_once()
        assert "@BotFather" in (await town.sees(bia)).text
        assert "✅" not in (await town.tells(bia, "/fila")).text


async def test_a_wrong_whatsapp_token_keeps_what_waits_until_it_is_mended(
    street: Street, sqlite_url: str
) -> None:
    async with a_house(street.box, sqlite_url, whatsapp_token=WRONG_TOKEN) as town:
        owner = await an_owner(town)
        await until(lambda: is_troubled(town, "whatsapp", "whatsapp.token_wrong"), PATIENCE_S)
        assert await broken_parts(town) == {"whatsapp"}
        await town.house.ticks.all_once()
        assert "token" in (await town.sees(owner)).text
    assert not street.accepted
    # Mended, and the program started again.
    async with a_house(street.box, sqlite_url) as town:
        await until(lambda: is_well(town), PATIENCE_S)
        await town.later(seconds=SOME_MINUTES.total_seconds())
        await until(street.all_arrived, PATIENCE_S)
    assert street.once_each()


async def test_a_token_that_expires_stops_the_chat_and_costs_no_attempt(
    street: Street, sqlite_url: str
) -> None:
    expired = {"code": TOKEN_EXPIRED, "status": 401}
    for asked in ("whatsapp.messages", "whatsapp.other"):
        street.box.faults.mix(asked, {"own_error": 1}, 1, **expired)
    async with a_house(street.box, sqlite_url) as town:
        owner = await an_owner(town)
        await until(lambda: is_troubled(town, "whatsapp", "whatsapp.token_wrong"), PATIENCE_S)
        await town.house.ticks.all_once()
        assert "WhatsApp" in (await town.sees(owner)).text
        street.box.faults.clear()
        await town.later(seconds=SOME_MINUTES.total_seconds())
        await until(street.all_arrived, PATIENCE_S)
        assert await is_well(town)
    assert street.once_each()
    tries = sa.select(outbox.c.attempts).where(outbox.c.kind == "reminder")
    assert {row.attempts for row in await street.rows(tries)} == {0}
    told = sa.select(outbox.c.id).where(outbox.c.purpose.startswith("trouble:"))
    assert len(await street.rows(told)) == 1


async def test_reminders_wait_for_their_form_to_be_approved(
    street: Street, sqlite_url: str
) -> None:
    street.box.whatsapp.templates.review.hold = True
    async with a_house(street.box, sqlite_url) as town:
        owner = await an_owner(town)
        await town.quiet()
        assert set(await street.states()) == {State.WAITING}
        assert "⏳" in (await town.tells(owner, "/whatsapp")).text
        assert str(CLIENTS) in (await town.tells(owner, "/fila")).text
        street.box.whatsapp.templates.decide_all("APPROVED")
        await town.quiet()
        await town.later(seconds=SOME_MINUTES.total_seconds())
        await until(street.all_arrived, PATIENCE_S)
        assert "⏳" not in (await town.tells(owner, "/whatsapp")).text
    assert street.once_each()


async def test_a_locked_database_is_waited_for(street: Street, sqlite_url: str) -> None:
    ana = street.box.seed_client("5527990000000", "Ana Souza")
    async with a_house(street.box, sqlite_url) as town:
        await until(street.all_arrived, PATIENCE_S)
        place = make_url(sqlite_url).database or ""
        lock = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        await asyncio.to_thread(lock.execute, "BEGIN IMMEDIATE")
        before = len(ana.visible())
        ana.says("paguei")
        await asyncio.sleep(1)  # as long as another program writes
        assert len(ana.visible()) == before + 1
        lock.execute("ROLLBACK")
        lock.close()
        assert (await town.sees(ana)).text
        assert len(ana.visible()) == before + 2


async def test_a_database_that_goes_away_loses_nothing(
    box: Sandbox, postgres_databases: PostgresDatabases
) -> None:
    stranger = box.seed_client("5527988887777", "Zé")
    async with postgres_databases.fresh() as url, engines_of(url) as engines:
        street = Street(box, engines)
        await street.move_in(30)
        with capture_logs():  # hundreds of tracebacks, which the console draws for seconds
            async with a_house(box, url, whatsapp_messages_per_second=10) as town:
                await street.sends(3)
                await shut(url)
                stranger.says("oi")
                await until(lambda: refused(town), PATIENCE_S)
                await shut(url, again=False)
                await until(lambda: any(not seen.mine for seen in stranger.visible()), PATIENCE_S)
                # What was claimed or left while nothing could be written down is waited out.
                for wait in (LEASE, grace(ChannelName.WHATSAPP)):
                    street.wait_out(wait + timedelta(seconds=5))
                    town.house.clock_moved()
                    await until(street.has_tried_all, PATIENCE_S)
                await until(street.all_arrived, PATIENCE_S)
    assert street.once_each()


async def test_a_file_that_does_not_come_is_asked_for_again(
    town: Town, owner: TelegramPerson
) -> None:
    ana = await a_client(town, owner)
    town.box.faults.next("whatsapp.media", "own_error", times=3)
    ana.uploads(png(4, 4), "image/png")
    await until(lambda: fetched_in_vain(town, 1), PATIENCE_S)
    await town.later(seconds=2)
    assert await town.rows(sa.select(claims.c.file_id)) != []
    assert "✅ Confirmar" in owner.last().labels


async def test_a_file_that_never_comes_is_said_and_the_words_are_not_lost(
    town: Town, owner: TelegramPerson
) -> None:
    ana = await a_client(town, owner)
    town.box.faults.mix("whatsapp.media", {"own_error": 1}, 1)
    ana.uploads(png(4, 4), "image/png")
    for tries in (1, 2, 3):
        await until(partial(fetched_in_vain, town, tries), PATIENCE_S)
        town.box.advance(seconds=25)
        town.house.clock_moved()
    await town.quiet()
    assert ana.last().text == town.house.words.say(t("errors.file.unfetched"), "pt_BR")
    await town.tells(ana, "paguei")
    assert len(await town.rows(sa.select(claims))) == 1


async def an_owner(town: Town) -> TelegramPerson:
    """Somebody of the house, on Telegram."""
    owner = town.admin()
    await town.tells(owner, f"/start {OWNER_CODE}")
    await town.tells(owner, "/cancelar")
    return owner


async def a_client(town: Town, owner: TelegramPerson) -> WhatsAppPerson:
    await town.tells(owner, "/novo Ana Souza; 27 99876-5432; Mensal; 49,90; hoje")
    await town.taps(owner, "✅ Salvar")
    return town.phone("5527998765432", "Ana Souza")


async def health(town: Town) -> dict[str, Any]:
    url = f"http://127.0.0.1:{town.house.port}/system/health"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        told: dict[str, Any] = await answer.json()
        return told


async def is_troubled(town: Town, channel: str, trouble: str) -> bool:
    """Whether the health check says so, to everybody who asks."""
    told = await health(town)
    return bool(told["status"] == "degraded" and told["channels"][channel]["status"] == trouble)


async def is_well(town: Town) -> bool:
    return bool((await health(town))["status"] == "ok")


async def broken_parts(town: Town) -> set[str]:
    """What ``emdia doctor`` calls broken."""
    found = await check_up(town.house.settings, town.house.words)
    return {finding.check for finding in found if finding.state.name == "BROKEN"}


async def fetched_in_vain(town: Town, tries: int) -> bool:
    rows = await town.rows(sa.select(inbox_raw.c.tries).where(inbox_raw.c.done_at.is_(None)))
    return [row.tries for row in rows] == [tries]


async def refused(town: Town) -> bool:
    """Whether the house says that it cannot take anything in."""
    url = f"http://127.0.0.1:{town.house.port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status == 503


async def shut(url: str, *, again: bool = True) -> None:
    """Let nobody into a database, or let them in again; who is in it is thrown out."""
    name = urlsplit(url).path.lstrip("/")
    server = make_url(url).set(drivername="postgresql", database="postgres")
    connection = await asyncpg.connect(server.render_as_string(hide_password=False))
    try:
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {not again}")
        if again:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
            )
    finally:
        await connection.close()
