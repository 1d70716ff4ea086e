"""How a long session keeps to the memory it has: what Python and the C library are told once the review is painted."""

from __future__ import annotations

import gc

from unpack_core.memory import share


def settle() -> None:
    """Look for rubbish from now on, in what is made from now on; new threads take their memory where others do."""
    gc.freeze()
    gc.enable()
    share()
