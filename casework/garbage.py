"""Python's garbage collector, told what lasts.

A process holds some hundred thousand objects for as long as it lives: modules, how tables map to
classes, the index of names. Left alone, the collector walks through them again and again while a
list is imported or a page is made.
"""

import gc
from typing import Final

#: New objects before a collection, and how many of one generation lead to one of the next.
THRESHOLDS: Final = (20_000, 10, 20)


def settle() -> None:
    """From now on look only through what is made later, and less often.

    To be called when a process has loaded what it needs. Measured on an import of 2,000 households:
    8.8 s before, 6.0 s with it, 6 % more memory.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
