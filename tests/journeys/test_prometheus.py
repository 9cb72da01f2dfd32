"""A real Prometheus and a real Alertmanager beside the house: from a figure to the owner's chat.

Only where both programs are on the machine, as Debian's packages bring them.
"""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.composition.monitors import open_to_monitors
from bot.domain.errors import Refusal
from bot.sandbox.telegram.person import TelegramPerson
from tests.support.houses import a_box
from tests.support.ports import lasting_port
from tests.support.process import a_program
from tests.support.town import Town, a_town
from tests.support.waiting import until

RULES = Path(__file__).parents[2] / "deploy" / "prometheus" / "rules.yml"
PROMETHEUS = shutil.which("prometheus")
ALERTMANAGER = shutil.which("alertmanager") or shutil.which("prometheus-alertmanager")
SECRET = "s3cret-of-a-test"  # noqa: S105 - a test's
PATIENCE_S = 90

beside = pytest.mark.skipif(
    PROMETHEUS is None or ALERTMANAGER is None, reason="no Prometheus on this machine"
)


@asynccontextmanager
async def running(folder: Path, *words: str) -> AsyncIterator[None]:
    """A program, as long as we are inside."""
    with (folder / f"{Path(words[0]).name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*words, cwd=folder, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def alertmanager(folder: Path, house: int) -> AsyncIterator[int]:
    """One that tells the house at once; its port."""
    (folder / "secret").write_text(SECRET)
    (folder / "alertmanager.yml").write_text(
        f"""
route: {{receiver: emdia, group_by: [], group_wait: 0s, group_interval: 1s}}
receivers:
  - name: emdia
    webhook_configs:
      - url: http://127.0.0.1:{house}/webhooks/alertmanager
        send_resolved: true
        http_config:
          authorization: {{type: Bearer, credentials_file: {folder}/secret}}
"""
    )
    assert ALERTMANAGER is not None
    port = lasting_port()
    words = (
        "--config.file=alertmanager.yml",
        "--storage.path=alerts",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    )
    async with running(folder, ALERTMANAGER, *words):
        yield port


@asynccontextmanager
async def prometheus(folder: Path, house: int, alerts: int) -> AsyncIterator[None]:
    """One that asks every second, with our own rules, of which none waits for minutes."""
    rules = re.sub(r"for: \d+m", "for: 0s", RULES.read_text(encoding="utf-8"))
    (folder / "rules.yml").write_text(rules, encoding="utf-8")
    (folder / "prometheus.yml").write_text(
        f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alerts}"]}}]}}]}}
scrape_configs:
  - job_name: emdia
    static_configs: [{{targets: ["127.0.0.1:{house}"]}}]
"""
    )
    assert PROMETHEUS is not None
    words = (
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=figures",
        f"--web.listen-address=127.0.0.1:{lasting_port()}",
        "--rules.alert.resend-delay=1s",
    )
    async with running(folder, PROMETHEUS, *words):
        yield


def reads(owner: TelegramPerson, words: str) -> bool:
    return any(words in seen.text for seen in owner.visible())


@beside
async def test_a_disk_that_fills_up_reaches_the_owner_and_so_does_its_end(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [10_000_000_000]
    monkeypatch.setattr("bot.composition.probes.disk_free", lambda _folder: free[0])
    monkeypatch.setattr("bot.composition.probes.FRESH_S", 0.2)
    async with a_town(sqlite_url, alertmanager_secret=SECRET) as town:
        owner = await town.moves_in()
        house = town.house.port
        async with alertmanager(tmp_path, house) as alerts, prometheus(tmp_path, house, alerts):
            free[0] = 500_000_000
            await until(lambda: reads(owner, "⚠️ O disco está quase cheio"), within=PATIENCE_S)
            free[0] = 10_000_000_000
            await until(lambda: reads(owner, "Já passou: O disco"), within=PATIENCE_S)


async def asks(port: int, path: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_a_worker_answers_monitors_and_nobody_else(sqlite_url: str) -> None:
    port = lasting_port()
    async with (
        a_town(sqlite_url, metrics_port=port) as town,
        open_to_monitors(town.house.health, town.house.settings),
    ):
        assert await asks(port, "/healthz") == (200, '{"status": "ok"}')
        assert (await asks(port, "/readyz"))[0] == 200
        assert "emdia_tick_seconds" in (await asks(port, "/metrics"))[1]
        assert (await asks(port, "/webhooks/whatsapp"))[0] == 404


async def test_a_monitors_port_that_is_taken_is_named(sqlite_url: str) -> None:
    async with a_town(sqlite_url) as town:
        told = {"metrics_port": town.house.port}
        settings = town.house.settings.model_copy(update=told)
        with pytest.raises(Refusal, match="port_taken"):
            async with open_to_monitors(town.house.health, settings):
                pytest.fail("two listen at one port")


async def test_without_a_port_for_it_nobody_is_answered(town: Town) -> None:
    async with open_to_monitors(town.house.health, town.house.settings):
        assert town.house.settings.metrics_port is None


async def test_the_program_opens_a_workers_door_to_monitors(
    sqlite_url: str, tmp_path: Path
) -> None:
    port = lasting_port()
    async with (
        a_box() as box,
        a_program(box, tmp_path, sqlite_url, "worker", metrics_port=str(port)) as program,
    ):
        await program.start()

        async def is_ready() -> bool:
            try:
                return (await asks(port, "/readyz"))[0] == 200
            except aiohttp.ClientError:
                return False  # it opens last

        await until(is_ready, within=PATIENCE_S)
        assert await program.stop() == 0
