"""The line that tells how far a run is, on terminals of any width."""

from __future__ import annotations

from collections import Counter

import pytest

from unpack_core.generate.run import Tally
from unpack_tui.generating import progress_line


def tally() -> Tally:
    return Tally(
        expected=600, done=16, failed=Counter({"not JSON": 2, "refused": 1}), in_flight=4, input_tokens=120_345,
        output_tokens=20_000, cached_tokens=90_000, cost_usd=0.13,
    )  # fmt: skip


def test_where_there_is_room_all_of_it_is_said() -> None:
    line = progress_line(tally(), 0, 200)
    for part in ("16 of 600 done", "3 failed (2 not JSON, 1 refused)", "4 in flight", "140,345 tokens (90,000 cached)",
                 "$0.13 of about $4.11", " left"):  # fmt: skip
        assert part in line


@pytest.mark.parametrize("pause", [0.0, 3.0])
@pytest.mark.parametrize("columns", range(30, 160, 7))
def test_it_never_breaks_and_a_pause_is_the_last_thing_to_go(columns: int, pause: float) -> None:
    line = progress_line(tally(), pause, columns)
    assert len(line) <= columns
    assert line.startswith("16 of 600 done")
    if pause and columns > 40:
        assert "all wait, 3 s more" in line
    assert "· (" not in line


def test_what_is_short_still_fits_where_something_longer_did_not() -> None:
    line = progress_line(tally(), 0, 79)
    assert "not JSON" not in line
    assert "4 in flight" in line
