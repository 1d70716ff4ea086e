"""How the threads of a process keep to the memory that it has, and give back what they no longer use."""

from __future__ import annotations

from functools import cache

_ARENA_MAX = -8
"""Of mallopt(3), in glibc's malloc.h."""


@cache
def share() -> None:
    """From now on new threads take their memory where others do.

    glibc gives each thread a place of its own (an arena) and keeps there what is free: megabytes for each that counts
    or searches, and what another has let go of is of no use to it.
    """
    _tell("mallopt", _ARENA_MAX, 1)


def give_back() -> None:
    """Let the system have what is free, which glibc keeps unless it lies at the very end: half a millisecond."""
    _tell("malloc_trim", 0)


def _tell(function: str, *numbers: int) -> None:
    """Call one of glibc's own. Elsewhere nothing is told, and nothing is lost."""
    import ctypes  # some milliseconds, which the first picture need not wait for

    if hasattr(library := ctypes.CDLL(None), function):
        getattr(library, function)(*numbers)
