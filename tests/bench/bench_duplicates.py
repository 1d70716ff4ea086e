"""What near-duplicates cost in a database: all compared, one new text, `d` opened, a group settled; keys meanwhile.

    python tests/bench/bench_duplicates.py --layers 20000            # some minutes on two cores
    python tests/bench/bench_duplicates.py --layers 100000 --short   # texts of some 200 letters, half an hour

The texts are those of bench_neardup.py, over nine kinds. Beside each line stands a floor of the same run: rapidfuzz on
the same text and all of its kind, SQLite's own reading of the pairs, a key while nothing is compared.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "core"), str(ROOT / "tui"), str(ROOT)]

from rapidfuzz import fuzz, process  # noqa: E402 — the paths come first
from tests.bench.bench_neardup import make_texts  # noqa: E402

from unpack_core import checks, duplicates, search  # noqa: E402
from unpack_core.corpus import Arrival  # noqa: E402
from unpack_core.duplicates.desk import Desk  # noqa: E402
from unpack_core.intake import take_in  # noqa: E402
from unpack_core.likeness import PAIRS  # noqa: E402
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph  # noqa: E402
from unpack_core.neardup import normalize  # noqa: E402
from unpack_core.store import Store  # noqa: E402

KINDS = ("definition", "assumption", "question", "argument", "counterexample", "paradox", "analogy", "context", "meta")


def arrivals(layers: int, *, short: bool) -> Iterator[Arrival]:
    """Paragraphs with nine layers each; the texts of a kind are a set of their own."""
    count = layers // len(KINDS)
    texts = [make_texts(count, seed=seed) for seed in range(len(KINDS))]
    document = IncomingDocument("bench.md")
    for n in range(count):
        of_each = zip(KINDS, texts, strict=True)
        new = tuple(IncomingLayer(kind, f"(1) {mine[n][:200] if short else mine[n]}") for kind, mine in of_each)
        yield Arrival(document, IncomingParagraph(f"Paragraph {n} of the bench.", n, layers=new))


def milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def row(what: str, measured: list[float], floor: str) -> None:
    p95 = f"{quantiles(measured, n=20)[-1]:,.1f}" if len(measured) >= 20 else "–"
    print(f"| {what} | {median(measured):,.1f} | {p95} | {floor} |", flush=True)


def one_new_text(store: Store) -> tuple[list[float], list[float]]:
    """An edit compared at once, and the same text against all of its kind by rapidfuzz, texts in memory."""
    ours, peer = [], []
    others = [
        normalize(text)
        for (text,) in store.rows("SELECT v.text FROM layer l JOIN version v ON v.id = l.head_id WHERE kind = 'meta'")
    ]
    layers = [n for (n,) in store.rows("SELECT id FROM layer WHERE kind = 'meta' ORDER BY id LIMIT 40").fetchall()]
    for layer_id in layers:
        store.edit(layer_id, store.layer(layer_id).head.text[:-5] + " and so on")
        head = store.layer(layer_id).head
        ours.append(milliseconds(lambda head=head: duplicates.compare_now(store, [head.id])))
        text = normalize(head.text)
        peer.append(milliseconds(lambda text=text: process.cdist([text], others, scorer=fuzz.ratio, score_cutoff=85)))
    return ours, peer


async def keys(store: Store, presses: int) -> list[float]:
    """Milliseconds from a key to the painted screen, in this process, in the review."""
    from unpack_tui.app import UnpackApp

    app = UnpackApp(store)
    times = []
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(1.5)
        for n in range(presses):
            begun = time.perf_counter()
            await pilot.press("j" if n % 2 else "n")
            times.append(1000 * (time.perf_counter() - begun))
            await pilot.pause(0.03)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, default=20_000)
    parser.add_argument("--short", action="store_true", help="texts of at most 200 letters")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "bench.db", create=True) as store:
        take_in(store, arrivals(options.layers, short=options.short), source="bench")
        checks.catch_up_all(store, store.last("version"))
        while search.behind(store):
            search.catch_up(store)
        print(f"{options.layers:,} layers of {len(KINDS)} kinds\n")
        print("| what | median ms | p95 | floor |\n| --- | --- | --- | --- |", flush=True)
        meanwhile = asyncio.run(keys(store, 60))
        left = duplicates.to_compare(store)
        row("a key of the review while texts are compared behind it", meanwhile, f"{left:,} texts were left after it")
        row("all that is left compared", [milliseconds(lambda: duplicates.catch_up(store))], "–")
        row("a key of the review while nothing is compared", asyncio.run(keys(store, 60)), "is the floor")
        ours, peer = one_new_text(store)
        row("one new text compared and kept", ours, f"{median(peer):,.1f}: all of its kind by rapidfuzz, in memory")
        pairs, opened = sum(duplicates.counts(store)), [milliseconds(lambda: Desk(store)) for _ in range(10)]
        floor = milliseconds(lambda: store.rows(f"SELECT a.id, b.id FROM {PAIRS}").fetchall())
        row(f"`d` with {pairs:,} pairs", opened, f"{floor:,.1f}: SQLite reads the pairs")
        desk = Desk(store)
        row("keep a copy, go on", [milliseconds(desk.keep) for _ in range(20)], "–")
        row("next group", [milliseconds(desk.next_group) for _ in range(20)], "–")


if __name__ == "__main__":
    main()
