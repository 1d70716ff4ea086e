"""Memory over a long session: `python -m tests.bench.bench_long_use [keys [seed]]` (20,000 and 1).

One app, driven by a pilot with random keys over all screens: decisions, edits, filters, searches, bulk steps, tags,
near-duplicates, versions, stats, help, the palette; now and then a model is asked, on loopback. Prints a row for every
tenth of the keys, back in the review of everything and after a full collection, so that rows differ by what stays and
not by what is open: what the process holds in memory; of that, what the C library's allocator has handed out, what it
keeps though it is free, and what SQLite uses; what Python's allocator counts, and how many objects there are. At the
end it checks the file's invariants. As in the program, all threads take their memory from one place, and what is free
is given back whenever a screen is left (memory.py).
README.md has the figures.
`--trace` names what grew most, and is slow. It wants Linux and glibc.
"""

from __future__ import annotations

import _sqlite3
import argparse
import asyncio
import ctypes
import gc
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from pathlib import Path
from random import Random

from tests.bench.bench_stats import fill
from tests.tui.wandering import PACE_SECONDS, wander
from textual import _wait
from textual.pilot import Pilot

from unpack_core.doctor import examine
from unpack_core.queue import Arrangement
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.memory import settle
from unpack_tui.screens.dialogs import KeepOrDrop
from unpack_tui.screens.review import ReviewScreen

_LAYERS = 3_600
_PAGE = os.sysconf("SC_PAGE_SIZE")
_C, _SQLITE = ctypes.CDLL(None), ctypes.CDLL(_sqlite3.__file__)


class _Allocated(ctypes.Structure):
    """What mallinfo2(3) tells."""

    _names = (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
    )  # fmt: skip
    _fields_ = tuple((name, ctypes.c_size_t) for name in _names)


_C.mallinfo2.restype = _Allocated
_SQLITE.sqlite3_memory_used.restype = ctypes.c_int64


def resident() -> float:
    """Megabytes that the process holds in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE / 2**20


def held() -> str:
    """Columns of megabytes: held by the process, handed out by malloc, free in it, used by SQLite."""
    told = _C.mallinfo2()
    sizes = (told.uordblks + told.hblkhd, told.fordblks, _SQLITE.sqlite3_memory_used())
    return " | ".join(f"{size:.1f}" for size in (resident(), *(size / 2**20 for size in sizes)))


async def go_home(pilot: Pilot[None], app: UnpackApp) -> None:
    """To the review of everything, as it is read."""
    while not isinstance(screen := app.screen, ReviewScreen):
        await pilot.press("n" if isinstance(screen, KeepOrDrop) else "escape")
    screen.seeking.end()
    app.review.narrow("", Arrangement.DOCUMENT)
    screen.show()


async def measure(store: Store, keys: int, seed: int, *, trace: bool) -> None:
    app, chance = UnpackApp(store, painted=settle), Random(seed)
    total = Counter[str]()
    heads = ("keys", "resident MB", "handed out", "kept free", "SQLite's", "blocks of Python's", "objects", "ms a key")
    print(f"| {' | '.join(heads)} |\n{'| ---: ' * len(heads)}|")
    async with app.run_test(size=(120, 40)) as pilot:
        before = None
        for part in range(10):
            start = time.perf_counter()
            total += await wander(pilot, keys // 10, chance, ask=0.01)
            pace = 1000 * (time.perf_counter() - start) / (keys // 10)
            await go_home(pilot, app)
            gc.collect()
            print(
                f"| {total.total():,} | {held()} | {sys.getallocatedblocks():,} | {len(gc.get_objects()):,} |"
                f" {pace:.0f} |",
                flush=True,
            )
            if trace:
                now = tracemalloc.take_snapshot()
                if part == 4:
                    before = now
        if before:
            for line in now.compare_to(before, "lineno")[:15]:
                print(line)
    print("Keys on each screen:", ", ".join(f"{name} {number:,}" for name, number in total.most_common()))
    broken = [sentence for check in examine(store) for sentence in check.broken]
    print(f"{store.last('step'):,} steps in the log; invariants broken: {broken or 'none'}.")


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("keys", type=int, nargs="?", default=20_000)
    said.add_argument("seed", type=int, nargs="?", default=1)
    said.add_argument("--trace", action="store_true")
    options = said.parse_args()
    _wait.SLEEP_GRANULARITY = PACE_SECONDS
    if options.trace:
        tracemalloc.start()
    server = subprocess.Popen([sys.executable, "-m", "tests.messages_server"], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        os.environ |= {"ANTHROPIC_BASE_URL": server.stdout.readline().strip(), "ANTHROPIC_API_KEY": "nobody's"}
        with tempfile.TemporaryDirectory() as folder:
            os.environ |= {"NO_PROXY": "127.0.0.1", "HOME": folder}
            with Store.open(Path(folder) / "long.db", create=True) as store:
                fill(store, _LAYERS)
                asyncio.run(measure(store, options.keys, options.seed, trace=options.trace))
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
