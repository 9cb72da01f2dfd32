"""``emdia setup``: asks, tries each thing with its service, writes ``.env``, connects WhatsApp."""

import io
import os
import pty
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import setup, setup_device
from bot.composition.env_file import change, changed
from bot.sandbox import Sandbox
from bot.web.app import Server
from tests.support.boxes import (
    ACCOUNT_ID,
    APP_SECRET,
    EVOLUTION_KEY,
    PHONE_ID,
    TELEGRAM_TOKEN,
    WHATSAPP_TOKEN,
)
from tests.support.cli import Shell, emdia, environment, shell
from tests.support.ports import free_port
from tests.support.waiting import until

__all__ = ["shell"]

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def desk(box: Sandbox, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A terminal, somebody at it, and both services in a box."""
    monkeypatch.setattr(setup, "is_watched", lambda _: True)
    shell.set(locale="en", **services(box), port=str(free_port()))
    return shell


def services(box: Sandbox) -> dict[str, str]:
    return {"telegram_api_url": box.telegram_api_url, "whatsapp_api_url": box.whatsapp_api_url}


def written(shell: Shell) -> dict[str, str | None]:
    return dict(dotenv_values(shell.folder / ".env"))


def typed(*answers: str) -> str:
    return "".join(f"{answer}\n" for answer in answers)


def public_url(shell: Shell) -> str:
    return f"http://127.0.0.1:{os.environ['EMDIA_PORT']}"


async def test_everything_is_asked_tried_written_and_connected(desk: Shell, box: Sandbox) -> None:
    url = public_url(desk)
    answers = typed(TELEGRAM_TOKEN, WHATSAPP_TOKEN, PHONE_ID, ACCOUNT_ID, APP_SECRET, url)
    told = await desk.run_beside("setup", typed=answers)
    assert told.exit_code == 0, told.output
    assert "✔ The bot is @" in told.output
    assert "✔ The number is " in told.output
    assert "✔ Meta delivers messages here." in told.output
    env = written(desk)
    assert env["EMDIA_TELEGRAM_TOKEN"] == TELEGRAM_TOKEN
    assert (env["EMDIA_WHATSAPP_TOKEN"], env["EMDIA_WHATSAPP_APP_SECRET"]) == (
        WHATSAPP_TOKEN,
        APP_SECRET,
    )
    assert env["EMDIA_PUBLIC_URL"] == url
    assert len(env["EMDIA_WHATSAPP_VERIFY_TOKEN"] or "") >= 24
    assert stat.S_IMODE((desk.folder / ".env").stat().st_mode) == 0o600
    assert box.whatsapp.subscribed
    assert box.whatsapp.webhooks.url == f"{url}/webhooks/whatsapp"
    assert {template.name for template in box.whatsapp.templates.all()} >= {"emdia_receipt"}
    for secret in (TELEGRAM_TOKEN, WHATSAPP_TOKEN, APP_SECRET):
        assert secret not in told.output


async def test_who_skips_everything_changes_nothing(desk: Shell) -> None:
    told = await desk.run_beside("setup", typed=typed("", ""))
    assert told.exit_code == 0
    assert "Nothing was changed." in told.output
    assert not (desk.folder / ".env").exists()


async def test_a_token_that_is_none_is_asked_for_again(desk: Shell) -> None:
    told = await desk.run_beside("setup", typed=typed("my token", TELEGRAM_TOKEN, ""))
    assert "EMDIA_TELEGRAM_TOKEN: this is no bot token" in told.output
    assert written(desk) == {"EMDIA_TELEGRAM_TOKEN": TELEGRAM_TOKEN}


async def test_a_token_that_telegram_does_not_know_is_asked_for_again(desk: Shell) -> None:
    told = await desk.run_beside("setup", typed=typed("123456:not-this-one", TELEGRAM_TOKEN, ""))
    assert told.output.count("Token of the bot") == 2
    assert written(desk) == {"EMDIA_TELEGRAM_TOKEN": TELEGRAM_TOKEN}


async def test_a_wrong_token_may_be_given_up(desk: Shell) -> None:
    told = await desk.run_beside("setup", typed=typed("123456:not-this-one", "", ""))
    assert told.exit_code == 0
    assert not (desk.folder / ".env").exists()


async def test_a_wrong_number_is_told_and_may_be_tried_again(desk: Shell) -> None:
    wrong = ("", WHATSAPP_TOKEN, "999", ACCOUNT_ID, "y")
    right = (WHATSAPP_TOKEN, PHONE_ID, ACCOUNT_ID, APP_SECRET, "")
    told = await desk.run_beside("setup", typed=typed(*wrong, *right))
    assert told.exit_code == 0
    assert written(desk)["EMDIA_WHATSAPP_PHONE_NUMBER_ID"] == PHONE_ID
    assert "Set EMDIA_PUBLIC_URL" in told.output


async def test_a_wrong_number_may_be_left(desk: Shell) -> None:
    answers = typed(TELEGRAM_TOKEN, "wrong", PHONE_ID, ACCOUNT_ID, "n")
    told = await desk.run_beside("setup", typed=answers)
    assert told.exit_code == 0
    assert set(written(desk)) == {"EMDIA_TELEGRAM_TOKEN"}


async def test_what_cannot_be_tried_now_is_kept_untried(desk: Shell) -> None:
    desk.set(telegram_api_url=NOWHERE)
    told = await desk.run_beside("setup", typed=typed(TELEGRAM_TOKEN, ""))
    assert "kept without a test" in told.output
    assert written(desk) == {"EMDIA_TELEGRAM_TOKEN": TELEGRAM_TOKEN}


async def test_what_is_there_is_kept_with_enter(desk: Shell) -> None:
    before = f"# mine\nEMDIA_TELEGRAM_TOKEN={TELEGRAM_TOKEN}\nOTHER=1\n"
    (desk.folder / ".env").write_text(before, encoding="utf-8")
    told = await desk.run_beside("setup", typed=typed("", ""))
    assert "Enter keeps what is there" in told.output
    assert (desk.folder / ".env").read_text("utf-8") == before


async def test_whatsapp_half_set_up_says_what_is_missing(desk: Shell) -> None:
    answers = typed("", WHATSAPP_TOKEN, PHONE_ID, ACCOUNT_ID, "", "")
    told = await desk.run_beside("setup", typed=answers)
    assert "missing: EMDIA_WHATSAPP_APP_SECRET." in told.output


async def test_without_the_accounts_id_nothing_is_connected(desk: Shell, box: Sandbox) -> None:
    answers = typed("", WHATSAPP_TOKEN, PHONE_ID, "", APP_SECRET, "")
    told = await desk.run_beside("setup", typed=answers)
    assert "EMDIA_WHATSAPP_BUSINESS_ACCOUNT_ID" in told.output
    assert not box.whatsapp.subscribed


async def test_an_address_that_does_not_lead_here_is_told(desk: Shell) -> None:
    answers = typed("", WHATSAPP_TOKEN, PHONE_ID, ACCOUNT_ID, APP_SECRET, NOWHERE)
    told = await desk.run_beside("setup", typed=answers)
    assert told.exit_code == 0
    assert "Meta does not deliver messages here yet" in told.output
    assert written(desk)["EMDIA_PUBLIC_URL"] == NOWHERE


async def test_the_environment_counts_before_the_file_and_that_is_told(desk: Shell) -> None:
    desk.set(telegram_token="123456:from-the-environment")  # noqa: S106 - it opens nothing
    told = await desk.run_beside("setup", typed=typed(TELEGRAM_TOKEN, ""))
    assert "Mind: EMDIA_TELEGRAM_TOKEN is set in the environment too" in told.output


async def test_a_running_program_may_answer_the_check_itself(
    desk: Shell, box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def taken(_self: Server) -> int:
        raise OSError

    monkeypatch.setattr(Server, "start", taken)
    answers = typed("", WHATSAPP_TOKEN, PHONE_ID, ACCOUNT_ID, APP_SECRET, "")
    told = await desk.run_beside("setup", typed=answers)
    assert told.exit_code == 0
    assert box.whatsapp.subscribed


@pytest.fixture
def device(desk: Shell, box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The same, with an Evolution server in the box; nobody waits long for a scan."""
    monkeypatch.setattr(setup_device, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(setup_device, "LOOKS", 3)
    return desk


GATEWAY = ("setup", "--gateway", "evolution")


async def test_a_phone_is_linked_by_a_code_in_the_terminal(device: Shell, box: Sandbox) -> None:
    answers = typed("", "y", box.evolution_url, EVOLUTION_KEY, "", NOWHERE)
    told = await device.run_beside(*GATEWAY, typed=answers)
    assert told.exit_code == 0, told.output
    assert "numbers get banned for it" in told.output
    assert "✔ The server answers: emdia" in told.output
    assert "█▀" in told.output
    assert "Nobody scanned the code." in told.output
    env = written(device)
    assert (env["EMDIA_WHATSAPP_GATEWAY"], env["EMDIA_EVOLUTION_INSTANCE"]) == (
        "evolution",
        "emdia",
    )
    made = box.evolution.instance
    assert made
    assert made.hook
    assert made.hook.url == NOWHERE
    assert made.hook.headers == {"X-EmDia-Key": env["EMDIA_EVOLUTION_WEBHOOK_SECRET"]}
    assert EVOLUTION_KEY not in told.output
    # Once somebody has scanned it, another round has nothing left to show.
    box.evolution.link.scans()
    again = await device.run_beside("setup", typed=typed("", "y", "", "", "", ""))
    assert "The phone is linked." in again.output
    assert "█▀" not in again.output


async def test_who_reads_what_it_may_cost_may_leave_it(device: Shell, box: Sandbox) -> None:
    told = await device.run_beside(*GATEWAY, typed=typed("", "n"))
    assert "Nothing was changed." in told.output
    assert box.evolution.instance is None


async def test_a_wrong_key_is_told_and_may_be_tried_again(device: Shell, box: Sandbox) -> None:
    wrong = ("", "y", box.evolution_url, "wrong", "", "y")
    told = await device.run_beside(
        *GATEWAY, typed=typed(*wrong, box.evolution_url, "wrong", "", "n")
    )
    assert told.output.count("does not take our key") == 2
    assert not (device.folder / ".env").exists()


async def test_a_server_that_is_not_there_is_told(device: Shell) -> None:
    told = await device.run_beside(*GATEWAY, typed=typed("", "y", NOWHERE, EVOLUTION_KEY, "", ""))
    assert "kept without a test" in told.output
    assert "The Evolution server does not answer" in told.output
    assert written(device)["EMDIA_EVOLUTION_URL"] == NOWHERE


async def test_without_a_terminal_it_says_what_to_do_instead(tmp_path: Path) -> None:
    told = await emdia(tmp_path, "setup", locale="en")
    assert told.code == 1
    assert ".env.example" in told.err


async def test_on_a_real_terminal_secrets_do_not_show(box: Sandbox, tmp_path: Path) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(  # noqa: ASYNC220 - ours; it is waited for below
        (sys.executable, "-m", "bot", "setup"),
        env=environment(locale="en", **services(box)),
        cwd=tmp_path,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    os.set_blocking(master, False)
    seen = ""

    def sees(words: str) -> bool:
        nonlocal seen
        with suppress(OSError):  # nothing new, or it has hung up
            seen += os.read(master, 65536).decode("utf-8", "replace")
        return words in seen

    try:
        await until(lambda: sees("Token of the bot"), within=60)
        os.write(master, f"{TELEGRAM_TOKEN}\n".encode())
        await until(lambda: sees("Access token"), within=30)
        os.write(master, b"\n")
        await until(lambda: sees("emdia run"), within=30)
        await until(lambda: sees("") and process.poll() is not None, within=30)
    finally:
        process.kill()
        process.wait()
        os.close(master)
    assert process.returncode == 0
    assert "✔ The bot is @" in seen
    assert TELEGRAM_TOKEN not in seen
    assert dict(dotenv_values(tmp_path / ".env")) == {"EMDIA_TELEGRAM_TOKEN": TELEGRAM_TOKEN}


def test_a_line_is_replaced_where_it_stands_and_the_rest_is_left() -> None:
    before = "# About A.\nA=1\n\nexport B = 2\n#C=\nD=x\nA=3\n"
    assert changed(before, {"A": "9", "B": "8", "C": "7", "E": "6"}) == (
        "# About A.\nA=9\n\nB=8\nC=7\nD=x\nE=6\n"
    )


def test_the_example_is_filled_in_where_it_explains() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text("utf-8")
    text = changed(example, {"EMDIA_TELEGRAM_TOKEN": TELEGRAM_TOKEN})
    assert text == example.replace(
        "#EMDIA_TELEGRAM_TOKEN=", f"EMDIA_TELEGRAM_TOKEN={TELEGRAM_TOKEN}"
    )


def test_a_file_that_others_could_read_is_closed(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1\n", encoding="utf-8")
    file.chmod(0o644)
    change(file, {"B": "2"})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text("utf-8") == "A=1\nB=2\n"


@given(value=st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1))
def test_whatever_is_written_is_read_back(value: str) -> None:
    text = changed("A=1\n", {"EMDIA_X": value})
    read: dict[str, Any] = dict(dotenv_values(stream=io.StringIO(text), interpolate=False))
    assert read == {"A": "1", "EMDIA_X": value}
