"""What counting takes as a database grows: `python -m tests.bench.bench_stats [layers ...]` (10,000 and 100,000).

The floor is one pass of SQLite over the same rows, every layer with the version that it shows, grouped by nothing but
what the groups need; its ratio says what all the other numbers add. `keys wait` is the longest pause of an event loop
beside a thread that counts, as the stats screen does it, and beside a thread that sleeps; `draw` is what `recheck`
takes to find the decisions that may be asked again. The database is made here: 34 layers a document, three models, six
layers in ten decided in bulk, 2,000 of them one by one. Prints a Markdown table, in milliseconds, the median of three.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median

from unpack_core import recheck
from unpack_core.corpus import Arrival
from unpack_core.filter import compiled
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, Origin, Status
from unpack_core.stats import collect
from unpack_core.store import Store

_KINDS = ("definition", "assumption", "question", "argument", "counterexample", "paradox", "analogy", "context", "meta")
_FLOOR = (
    "SELECT l.kind, l.status, v.model, v.recipe, v.batch_id, count(*) FROM layer l JOIN version v ON v.id = l.head_id"
    " GROUP BY 1, 2, 3, 4, 5"
)
_WORDS = ("justice", "deed", "norm", "promise", "map", "land", "proof", "cause", "law", "custom", "measure", "village")


def arrivals(layers: int, lots: Random) -> Iterator[Arrival]:
    """Paragraphs of nine layers, four to a document."""
    for n in range(layers // len(_KINDS)):
        model = f"model-{n * 3 * len(_KINDS) // layers}"
        text = " ".join(lots.choices(_WORDS, k=40))
        made = tuple(
            IncomingLayer(kind, f"(1) {' '.join(lots.choices(_WORDS, k=18))}", origin=Origin.GENERATED, model=model)
            for kind in _KINDS
        )
        yield Arrival(IncomingDocument(f"{n // 4}.md"), IncomingParagraph(text, n % 4, "en", layers=made))


def fill(store: Store, layers: int) -> None:
    lots = Random(1)
    take_in(store, arrivals(layers, lots), source="bench")
    ids = [layer_id for (layer_id,) in store.rows("SELECT id FROM layer")]
    bulk = [layer_id for layer_id in ids[2000:] if lots.random() < 0.6]
    store.decide(bulk[::4], Status.REJECTED)
    store.decide([layer_id for n, layer_id in enumerate(bulk) if n % 4], Status.ACCEPTED)
    with store.write():
        for layer_id in ids[:2000]:
            store.decide([layer_id], Status.ACCEPTED if lots.random() < 0.7 else Status.REJECTED)


def milliseconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return median(times)


def longest_pause(work: Callable[[], object]) -> float:
    """How long an event loop that wants to run every millisecond was kept waiting beside a thread, in milliseconds."""

    async def beside() -> float:
        thread = asyncio.create_task(asyncio.to_thread(work))
        longest, last = 0.0, time.perf_counter()
        while not thread.done():
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last - 0.001), now
        await thread
        return 1000 * longest

    return median(asyncio.run(beside()) for _ in range(3))


def counted(path: Path, where: str = "") -> None:
    with Store.open(path) as store:
        collect(store, where)


def measure(path: Path, layers: int) -> str:
    with Store.open(path, create=True) as store:
        fill(store, layers)
        floor = milliseconds(lambda: store.rows(_FLOOR).fetchall())
        drawn = milliseconds(lambda: (recheck.draw(store, 0.05, compiled(store, "")), recheck.drop(store)))
    everything = milliseconds(lambda: counted(path))
    kind = milliseconds(lambda: counted(path, "kind:analogy"))
    document = milliseconds(lambda: counted(path, "document:7.md"))
    waits, rest = longest_pause(lambda: counted(path)), longest_pause(lambda: time.sleep(everything / 1000))
    return (
        f"| {layers:,} | {floor:,.0f} | {everything:,.0f} | {everything / floor:.1f} | {kind:,.0f} | {document:,.0f} |"
        f" {waits:,.1f} | {rest:,.1f} | {drawn:,.0f} |"
    )


def main(sizes: list[int]) -> None:
    print(
        "| layers | floor | stats | ratio | `kind:analogy` | one document | keys wait | beside sleep | draw |\n"
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    for layers in sizes:
        with tempfile.TemporaryDirectory() as folder:
            print(measure(Path(folder) / "bench.db", layers), flush=True)


if __name__ == "__main__":
    main([int(word.replace(",", "")) for word in sys.argv[1:]] or [10_000, 100_000])
