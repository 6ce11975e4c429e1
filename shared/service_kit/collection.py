"""The collector of reference cycles, kept from looking again and again at what is being made in bulk."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """No collection of cycles in this process meanwhile: for making hundreds of thousands of values that all stay.

    Each collection looks at whatever is there, so that they cost more than the making. What nothing refers to is freed
    at once all the same. Whoever was before has it paused keeps it paused.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
