"""Every place in the code that writes to the log, fed with what must never be read there."""

import ast
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import structlog

from bot.telemetry.logs import set_up
from tests.support.keys import ROOT

LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}

MEASURE = re.compile("(.*_)?(ms|s|seconds|bytes)")  # a whole number in it is nobody's

# What must not be found, and the ways in which it may reach a log.
SECRETS: Mapping[str, Sequence[Any]] = {
    "8123456789:AAF-k3y_abcdefghijklmnopqrstuvwxyz": (
        "8123456789:AAF-k3y_abcdefghijklmnopqrstuvwxyz",
        "https://api.telegram.org/bot8123456789:AAF-k3y_abcdefghijklmnopqrstuvwxyz/getMe",
    ),
    "EAAGm0PX4ZCpsBAKZCexampleTokenOfMeta0123456789ZD": (
        "Bearer EAAGm0PX4ZCpsBAKZCexampleTokenOfMeta0123456789ZD",
        b"EAAGm0PX4ZCpsBAKZCexampleTokenOfMeta0123456789ZD",
    ),
    "emdia_k3yAbCdEfGhIjKlMnOpQrStUv": ({"headers": ["x emdia_k3yAbCdEfGhIjKlMnOpQrStUv"]},),
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789": (
        ValueError("401 for ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
    ),
    "s3cr3t-of-the-app": (
        "Authorization: s3cr3t-of-the-app",
        "https://x/y?access_token=s3cr3t-of-the-app&z=1",
        {"app_secret": "s3cr3t-of-the-app"},
        "postgresql://me:s3cr3t-of-the-app@db/emdia",
    ),
    "5527998142173": ("5527998142173", b"5527998142173", {"5527998142173": {"to": 1}}),
    "99814-2173": ("+55 27 99814-2173", ["(27) 99814-2173"], ("tel:27 99814-2173",)),
    "998.142.173": ("27 998.142.173",),
    "123.456.789-09": ("CPF 123.456.789-09",),
    "12.345.678/0001-95": ({"cnpj": "12.345.678/0001-95"},),
    "ana.souza@gmail.com": ("ana.souza@gmail.com wrote", {"mail": "ana.souza@gmail.com"}),
}


@dataclass(frozen=True)
class Site:
    """One line of code that writes an event, and the names of what it tells."""

    where: str
    event: str
    fields: tuple[str, ...]


def sites() -> Iterator[Site]:
    for file in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _writes(node):
                events = [each for each in node.args if _is_words(each)]
                where = f"{file.relative_to(ROOT)}:{node.lineno}"
                event = str(events[0].value) if events else ""  # type: ignore[attr-defined] # words
                yield Site(where, event, tuple(each.arg or "**" for each in node.keywords))


def _writes(call: ast.Call) -> bool:
    called = call.func
    return (
        isinstance(called, ast.Attribute)
        and called.attr in LEVELS
        and isinstance(called.value, ast.Name)
        and called.value.id in {"log", "logger"}
    )


def _is_words(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


EVERY = tuple(sites())


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level, structlog.get_config())
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    structlog.configure(**before[2])


def test_the_places_are_found() -> None:
    assert len(EVERY) > 50
    assert {"bot/jobs/intake.py", "bot/web/middleware.py"} <= {
        site.where.partition(":")[0] for site in EVERY
    }


def test_every_event_has_a_name_of_its_own_and_no_value_in_it() -> None:
    nameless = [site.where for site in EVERY if "." not in site.event or " " in site.event]
    assert nameless == []


def test_every_field_is_written_out() -> None:
    assert [site.where for site in EVERY if "**" in site.fields] == []


def test_no_logger_goes_by_a_name_that_would_not_be_found() -> None:
    made = re.compile(r"^(\w+) = structlog\.get_logger", re.MULTILINE)
    files = sorted((ROOT / "bot").rglob("*.py"))
    names = {name for file in files for name in made.findall(file.read_text(encoding="utf-8"))}
    assert names == {"log"}


@pytest.mark.parametrize("fmt", ["json", "console"])
def test_nothing_secret_or_personal_is_written_at_any_of_them(
    fmt: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up("DEBUG", fmt)
    log = structlog.get_logger("every.site")
    leaks: list[str] = []
    for site in EVERY:
        for secret, roads in SECRETS.items():
            for road in roads:
                log.info(site.event, **dict.fromkeys(site.fields, road))
            told = capsys.readouterr().err
            assert site.event in told
            if secret in told:
                leaks.append(f"{site.where} tells {secret}")
    assert leaks == []


@pytest.mark.parametrize("secret", SECRETS)
def test_nor_by_the_traceback_of_what_failed(
    secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up("DEBUG", "json")
    log = structlog.get_logger("every.site")
    for road in SECRETS[secret]:
        try:
            raise RuntimeError(road) from LookupError(road)  # noqa: TRY301 - to be logged
        except RuntimeError:
            log.exception("something.failed")
        log.error("something.failed", exc_info=RuntimeError(road))
    assert secret not in capsys.readouterr().err


def test_a_phone_that_is_a_number_is_masked_at_each_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up("DEBUG", "json")
    log = structlog.get_logger("every.site")
    for site in EVERY:
        fields = [name for name in site.fields if not MEASURE.fullmatch(name)]
        log.info(site.event, **dict.fromkeys(fields, 5527998142173))
    assert "5527998142173" not in capsys.readouterr().err
