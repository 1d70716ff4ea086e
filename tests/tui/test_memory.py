"""What is kept of screens that were left."""

from __future__ import annotations

from pathlib import Path

from rich.segment import Segment
from textual.geometry import Region

from unpack_core.store import Store
from unpack_tui.app import UnpackApp

_LINES = 500


async def test_a_screen_that_is_left_takes_with_it_what_is_remembered_of_what_was_painted(database: Path) -> None:
    with Store.open(database) as store:
        async with UnpackApp(store).run_test() as pilot:
            await pilot.press("t")
            for n in range(_LINES):
                Segment(f"⚑ a line that an edge cuts: {n}").split_cells(10)
                Region(n, 0, 2, 2).contains_region(Region(n, 0, 1, 1))
            assert Segment._split_cells.cache_info().currsize >= _LINES
            await pilot.press("escape")
            await pilot.pause()
            assert Segment._split_cells.cache_info().currsize < _LINES
            assert Region.contains_region.cache_info().currsize < _LINES
