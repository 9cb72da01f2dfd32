"""``emdia doctor``: each part is found as it is, with what to do about it."""

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web
from pydantic import SecretStr

from bot.channels.telegram.facts import HookFacts
from bot.composition.checkup import chats, findings, machine
from bot.composition.checkup.everything import check_up
from bot.composition.checkup.findings import Finding, State, in_time, worst
from bot.composition.console import HERE
from bot.composition.office import open_office
from bot.composition.schema import update
from bot.composition.shop import Shop
from bot.composition.whatsapp import WhatsAppChat
from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName
from bot.domain.own_number import NumberFacts
from bot.domain.template import TemplateStatus, TemplateText
from bot.domain.text import plain
from bot.sandbox import Sandbox
from bot.services.ports.people import Caller
from bot.storage.tables import outbox
from bot.words import Catalogues
from tests.support.cli import Shell, emdia, shell
from tests.support.town import the_settings

__all__ = ["shell"]

WORDS = Catalogues()
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def settings(box: Sandbox, sqlite_url: str, tmp_path: Path) -> Settings:
    return the_settings(box, sqlite_url, data_dir=tmp_path)


def but(settings: Settings, **changed: Any) -> Settings:
    return settings.model_copy(update=changed)


def off(settings: Settings, **changed: Any) -> Settings:
    """Without any chat."""
    return but(settings, telegram_token=None, whatsapp_gateway="none", **changed)


async def found(settings: Settings) -> dict[str, Finding]:
    """The worst of each part."""
    looked = await check_up(settings, WORDS)
    return {finding.check: finding for finding in sorted(looked, key=lambda one: one.state)}


async def states(settings: Settings) -> dict[str, str]:
    return {check: finding.state.name for check, finding in (await found(settings)).items()}


def keys(looked: list[Finding]) -> list[str]:
    return [finding.said.key for finding in looked]


async def test_everything_that_is_there_is_looked_at(settings: Settings) -> None:
    assert (
        await states(settings)
        == {
            "settings": "OK",
            "folder": "OK",
            "database": "OK",
            "redis": "OFF",
            "telegram": "OK",
            "whatsapp": "BROKEN",  # nobody has connected it yet
            "templates": "ATTENTION",
            "address": "ATTENTION",
            "clock": "OK",
            "owner": "ATTENTION",
            "queue": "OK",
        }
        or (await found(settings)).get("queue") is None
    )


async def test_without_any_chat_nothing_is_broken(settings: Settings) -> None:
    told = await found(off(settings))
    assert told["telegram"].state is told["whatsapp"].state is State.OFF
    assert "clock" not in told
    assert worst(list(told.values())) is State.ATTENTION


async def test_a_postgresql_tells_the_time_as_well(
    postgres_databases: Any, settings: Settings
) -> None:
    async with postgres_databases.fresh() as url:
        told = await found(off(settings, database_url=url))
    assert (told["database"].state, told["clock"].state) == (State.OK, State.OK)


async def test_a_database_that_is_not_there_is_not_made(settings: Settings, tmp_path: Path) -> None:
    told = await found(off(settings, database_url=f"sqlite:///{tmp_path}/none.sqlite3"))
    assert told["database"].said.key == "doctor.database.none"
    assert not (tmp_path / "none.sqlite3").exists()
    assert "owner" not in told


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("postgresql://emdia:hunter2@127.0.0.1:1/emdia", "doctor.database.away"),
        ("sqlite://", "doctor.database.address"),
    ],
)
async def test_a_database_that_cannot_be_used_is_broken(
    settings: Settings, url: str, key: str
) -> None:
    database = (await found(off(settings, database_url=url)))["database"]
    assert (database.state, database.said.key) == (State.BROKEN, key)
    assert "hunter2" not in WORDS.say(database.said, "en")


@pytest.mark.parametrize(
    ("revision", "key"), [("0001", "doctor.database.old"), ("9999", "doctor.database.newer")]
)
async def test_a_schema_of_another_version_is_told(
    settings: Settings, tmp_path: Path, revision: str, key: str
) -> None:
    file = tmp_path / "emdia.sqlite3"
    elsewhere = off(settings, database_url=f"sqlite:///{file}")
    await update(elsewhere)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.close()
    assert (await found(elsewhere))["database"].said.key == key


