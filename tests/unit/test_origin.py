"""Where work began is known to everything that it causes, and to nothing else."""

import asyncio
import re

import structlog

from bot.jobs.worker import a_name
from bot.telemetry.mask import masked
from bot.telemetry.origin import begun, new_request_id, origin


def test_outside_nothing_is_known() -> None:
    assert (origin().where, origin().request_id) == ("", "")


def test_inside_it_is_known_and_on_every_line_of_the_log() -> None:
    with begun("api", "abc"):
        assert (origin().where, origin().request_id) == ("api", "abc")
        assert structlog.contextvars.get_contextvars()["request_id"] == "abc"
    assert origin().where == ""
    assert "request_id" not in structlog.contextvars.get_contextvars()


def test_what_begins_inside_something_else_hands_it_back() -> None:
    with begun("job", "outer"):
        with begun("telegram", origin().request_id):
            assert (origin().where, origin().request_id) == ("telegram", "outer")
        assert origin().where == "job"


async def test_two_at_once_do_not_mix() -> None:
    met = asyncio.Barrier(2)

    async def work(where: str) -> str:
        with begun(where):
            await met.wait()
            return origin().where

    assert [*await asyncio.gather(work("api"), work("job"))] == ["api", "job"]


def test_an_id_of_a_request_survives_the_mask() -> None:
    ids = {new_request_id() for _ in range(100)}
    assert len(ids) == 100
    assert {each for each in ids if masked(each) != each} == set()


def test_the_name_of_a_worker_survives_the_mask_on_any_machine() -> None:
    for host in ("vm", "vm-20-31", "ip-172-31-255-100", "10.20.30.40", "worker.0123456.example"):
        name = a_name(host)
        assert masked(f"started {name} now") == f"started {name} now"
        assert re.fullmatch(r"[\w.-]+-p\d+-[a-z]{12}", name)
    assert a_name() != a_name()
