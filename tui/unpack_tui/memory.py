"""How a long session keeps to the memory it has: what Python and the C library are told once the review is painted."""

from __future__ import annotations

import gc

_ARENA_MAX = -8
"""Of mallopt(3), in glibc's malloc.h."""


def settle() -> None:
    """Look for rubbish from now on, in what is made from now on; new threads take their memory where others do.

    glibc gives each thread that counts or searches a place of its own (an arena) and keeps there what is free: some
    megabytes for every thousand keys. Elsewhere than with glibc nothing is told, and nothing is lost.
    """
    gc.freeze()
    gc.enable()
    import ctypes  # some milliseconds, which the first picture need not wait for

    if hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_ARENA_MAX, 1)