async def test_a_file_that_is_no_database_is_told(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "notes.sqlite3"
    file.write_text("these are no tables" * 100, encoding="utf-8")
    told = await found(off(settings, database_url=f"sqlite:///{file}"))
    assert told["database"].said.key == "doctor.database.away"


async def test_postgresql_without_its_driver_says_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr("bot.composition.checkup.store.Office", missing)
    told = await found(off(settings))
    assert told["database"].said.key == "doctor.database.driver"


async def test_redis_is_asked_if_there_is_to_be_one(settings: Settings, redis_url: str) -> None:
    assert (await found(off(settings, redis_url=redis_url)))["redis"].state is State.OK
    gone = await found(off(settings, redis_url="redis://127.0.0.1:1/0"))
    assert gone["redis"].state is State.BROKEN


async def test_an_owner_is_missed(settings: Settings) -> None:
    house = off(settings)
    assert (await found(house))["owner"].said.key == "doctor.owner.none"
    async with open_office(house, WORDS) as office, office.dealing() as shop:
        await shop.unit.business.own(office.clock.now())
    assert (await found(house))["owner"].state is State.OK


async def test_a_queue_that_does_not_move_is_told_with_what_stops_it(settings: Settings) -> None:
    house = off(settings)
    async with open_office(house, WORDS) as office, office.dealing() as shop:
        now = office.clock.now()
        await shop.unit.channel_states.pause(
            ChannelName.WHATSAPP, now + timedelta(hours=1), "whatsapp.token_wrong"
        )
        caller = await _somebody(shop)
        rows = [
            {"opaque": state, "state": state, "due_at": now - timedelta(hours=2)}
            for state in ("waiting", "failed")
        ]
        same = {"person_id": caller, "channel": "whatsapp", "send_to": "+5511987654321"}
        same |= {"kind": "notice", "purpose": "receipt", "payload": "", "created_at": now}
        await shop.unit.connection.execute(sa.insert(outbox), [same | row for row in rows])
    looked = await check_up(house, WORDS)
    assert [key for key in keys(looked) if key.startswith("doctor.queue")] == [
        "doctor.queue.late",
        "doctor.queue.troubled",
        "doctor.queue.stopped",
    ]


async def _somebody(shop: Shop) -> int:
    person = await shop.unit.people.calling(Caller(HERE, "", "en"), datetime.now(UTC))
    return int(person.id)


async def test_a_wrong_telegram_token_is_broken(settings: Settings) -> None:
    wrong = but(settings, telegram_token=SecretStr("123456:not-this-one"))
    (told,) = await in_time("telegram", lambda: chats.telegram(wrong, WORDS))
    assert (told.state, told.said.key) == (State.BROKEN, "reason.telegram.token_wrong")


async def test_a_telegram_that_does_not_answer_is_broken(settings: Settings) -> None:
    (told,) = await chats.telegram(but(settings, telegram_api_url=NOWHERE), WORDS)
    assert (told.state, told.said.key) == (State.BROKEN, "reason.telegram.no_connection")


async def test_updates_that_go_elsewhere_are_told(settings: Settings, box: Sandbox) -> None:
    box.telegram.updates.set_webhook("https://elsewhere.example", "", drop=False)
    (told,) = await chats.telegram(settings, WORDS)
    assert told.said.key == "doctor.telegram.elsewhere"
    box.telegram.updates.set_webhook("", "", drop=False)
    hooked = but(settings, telegram_mode="webhook", public_url="https://us.example")
    (told,) = await chats.telegram(hooked, WORDS)
    assert told.said.key == "doctor.telegram.nowhere"
    box.telegram.updates.set_webhook("https://us.example/webhooks/telegram", "", drop=False)
    (told,) = await chats.telegram(hooked, WORDS)
    assert (told.state, told.said.key) == (State.OK, "doctor.telegram.webhook")


async def test_updates_that_telegram_cannot_deliver_are_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(_bot: object) -> HookFacts:
        return HookFacts("", 3, "Connection refused", datetime.now(UTC))

    monkeypatch.setattr(chats, "hook_facts", failing)
    (told,) = await chats.telegram(settings, WORDS)
    assert told.said.key == "doctor.telegram.failing"
    assert "Connection refused" in WORDS.say(told.said, "en")


async def test_a_connected_whatsapp_with_approved_templates_is_fine(
    settings: Settings, box: Sandbox
) -> None:
    box.whatsapp.subscribed = True
    chat = WhatsAppChat(settings, WORDS, SystemClock())
    await chat.templates.create(TemplateText.ours("receipt", "pt_BR"))
    await chat.client.close()
    looked = await chats.whatsapp(settings, WORDS)
    assert keys(looked)[0] == "doctor.whatsapp.ok_people"
    assert set(keys(looked)[1:]) <= {"doctor.templates.approved", "doctor.templates.pending"}
    assert len(looked) == 2


def test_templates_are_counted_and_the_refused_named() -> None:
    def one(name: str, status: str, reason: str = "") -> TemplateStatus:
        return TemplateStatus(name, "en", status, reason=reason)

    listed = [
        one("receipt", "APPROVED"),
        one("waiting", "PENDING"),
        one("reminder_late", "REJECTED", "TAG_CONTENT_MISMATCH"),
        one("somebody_elses", "REJECTED"),
    ]
    looked = chats.templates(listed)
    assert keys(looked) == [
        "doctor.templates.approved",
        "doctor.templates.pending",
        "doctor.templates.refused",
    ]
    assert "does not fit its language" in WORDS.say(looked[2].said, "en")


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"whatsapp_gateway": "none"}, "doctor.whatsapp.off"),
        ({"whatsapp_token": None, "whatsapp_phone_number_id": ""}, "doctor.whatsapp.off"),
        ({"whatsapp_app_secret": None}, "doctor.whatsapp.missing"),
        ({"whatsapp_gateway": "evolution"}, "doctor.whatsapp.missing"),
        ({"whatsapp_token": SecretStr("wrong")}, "reason.whatsapp.token_wrong"),
        ({"whatsapp_api_url": NOWHERE}, "reason.whatsapp.no_connection"),
        (
            {"whatsapp_business_account_id": ""},
            "doctor.whatsapp.ok_people doctor.whatsapp.no_account",
        ),
    ],
)
async def test_what_keeps_whatsapp_from_working_is_named(
    settings: Settings, changed: dict[str, Any], key: str
) -> None:
    house = but(settings, **changed)
    looked = await in_time("whatsapp", lambda: chats.whatsapp(house, WORDS))
    assert keys(looked) == key.split()


