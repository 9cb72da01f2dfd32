"""Logs: one line an event, whoever writes it, and nothing secret or personal on it."""

import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Literal

import pytest
import structlog
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.telemetry.logs import set_up
from bot.telemetry.mask import mask, masked

PHONE = "5527998142173"
TELEGRAM = "8123456789:AAF-k3y_abcdefghijklmnopqrstuvwxyz"
META = "EAAGm0PX4ZCpsBAKZCexampleTokenOfMeta0123456789ZD"
PIX = (
    "00020126360014BR.GOV.BCB.PIX0114+5527998142173520400005303986540549.905802BR"
    "5912Padaria Joao6007Vitoria62070503abc63041D3D"
)
WIDE = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}  # as on old keyboards
WAMID = "wamid.HBgNNTUyNzk5ODE0MjE3MxUCABEYEjA1RkY4QTQ1NkE4RjE2M0I2QQA="

SetUp = Callable[..., None]


@pytest.fixture
def logging_set_up() -> Iterator[SetUp]:
    """Set logging up as the program does, and put everything back afterwards."""
    root = logging.getLogger()
    before = (list(root.handlers), root.level, structlog.get_config())
    yield set_up
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    structlog.configure(**before[2])


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[dict[str, Any]]]:
    def read() -> list[dict[str, Any]]:
        captured = capsys.readouterr()
        assert captured.out == ""
        return [json.loads(line) for line in captured.err.splitlines()]

    return read


Lines = Callable[[], list[dict[str, Any]]]


def test_an_event_is_one_line_that_a_machine_reads(logging_set_up: SetUp, lines: Lines) -> None:
    logging_set_up("INFO", "json")
    structlog.get_logger().info("reminder.sent", step=3, words="two\nlines", none=None, ratio=0.5)
    (line,) = lines()
    at = line.pop("at")
    assert at.endswith("Z")
    assert line == {
        "level": "info",
        "event": "reminder.sent",
        "step": 3,
        "words": "two\nlines",
        "none": None,
        "ratio": 0.5,
    }


def test_what_is_bound_to_the_task_is_on_every_line(logging_set_up: SetUp, lines: Lines) -> None:
    logging_set_up()
    with structlog.contextvars.bound_contextvars(request="r-1"):
        structlog.get_logger().info("one")
        logging.getLogger("some.library").warning("two")
    assert [line["request"] for line in lines()] == ["r-1", "r-1"]


def test_a_library_writes_the_same_kind_of_line(logging_set_up: SetUp, lines: Lines) -> None:
    logging_set_up()
    logging.getLogger("some.library").warning("sent to %s", PHONE)
    (line,) = lines()
    assert (line["library"], line["level"], line["event"]) == (
        "some.library",
        "warning",
        "sent to ***2173",
    )


def test_only_what_is_grave_enough_is_written(logging_set_up: SetUp, lines: Lines) -> None:
    logging_set_up("WARNING")
    for log in (structlog.get_logger(), logging.getLogger("some.library")):
        log.info("quiet")
        log.warning("loud")
    assert [line["event"] for line in lines()] == ["loud", "loud"]


@pytest.mark.parametrize("name", ["httpx", "apscheduler.scheduler", "aiohttp.access"])
def test_chatty_libraries_are_silent_below_a_warning(
    name: str, logging_set_up: SetUp, lines: Lines
) -> None:
    logging_set_up("DEBUG")
    logging.getLogger(name).info("GET https://api.telegram.org")
    assert lines() == []


def test_an_exception_is_told_on_the_same_line_and_masked(
    logging_set_up: SetUp, lines: Lines
) -> None:
    logging_set_up()
    try:
        raise ValueError(f"no chat {PHONE}")  # noqa: TRY301 - an exception to log
    except ValueError:
        structlog.get_logger().exception("request.failed")
    (line,) = lines()
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: no chat ***2173")


def test_the_last_set_up_counts(logging_set_up: SetUp, lines: Lines) -> None:
    logging_set_up()
    logging_set_up()
    logging.getLogger("some.library").warning("once")
    assert len(lines()) == 1


@pytest.mark.parametrize("value", ["\ud800", b"\xff\xfe", 2**80, float("nan"), object(), {1: {2}}])
def test_no_value_is_too_strange_to_be_logged(
    value: object, logging_set_up: SetUp, lines: Lines
) -> None:
    logging_set_up()
    structlog.get_logger().info("strange", value=value)
    assert lines()[0]["event"] == "strange"


def test_for_people_a_line_is_easy_to_read_and_cannot_be_forged(
    logging_set_up: SetUp, capsys: pytest.CaptureFixture[str]
) -> None:
    logging_set_up("INFO", "console")
    forged = "oi\n2026-11-25 [error] all.lost\x1b[2J"
    structlog.get_logger().info("client.said", words=forged, bare="\x1b[2J", many=[forged])
    structlog.get_logger().info(forged)
    first, second = capsys.readouterr().err.splitlines()
    assert "client.said" in first
    assert r"words='oi\n2026-11-25" in first
    assert r"oi\n2026-11-25" in second
    assert "\x1b" not in first + second


