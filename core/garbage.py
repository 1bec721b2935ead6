"""Python's collector of cycles, where it finds none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without the collector of cycles, which would walk through hundreds of thousands of remembered values and find none.

    That takes a third of the time of parsing, and half of that of deriving spells. What is thrown away is freed as ever.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
