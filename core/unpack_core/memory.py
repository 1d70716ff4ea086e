"""How the threads of a process keep to the memory that it has."""

from __future__ import annotations

from functools import cache

_ARENA_MAX = -8
"""Of mallopt(3), in glibc's malloc.h."""


@cache
def share() -> None:
    """From now on new threads take their memory where others do.

    glibc gives each thread a place of its own (an arena) and keeps there what is free: megabytes for each that counts,
    searches or compares, and what another has let go of is of no use to it. Elsewhere than with glibc nothing is told,
    and nothing is lost.
    """
    import ctypes  # some milliseconds, which the first picture need not wait for

    if hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_ARENA_MAX, 1)