def test_for_people_a_traceback_keeps_its_lines(
    logging_set_up: SetUp, capsys: pytest.CaptureFixture[str]
) -> None:
    logging_set_up("INFO", "console")
    try:
        raise ValueError(PHONE)  # noqa: TRY301 - an exception to log
    except ValueError:
        structlog.get_logger().exception("request.failed")
    told = capsys.readouterr().err
    assert "\nValueError: ***2173" in told


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        (f"to {PHONE}", "to ***2173"),
        ("to +55 27 99814-2173, now", "to +***2173, now"),
        ("(27) 99814.2173", "(***2173"),
        ("27/99814/2173", "***2173"),
        ("tel:2733334444", "tel:***4444"),
        ("27\u00a099814\u20112173", "***2173"),
        ("27\u200b99814\u200b2173", "***2173"),
        (PHONE.translate(WIDE), "***" + "2173".translate(WIDE)),
        ("CPF 123.456.789-09", "CPF ***8909"),
        ("CNPJ 12.345.678/0001-95", "CNPJ ***0195"),
        (f"https://api.telegram.org/bot{TELEGRAM}/sendMessage", "https://api.telegram.org/bot***/sendMessage"),
        (TELEGRAM.replace(":", "%3A"), "***"),
        (f"sent with {META}", "sent with ***"),
        (f"Authorization: Bearer {META}", "Authorization: *** ***"),
        ("bearer abc.def-ghi", "bearer ***"),
        ("https://x/y?access_token=abc&z=1", "https://x/y?access_token=***&z=1"),
        ("https://x/y?hub.verify_token=abc&z=1", "https://x/y?hub.verify_token=***&z=1"),
        ('{"token": "abc", "a": 1}', '{"token": "***", "a": 1}'),
        (r'{\"token\": \"abc\"}', r'{\"token\": \"***\"}'),
        ("{'password': 'abc'}", "{'password': '***'}"),
        ("X-Api-Key: abc", "X-Api-Key: ***"),
        ("EMDIA_WHATSAPP_APP_SECRET=abc", "EMDIA_WHATSAPP_APP_SECRET=***"),
        ("redis://:pass@host:6379/0", "redis://:***@host:6379/0"),
        ("postgresql+asyncpg://me:p@ss:w/rd@db/emdia", "postgresql+asyncpg://me:***@db/emdia"),
        ("ana.souza+1@gmail.com.br wrote", "a***@g*** wrote"),
        ("?mail=ana%40gmail.com", "?mail=a***@g***"),
        (PIX, "<pix>"),
        (f"code {PIX.lower()}!", "code <pix>!"),
        (WAMID, f"wamid.***{WAMID[-8:]}"),
        ("sha256=" + "0a" * 32, "sha256=***"),
        ("by emdia_k3yAbCdEfGhIjKlMnOpQr_st-uv", "by ***"),
        ("clone https://x:ghp_abcdefghijklmnopqrstuvwxyz0123456789@github.com", "clone https://x:***@github.com"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "***"),
        ("github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz", "***"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w", "***"),
        ("AGE-SECRET-KEY-1QQPQRZ3S4T5V6W7X8Y9Z0ABCDEFGHJKLMN", "***"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----", "***"),
    ],
)  # fmt: skip
def test_what_must_not_be_kept_is_taken_out(written: str, safe: str) -> None:
    assert masked(written) == safe


@pytest.mark.parametrize(
    "written",
    [
        "reminder.sent",
        "emdia_due_to_accepted_seconds",
        "2026-11-25T12:58:22.123456+00:00",
        "row 8c1e1234-5678-4012-9345-678901234567 waits",
        "worker vm-7-p21483-abcdefghijkl",
        "from 2026-11-25 12:58:22 until 2026-11-26",
        "127.0.0.1:8080",
        "GET /clients/12345 200 in 0.012 s",
        "R$ 1.250,00",
        "v25.0",
        "the token was refused",
        "2 3 5 7",
        "http://localhost:8080/webhooks/whatsapp",
        "Padaria São João ☀️",
    ],
)
def test_what_helps_and_harms_nobody_stays(written: str) -> None:
    assert masked(written) == written


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "telegram_token",
        "Authorization",
        "x-api-key",
        "X-Hub-Signature-256",
        "password",
        "app_secret",
        "secret",
        "secret_key",
        "owner_code",
        "cookie",
        "EMDIA_WHATSAPP_VERIFY_TOKEN",
    ],
)
def test_a_field_with_a_telling_name_is_never_shown(name: str) -> None:
    assert mask(None, "info", {name: "x", "inner": {name: ["x"]}}) == {
        name: "***",
        "inner": {name: "***"},
    }


