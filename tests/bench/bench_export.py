"""Exports of many layers, beside reading the same rows with sqlite3 and dumping them with orjson, in one run.

    PYTHONPATH=core:tui python tests/bench/bench_export.py [layers [megabytes]]

Prints the processor's seconds (so that others on the machine count for little) and the ratio to the bare reading; for
`--mix` over so many megabytes of plain documents the ratio to loading and dumping their lines. Each measure is a
process of its own, the best of three, in rounds: every round has the bare reading too. Memory is the peak that is
resident, for so many layers and for three times as many; SQLite's own cache is 32 MB of it, and full in both.
"""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import tempfile
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


def lines(path: Path) -> int:
    """Load and dump the lines of a plain corpus."""
    with path.open("rb") as plain, Path("/dev/null").open("wb") as out:
        return sum(out.write(orjson.dumps(orjson.loads(line))) > 0 for line in plain)


def plain(path: Path, megabytes: int) -> None:
    """Documents of some two thousand characters, one a line."""
    words = _TEXT.split()
    with path.open("wb") as out:
        number = 0
        while out.tell() < megabytes << 20:
            number += 1
            text = " ".join(words[(number * 7 + n * n) % len(words)] for n in range(330))
            out.write(orjson.dumps({"text": f"{text} {number}.", "source": "bench"}) + b"\n")


def exported(path: Path, preset: str, corpus: Path | None = None) -> int:
    from unpack_core.export import PRESETS, Mix, Options, Wanted, stream, to_stream
    from unpack_core.recipe import built_in
    from unpack_core.store import Store

    chosen = PRESETS[preset]
    wanted = Wanted(status=chosen.status, drafts=chosen.drafts)
    mix = Mix(corpus, 0.05) if corpus else None
    with Store.open(path) as store, store.one_moment(), Path("/dev/null").open("wb") as out:
        rows, _ = stream(store, built_in(), chosen, wanted, Options(plain=not mix), mix)
        return to_stream(rows, out)


def measured(what: str, *paths: Path) -> tuple[float, int]:
    """Seconds of the processor and peak megabytes of a process that does one thing."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", what, *map(str, paths)], capture_output=True, text=True, check=True
    )
    seconds, kilobytes = done.stdout.split()
    return float(seconds), int(kilobytes) >> 10


def one(what: str, path: Path, *more: Path) -> None:
    if what in ("bare", "lines"):
        work = bare if what == "bare" else lines
    else:
        import unpack_core.export  # noqa: F401  not part of the measure

        def work(path: Path) -> int:
            return exported(path, what, *more)

    before = _seconds()
    work(path)
    print(_seconds() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    if sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[3]), int(sys.argv[2]))
        return
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], *map(Path, sys.argv[3:]))
        return
    layers = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    megabytes = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as folder:
        small, large, corpus = (Path(folder, name) for name in ("small.db", "large.db", "plain.jsonl"))
        for path, number in ((small, layers), (large, 3 * layers)):
            # In a process of its own: a child's peak begins at its parent's size.
            subprocess.run([sys.executable, __file__, "--make", str(number), str(path)], check=True)
        plain(corpus, megabytes)
        things: dict[str, tuple[Path, ...]] = {"bare": (small,), **dict.fromkeys(_PRESETS, (small,))}
        best = {name: float("inf") for name in (*things, "lines", "mix")}
        peak = dict.fromkeys(best, 0)
        for _ in range(3):
            for name in best:
                what, paths = name, things.get(name, (corpus,))
                if name == "mix":
                    what, paths = "pretrain", (small, corpus)
                seconds, megabytes_used = measured(what, *paths)
                best[name], peak[name] = min(best[name], seconds), max(peak[name], megabytes_used)
        print(f"{layers:,} layers; reading and dumping them bare: {best['bare']:.2f} s")
        for name in _PRESETS:
            grown = f"{peak[name]} MB, of three times as many {measured(name, large)[1]} MB"
            print(f"{name:18} {best[name]:6.2f} s  {best[name] / best['bare']:5.2f} ×  {grown}")
        print(f"{megabytes} MB of plain lines; loading and dumping them: {best['lines']:.2f} s")
        print(f"{'pretrain --mix':18} {best['mix']:6.2f} s  {best['mix'] / best['lines']:5.2f} ×  {peak['mix']} MB")


if __name__ == "__main__":
    main()
