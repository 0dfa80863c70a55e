"""Time limits of reading, measured as the reading process of its own would take it."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within_a_second() -> Iterator[None]:
    """The block takes less than a second of CPU.

    Packages are read in a fresh process. Thousands of tests into a run, a full garbage collection walks a heap that
    process would never have; frozen objects are not walked.
    """
    gc.freeze()
    try:
        began = time.process_time()
        yield
        assert time.process_time() - began < 1
    finally:
        gc.unfreeze()
