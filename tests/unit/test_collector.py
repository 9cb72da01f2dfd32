"""Python's collector of garbage leaves alone what a start makes."""

import gc
from collections.abc import Iterator

import pytest

from bot.cli.collector import nothing_to_collect


class Ring:
    """Holds itself: only the collector can take it away."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)


def test_what_a_start_makes_is_never_looked_at_again() -> None:
    with nothing_to_collect():
        assert not gc.isenabled()
        stays = [Ring() for _ in range(10)]
    looked_at = {id(one) for one in gc.get_objects()}
    assert not looked_at.intersection(map(id, stays))


def test_what_comes_afterwards_is_collected() -> None:
    with nothing_to_collect():
        pass
    assert gc.isenabled()
    Ring()
    assert gc.collect() >= 1


def test_a_start_that_fails_leaves_the_collector_on() -> None:
    with pytest.raises(ImportError), nothing_to_collect():
        raise ImportError
    assert gc.isenabled()
