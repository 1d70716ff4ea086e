"""What is free is the system's again."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest

from unpack_core.memory import give_back


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="its C library is not glibc")
def test_what_is_free_between_what_is_not_is_given_back() -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    pieces = [bytes([n % 256]) * 50_000 for n in range(1_000)]
    last = bytes(50_000)  # above them all
    held = resident()
    pieces.clear()
    give_back()
    assert len(last) == 50_000
    assert held - resident() > 40_000_000