def test_values_are_masked_however_deep_they_lie() -> None:
    event = {"a": [{"b": (f"to {PHONE}", {PHONE: 1})}], "c": {PHONE}, "d": PHONE.encode()}
    assert mask(None, "info", event) == {
        "a": [{"b": ["to ***2173", {"***2173": 1}]}],
        "c": ["***2173"],
        "d": "***2173",
    }


def test_what_never_ends_is_not_followed_for_ever() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert "…" in str(mask(None, "info", {"loop": loop}))


def test_numbers_long_enough_for_a_phone_are_masked_and_others_are_not() -> None:
    event = {"phone": int(PHONE), "n": 1_234, "s": 1.5, "ok": True, "no": None, "d": Decimal(PHONE)}
    assert mask(None, "info", event) == {
        "phone": "***2173",
        "n": 1_234,
        "s": 1.5,
        "ok": True,
        "no": None,
        "d": "***2173",
    }


def test_a_value_of_any_other_kind_is_masked_as_it_reads() -> None:
    class Client:
        def __str__(self) -> str:
            return f"Ana {PHONE}"

    event = {"client": Client(), "hidden": SecretStr("abc")}
    assert mask(None, "info", event) == {"client": "Ana ***2173", "hidden": "**********"}


def test_of_very_long_values_the_ends_are_kept_and_nothing_half_masked() -> None:
    long = f"begin {'x' * 3_970} {PHONE} " + "middle " * 3_000 + f"{META} end"
    told = masked(long)
    assert told.startswith("begin")
    assert told.endswith("*** end")
    assert len(told) < 12_100
    assert PHONE[:8] not in told


JOINTS = st.text(" .-()/\u00a0\u2011\u200b", max_size=2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    digits=st.text("0123456789", min_size=10, max_size=13),
    joints=st.lists(JOINTS, min_size=13, max_size=13),
    before=st.text(max_size=30),
    after=st.text(max_size=30),
)
@example(digits="5527998142173", joints=[""] * 13, before="2026-11-25 ", after="T12:00")
@example(
    digits="2020101099", joints=[""] * 4 + ["-"] + [""] + ["-"] + [""] * 6, before="", after=""
)
def test_no_phone_number_gets_through_however_it_is_written(
    digits: str, joints: list[str], before: str, after: str
) -> None:
    phone = "".join(digit + joint for digit, joint in zip(digits, joints, strict=False))
    told = masked(f"{before}:{phone}:{after}")
    left = "".join(sign for sign in told if sign.isdecimal())
    assert digits not in left or digits in before + after


@given(words=st.text())
def test_masking_twice_changes_nothing_more(words: str) -> None:
    once = masked(words)
    assert masked(once) == once


@pytest.mark.parametrize(
    "evil",
    [
        "1",
        "1 ",
        "1    ",
        "1.1",
        "a",
        "a.",
        "a@",
        "@",
        "%40",
        ":",
        "://",
        "://a:",
        "token",
        "token=",
        "('token': ",
        "bearer ",
        "EAA",
        "wamid.",
        "00020",
        "00020 br.gov.bcb.pix",
        "2026-11-",
    ],
)
def test_no_line_is_written_to_keep_us_busy(evil: str) -> None:
    line = (evil * 12_000)[:11_990]
    begun = time.perf_counter()
    masked(line)
    assert time.perf_counter() - begun < 2


Format = Literal["json", "console"]


@pytest.mark.parametrize("fmt", ["json", "console"])
def test_no_secret_reaches_the_log_by_any_road(
    fmt: Format, logging_set_up: SetUp, capsys: pytest.CaptureFixture[str]
) -> None:
    logging_set_up("DEBUG", fmt)
    ours, theirs = structlog.get_logger(), logging.getLogger("telegram.ext")
    secrets = [PHONE, TELEGRAM, META, PIX]
    for secret in secrets:
        ours.info(secret, value=secret, token=secret, inner=[{"deep": f"x{secret}y"}])
        theirs.warning("failed: %s", secret, extra={"request": {"url": f"https://x/{secret}"}})
        try:
            raise RuntimeError(secret)  # noqa: TRY301 - an exception to log
        except RuntimeError:
            ours.exception("failed")
            theirs.exception("failed")
    told = capsys.readouterr().err
    assert told.count("failed") >= 12
    assert [secret for secret in secrets if secret in told] == []


def test_a_logger_outlives_the_stream_that_it_first_wrote_to(
    logging_set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr("sys.stderr", first)
    logging_set_up("INFO", "json")
    log = structlog.get_logger("lasting")
    log.info("said.once")
    monkeypatch.setattr("sys.stderr", second)
    first.close()
    log.info("said.again")
    assert "said.again" in second.getvalue()