@pytest.mark.parametrize(
    ("status", "quality", "key"),
    [
        ("FLAGGED", "GREEN", "doctor.whatsapp.status"),
        ("CONNECTED", "RED", "doctor.whatsapp.quality"),
        ("CONNECTED", "GREEN", "doctor.whatsapp.ok"),
    ],
)
async def test_a_number_in_trouble_is_told(
    settings: Settings,
    box: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    status: str,
    quality: str,
    key: str,
) -> None:
    async def facts(_self: object) -> NumberFacts:
        return NumberFacts("+55 11", "Boa Forma", status, quality, "", "")

    monkeypatch.setattr("bot.channels.whatsapp.number.OwnNumber.facts", facts)
    box.whatsapp.subscribed = True
    assert keys(await chats.whatsapp(settings, WORDS))[0] == key


@pytest.fixture
async def front_door() -> AsyncIterator[tuple[str, list[int]]]:
    """A public address, and what it answers."""
    answers = [200]

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(status=answers[0])

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", answers
    await runner.cleanup()


async def test_the_public_address_is_tried(
    settings: Settings, front_door: tuple[str, list[int]]
) -> None:
    url, answers = front_door
    (told,) = await chats.address(but(settings, public_url=url))
    assert told.state is State.OK
    answers[0] = 502
    (told,) = await chats.address(but(settings, public_url=url))
    assert (told.state, "502" in WORDS.say(told.said, "en")) == (State.BROKEN, True)
    (told,) = await chats.address(off(settings, public_url=NOWHERE))
    assert told.state is State.ATTENTION
    assert keys(await chats.address(settings)) == ["doctor.address.missing"]
    assert keys(await chats.address(off(settings))) == ["doctor.address.off"]


@pytest.mark.parametrize(
    ("apart", "state"), [(2, State.OK), (60, State.ATTENTION), (4000, State.BROKEN)]
)
async def test_a_wrong_clock_is_noticed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, apart: int, state: State
) -> None:
    async def theirs(_settings: Settings) -> datetime:
        return datetime.now(UTC) - timedelta(seconds=apart)

    monkeypatch.setattr(machine, "_providers_clock", theirs)
    (told,) = await machine.clock(settings, None)
    assert told.state is state


