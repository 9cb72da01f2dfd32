"""Waiting must end both ways: when it is so, and when it never will be."""

import asyncio

import pytest

from tests.support.waiting import until, until_now


async def test_waiting_ends_with_what_was_waited_for() -> None:
    arrived: list[str] = []
    asyncio.get_running_loop().call_soon(arrived.append, "news")
    assert await until(lambda: arrived) == ["news"]


async def test_a_coroutine_function_may_be_asked() -> None:
    async def so() -> int:
        return 7

    assert await until(so) == 7


async def test_waiting_for_what_never_comes_fails() -> None:
    with pytest.raises(AssertionError, match=r"not so within 0\.05 s"):
        await until(lambda: False, within=0.05)


def test_waiting_without_a_loop_fails_too() -> None:
    with pytest.raises(AssertionError, match="last said None"):
        until_now(lambda: None, within=0.05)
