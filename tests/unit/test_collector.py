"""Python's collector of garbage leaves alone what a start makes.

Each test has a process of its own: what is frozen stays so, and this one has many tests to come.
"""

import subprocess
import sys
from textwrap import dedent

BEGINS = """
import gc
from bot.cli.collector import nothing_to_collect

class Ring:
    def __init__(self):
        self.me = self  # only the collector can take it away

"""


def says(script: str) -> str:
    """What a process prints that runs this."""
    done = subprocess.run(  # noqa: S603 - our own words
        (sys.executable, "-c", BEGINS + dedent(script)), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_what_a_start_makes_is_never_looked_at_again() -> None:
    script = """
    with nothing_to_collect():
        on = gc.isenabled()
        stays = [Ring() for _ in range(10)]
    print(on, {id(one) for one in gc.get_objects()}.isdisjoint(map(id, stays)))
    """
    assert says(script) == "False True"


def test_what_comes_afterwards_is_collected() -> None:
    script = """
    with nothing_to_collect():
        pass
    gc.collect()
    Ring()
    print(gc.isenabled(), gc.collect() > 0)
    """
    assert says(script) == "True True"


def test_a_start_that_fails_leaves_the_collector_on() -> None:
    script = """
    try:
        with nothing_to_collect():
            raise ImportError
    except ImportError:
        print(gc.isenabled())
    """
    assert says(script) == "True"