async def test_a_provider_without_a_date_is_no_clock(settings: Settings) -> None:
    assert await machine.clock(but(settings, telegram_api_url=NOWHERE), None) == []


async def test_secrets_that_others_may_read_are_told(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert keys(await machine.settings_file(file)) == ["doctor.settings.ok"]
    file.touch(0o644)
    assert keys(await machine.settings_file(file)) == ["doctor.settings.open_file"]
    file.chmod(0o600)
    assert keys(await machine.settings_file(file)) == ["doctor.settings.ok"]


async def test_a_file_of_a_secret_that_everybody_may_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing, secret = tmp_path / ".env", tmp_path / "code"
    secret.touch(0o644)
    monkeypatch.setenv("EMDIA_OWNER_CODE_FILE", str(secret))
    assert keys(await machine.settings_file(nothing)) == ["doctor.settings.open_secret"]
    secret.chmod(0o640)
    assert keys(await machine.settings_file(nothing)) == ["doctor.settings.ok"]


async def test_a_folder_that_is_missing_closed_or_full_is_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = but(settings, data_dir=tmp_path / "later")
    assert keys(await machine.folder(missing)) == ["doctor.folder.missing"]
    for free, state in ((500_000_000, State.ATTENTION), (1_000, State.BROKEN)):
        usage = type("Usage", (), {"free": free})
        monkeypatch.setattr(shutil, "disk_usage", lambda _, usage=usage: usage)
        (told,) = await machine.folder(settings)
        assert (told.said.key, told.state) == ("doctor.folder.full", state)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert keys(await machine.folder(settings)) == ["doctor.folder.closed"]


async def test_a_look_that_hangs_or_fails_spoils_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hangs() -> list[Finding]:
        await asyncio.Event().wait()
        return []

    async def fails() -> list[Finding]:
        raise LookupError("secret words")

    async def refuses() -> list[Finding]:
        raise Refusal("reason.telegram.token_wrong")

    monkeypatch.setattr(findings, "PATIENCE_S", 0.01)
    looked = [*await in_time("a", hangs), *await in_time("b", fails), *await in_time("c", refuses)]
    assert keys(looked) == ["doctor.timeout", "doctor.failed", "reason.telegram.token_wrong"]
    assert {told.state for told in looked} == {State.BROKEN}
    assert "secret" not in WORDS.say(looked[1].said, "en")


async def test_the_program_ends_with_1_if_something_is_broken(box: Sandbox, tmp_path: Path) -> None:
    told = await emdia(
        tmp_path,
        "doctor",
        "--json",
        telegram_token="123456:not-this-one",  # noqa: S106 - it opens nothing
        telegram_api_url=box.telegram_api_url,
        locale="en",
    )
    assert (told.code, told.err) == (1, "")
    assert told.json["status"] == "broken"
    (telegram,) = [one for one in told.json["checks"] if one["check"] == "telegram"]
    assert (telegram["state"], "token" in telegram["message"]) == ("broken", True)
    assert not os.listdir(tmp_path)  # noqa: PTH208 - one look, and nothing else waits


def test_a_person_reads_a_line_for_each_part_and_what_to_do(shell: Shell) -> None:
    shell.set(locale="en")
    told = shell.run("doctor")
    assert told.exit_code == 0
    assert "✔ Settings (ok)" in told.stdout
    assert "! Database (attention): there is no database yet." in told.stdout
    assert "→ Run emdia run" in told.stdout


def test_settings_that_cannot_be_read_are_a_finding(shell: Shell) -> None:
    shell.set(port="many", whatsapp_phone_number_id="my number")
    told = shell.run("doctor", "--json")
    assert told.exit_code == 1
    checks = json.loads(told.stdout)["checks"]
    assert [one["check"] for one in checks] == ["settings", "settings"]
    assert "EMDIA_PORT" in checks[0]["message"]


@pytest.mark.parametrize("language", ["pt_BR", "en", "es"])
async def test_every_finding_can_be_said(settings: Settings, language: str) -> None:
    for finding in await check_up(settings, WORDS):
        told = finding.as_json(lambda text: WORDS.say(text, language))
        assert told["message"]
        assert "…" not in f"{told['message']}{told['todo']}"
        assert WORDS.say(plain("x"), language) == "x"
