"""How a house at work says it is: to a monitor, to a Prometheus, and to its owner."""

import asyncio
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from bot.composition.probes import Probes, new_probes
from bot.sandbox.telegram.person import TelegramPerson
from bot.storage.tables import samples
from tests.support.town import Town
from tests.support.waiting import until

PROMISED = {
    "emdia_http_requests_seconds",
    "emdia_outbox",
    "emdia_outbox_messages",
    "emdia_outbox_oldest_seconds",
    "emdia_breaker_state",
    "emdia_due_to_accepted_seconds",
    "emdia_due_to_delivered_seconds",
    "emdia_tick_seconds",
    "emdia_tick_late_seconds",
    "emdia_dependency_up",
    "emdia_dependency_seconds",
    "emdia_disk_free_bytes",
    "emdia_memory_left_ratio",
    "emdia_clock_apart_seconds",
    "emdia_channel_heard_timestamp_seconds",
    "emdia_channel_stopped",
    "process_resident_memory_bytes",
    "process_cpu_seconds",
}


async def asks(town: Town, path: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{town.house.port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def report(town: Town) -> dict[str, Any]:
    url = f"http://127.0.0.1:{town.house.port}/system/health"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        told: dict[str, Any] = await answer.json()
        return told


async def reminded(town: Town, owner: TelegramPerson) -> None:
    """A client is reminded, and it arrives."""
    await town.later(minutes=10)  # the templates are approved
    await town.tells(owner, "/novo Ana Souza; 27 99811-2173; Mensal; 49,90; hoje")
    await town.taps(owner, "✅ Salvar")
    town.phone("5527998112173", "Ana Souza")
    await town.later(minutes=5)


async def test_after_a_days_work_every_figure_is_there(town: Town, owner: TelegramPerson) -> None:
    await reminded(town, owner)
    await town.house.sampler.take()
    await asks(town, "/healthz")
    status, text = await asks(town, "/metrics")
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert status == 200
    assert {
        name for name in PROMISED if name not in families or not families[name].samples
    } == set()
    up = {s.labels["name"]: s.value for s in families["emdia_dependency_up"].samples}
    assert {"database": 1, "telegram": 1, "whatsapp": 1}.items() <= up.items()
    ticks = {s.labels["tick"] for s in families["emdia_tick_seconds"].samples}
    assert {"plan", "sweep", "alert"} <= ticks
    breakers = {s.labels["name"] for s in families["emdia_breaker_state"].samples}
    assert {"telegram", "whatsapp"} <= breakers
    routes = {s.labels.get("route") for s in families["emdia_http_requests_seconds"].samples}
    assert {"/healthz", "/webhooks/{name}"} <= routes


async def test_a_monitor_reads_a_verdict(town: Town, owner: TelegramPerson) -> None:
    del owner  # the house has somebody, and works
    told = await report(town)
    assert (told["status"], told["verdict"]) == ("ok", "well")
    assert told["outside"]["telegram"]["status"] == "ok"
    assert told["machine"]["disk_free_bytes"] > 0
    assert told["machine"]["clock_apart_seconds"] < 30
    assert told["cache"]["looks"] >= told["cache"]["found"] > 0
    assert set(told["breakers"].values()) <= {"closed", "half_open", "open"}


async def test_a_network_that_is_away_is_told_in_time(town: Town) -> None:
    settings = town.house.settings.model_copy(
        update={"telegram_api_url": "http://127.0.0.1:1", "whatsapp_gateway": "none"}
    )
    probes = new_probes(settings, town.house.units, None)
    readings = await probes.look()
    assert readings.took_s["telegram"] is None
    assert readings.took_s["database"] is not None
    assert readings.figures()["away.telegram"] == 1


async def test_many_who_ask_at_once_are_answered_by_one_look(town: Town) -> None:
    asked = []

    async def redis() -> bool:
        asked.append(1)
        return True

    probes = Probes(town.house.settings, {"redis": redis})
    first, *others = await asyncio.gather(*(probes.look() for _ in range(10)))
    assert all(other is first for other in others)
    assert len(asked) == 1


async def test_what_never_answers_keeps_nobody_waiting(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.composition.probes.PATIENCE_S", 0.05)

    async def hangs() -> bool:
        await asyncio.Event().wait()
        return True

    readings = await Probes(town.house.settings, {"redis": hangs}).look()
    assert readings.took_s["redis"] is None


async def test_the_owner_asks_and_sees_how_it_is(town: Town, owner: TelegramPerson) -> None:
    await town.house.sampler.take()
    seen = await town.tells(owner, "/saude")
    assert "Tudo bem" in seen.text
    assert "Telegram: respondeu em" in seen.text
    assert "já estavam prontas" in seen.text
    month = await town.taps(owner, "Como foi o mês")
    assert "No ar: 100 %" in month.text


async def test_the_house_takes_its_own_pulse(town: Town) -> None:
    async def taken() -> bool:
        return bool(await town.rows(sa.select(samples.c.minute)))

    await until(taken, within=30)
    assert [row.process for row in await town.rows(sa.select(samples.c.process))] == [
        town.house.sampler.process
    ]
