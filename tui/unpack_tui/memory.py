"""How a long session keeps to the memory it has: what is told to Python and to the C library, and what is forgotten."""

from __future__ import annotations

import gc

from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.geometry import Region

from unpack_core.memory import give_back, share

_REMEMBERED = {
    StylesCache: ["get_inner_outer"],
    Segment: ["_split_cells"],
    Region: ["__contains__", "contains_region", "intersection", "overlaps", "translate"],
}
"""What Textual and Rich keep of all that was ever painted: a thousand widgets that are gone, sixteen thousand lines
that the edge of a dialog once cut, and where things lay."""


def settle() -> None:
    """Look for rubbish from now on, in what is made from now on; new threads take their memory where others do."""
    gc.freeze()
    gc.enable()
    share()


def forget() -> None:
    """Let go of what is remembered of screens that were left, and give what is free back to the system."""
    for owner, methods in _REMEMBERED.items():
        for method in methods:
            if clear := getattr(getattr(owner, method, None), "cache_clear", None):  # another release may remember less
                clear()
    give_back()
