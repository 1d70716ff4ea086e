"""Exports of many layers, beside reading the same rows with sqlite3 and dumping them with orjson, in one run.

    PYTHONPATH=core:tui python tests/bench/bench_export.py [layers]

Prints seconds and the ratio to the bare reading, and how much the peak of resident memory grows from a tenth of the
layers to all of them, of which SQLite's own cache is 32 MB. Each measure is the best of three, in its own process.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import orjson

_KINDS = ("definition", "assumption", "question", "argument", "counterexample", "paradox", "analogy", "context", "meta")
_TEXT = "justice is the conformity of deeds to norms причина есть то без чего следствия не было бы map of land"
_PRESETS = ("layers", "chat", "chat-per-layer", "prompt-completion", "preference", "dialogue", "pretrain")
_BARE = (
    "SELECT d.uri, p.position, p.text, p.lang, l.kind, v.text, l.status, l.flagged, v.origin, v.model FROM layer l"
    " JOIN paragraph p ON p.id = l.paragraph_id JOIN document d ON d.id = p.document_id"
    " JOIN version v ON v.id = l.head_id ORDER BY l.rank, l.id"
)


def make(path: Path, layers: int) -> None:
    """A database of accepted layers, nine a paragraph, twenty paragraphs a document."""
    from unpack_core.corpus import Arrival
    from unpack_core.intake import take_in
    from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, Status
    from unpack_core.store import Store

    words = _TEXT.split()

    def text(start: int, length: int) -> str:
        return " ".join(words[(start * 7 + n * n) % len(words)] for n in range(length)) + f" {start}."

    def arrivals() -> Iterator[Arrival]:
        for n in range(layers // len(_KINDS)):
            notes = tuple(
                IncomingLayer(kind, f"(1) “justice” {text(n + k, 14)}\n(2) {text(n * k, 18)} — [{k}]", Status.ACCEPTED)
                for k, kind in enumerate(_KINDS)
            )
            document = IncomingDocument(f"{n // 20:05}.md", f"Essay {n // 20}")
            yield Arrival(document, IncomingParagraph(text(n, 70), n % 20, "en" if n % 2 else "ru", "", notes))

    with Store.open(path, create=True) as store:
        take_in(store, arrivals(), source="bench")


def bare(path: Path) -> int:
    """Read the joined rows and dump each."""
    connection = sqlite3.connect(path)
    with open("/dev/null", "wb") as out:  # noqa: PTH123  the plainest there is
        return sum(out.write(orjson.dumps(row)) > 0 for row in connection.execute(_BARE))


def exported(path: Path, preset: str) -> int:
    from unpack_core.export import PRESETS, Options, Wanted, one_moment, stream, to_stream
    from unpack_core.recipe import built_in
    from unpack_core.store import Store

    chosen = PRESETS[preset]
    with Store.open(path) as store, one_moment(store), Path("/dev/null").open("wb") as out:
        rows, _ = stream(store, built_in(), chosen, Wanted(status=chosen.status, drafts=chosen.drafts), Options())
        return to_stream(rows, out)


def measured(path: Path, what: str) -> tuple[float, int]:
    """Seconds and peak kilobytes of a process that does one thing."""
    best, peak = float("inf"), 0
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, __file__, "--one", what, str(path)], capture_output=True, text=True, check=True
        )
        seconds, kilobytes = done.stdout.split()
        best, peak = min(best, float(seconds)), max(peak, int(kilobytes))
    return best, peak


def main() -> None:
    import resource

    if sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[3]), int(sys.argv[2]))
        return
    if sys.argv[1:2] == ["--one"]:
        what, path = sys.argv[2], Path(sys.argv[3])
        if what != "bare":
            import unpack_core.export  # noqa: F401  not part of the measure
        start = time.perf_counter()
        bare(path) if what == "bare" else exported(path, what)
        print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return
    layers = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.db"), Path(folder, "large.db")
        for path, number in ((small, layers // 10), (large, layers)):
            # In a process of its own: a child's peak begins at its parent's size.
            subprocess.run([sys.executable, __file__, "--make", str(number), str(path)], check=True)
        base, _ = measured(large, "bare")
        print(f"{layers:,} layers; reading and dumping them bare: {base:.2f} s")
        for preset in _PRESETS:
            seconds, peak = measured(large, preset)
            grown = (peak - measured(small, preset)[1]) / 1024
            memory = f"{peak >> 10:4} MB, {grown:+.0f} for ten times as many"
            print(f"{preset:18} {seconds:6.2f} s  {seconds / base:5.2f} ×  {memory}")


if __name__ == "__main__":
    main()
