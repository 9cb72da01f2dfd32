"""Python's collector of garbage, told not to look through what stays for good."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Objects made before it looks through the newest. Python's 700 is a look at every few messages.
_WORTH_A_LOOK = 10_000


@contextmanager
def nothing_to_collect() -> Iterator[None]:
    """What is made inside stays as long as the program: modules, tables, classes.

    A start would look through all of it a dozen times, and so would every minute of work, each
    time standing still for a tenth of a second. What comes afterwards is collected as ever.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(_WORTH_A_LOOK)
        gc.enable()
