"""Waiting for something to become so: asked again and again up to a deadline, never slept for."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")
EVERY_S = 0.01


@overload
async def until(condition: Callable[[], Awaitable[T]], within: float = 30) -> T: ...
@overload
async def until(condition: Callable[[], T], within: float = 30) -> T: ...
async def until(condition: Callable[[], object], within: float = 30) -> object:
    """What the condition says once it says anything true; it may be a coroutine function."""
    deadline = time.monotonic() + within
    while True:
        said = condition()
        answer = await said if inspect.isawaitable(said) else said
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(_never(condition, within, answer))
        await asyncio.sleep(EVERY_S)


def until_now(condition: Callable[[], T], within: float = 30) -> T:
    """The same where there is no loop: while a server is being started."""
    deadline = time.monotonic() + within
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(_never(condition, within, answer))
        time.sleep(EVERY_S)
    return answer


def _never(condition: object, within: float, answer: object) -> str:
    name = getattr(condition, "__qualname__", repr(condition))
    return f"{name} was not so within {within} s; it last said {answer!r}"
