"""Ask once more, where asking twice changes nothing: fetching a file, listing templates."""

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

P = ParamSpec("P")
T = TypeVar("T")

_LONGEST_S = 10  # somebody waits for the answer


def retrying(
    times: int, on: tuple[type[Exception], ...], first_s: float = 0.5
) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    """Call up to ``times`` times while one of ``on`` is raised; the last one is passed on.

    Never for sending: a message that may have left must not leave twice.
    """
    return retry(
        stop=stop_after_attempt(times),
        wait=wait_random_exponential(multiplier=first_s, max=_LONGEST_S),
        retry=retry_if_exception_type(on),
        reraise=True,
    )
