"""Import of many JSON lines beside `sqlite-utils insert --nl` of the same file, in one run; and how memory grows.

    PYTHONPATH=core:tui python tests/bench/bench_import.py [lines]

The lines are interchange lines of two layers each. Prints seconds, the ratio to sqlite-utils, which stores each line as
one row and knows nothing of what is in it, and the peak of resident memory of each process. Then the same for a long
text and long Markdown, against a tenth of them, and for importing each again, which adds nothing. Each measure is the
best of three, in a process of its own that includes its start.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import orjson

_WORDS = (
    *("justice", "is", "the", "conformity", "of", "deeds", "to", "norms", "map", "of", "land"),
    *("причина", "есть", "то", "без", "чего", "следствия", "не", "было", "бы"),
)
_TIMES = 3


def words(start: int, length: int) -> str:
    return " ".join(_WORDS[(start * 7 + n * n) % len(_WORDS)] for n in range(length)) + f" {start}."


def lines(path: Path, number: int) -> None:
    """Interchange lines, twenty a document."""
    with path.open("wb") as out:
        for n in range(number):
            layers = [
                {"kind": kind, "text": f"(1) “justice” {words(n + k, 14)} — [{k}]", "origin": "generated", "model": "m"}
                for k, kind in enumerate(("definition", "question"))
            ]
            line = {"document": f"{n // 20:06}.md", "position": n % 20, "text": words(n, 70), "lang": "en"}
            out.write(orjson.dumps(line | {"layers": layers}, option=orjson.OPT_APPEND_NEWLINE))


def text(path: Path, megabytes: int) -> None:
    """A hard-wrapped text."""
    _filled(path, megabytes, lambda n: "\n".join(words(n + k, 12) for k in range(5)) + "\n\n")


def markdown(path: Path, megabytes: int) -> None:
    _filled(path, megabytes, lambda n: f"## Part {n}\n\nThe *words* are {words(n, 60)}\n\n- {words(n, 9)}\n- one\n\n")


def _filled(path: Path, megabytes: int, block: Callable[[int], str]) -> None:
    with path.open("w", encoding="utf-8") as out:
        n = 0
        while out.tell() < megabytes << 20:
            out.write("".join(block(n + k) for k in range(1000)))
            n += 1000


def measured(*command: str, folder: Path, fresh: bool = True) -> tuple[float, int]:
    """Seconds and peak megabytes; `fresh` takes the database away before each time."""
    best, peak = float("inf"), 0
    for _ in range(_TIMES):
        if fresh:
            for file in folder.glob("*.db*"):
                file.unlink()
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        if status:
            raise SystemExit(f"{command} ended with {status}")
        best, peak = min(best, time.perf_counter() - start), max(peak, usage.ru_maxrss >> 10)
    return best, peak


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    # A child's peak begins at its parent's size, so the files are made by another process.
    if sys.argv[2:]:
        {"lines": lines, "text": text, "markdown": markdown}[sys.argv[2]](Path(sys.argv[3]), number)
        return
    ours = [sys.executable, "-m", "unpack_tui", "import"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def made(kind: str, size: int, ending: str) -> str:
            path = folder / f"{kind}-{size}.{ending}"
            subprocess.run([sys.executable, __file__, str(size), kind, str(path)], check=True)
            return path.name

        many, few = made("lines", number, "jsonl"), made("lines", number // 10, "jsonl")
        peer, _ = measured("sqlite-utils", "insert", "peer.db", "lines", many, "--nl", folder=folder)
        print(f"{number:,} lines, {(folder / many).stat().st_size >> 20} MB; sqlite-utils insert --nl: {peer:.2f} s")
        _row("first", *measured(*ours, many, folder=folder), peer, measured(*ours, few, folder=folder)[1])
        measured(*ours, many, folder=folder)
        _row("again", *measured(*ours, many, folder=folder, fresh=False), peer, 0)
        for kind, ending in (("text", "txt"), ("markdown", "md")):
            large, small = made(kind, number // 1000, ending), made(kind, number // 10_000, ending)
            print(f"{kind}, {(folder / large).stat().st_size >> 20} MB")
            _row("first", *measured(*ours, large, folder=folder), 0, measured(*ours, small, folder=folder)[1])
            measured(*ours, large, folder=folder)
            _row("again", *measured(*ours, large, folder=folder, fresh=False), 0, 0)


def _row(what: str, seconds: float, peak: int, peer: float, smaller: int) -> None:
    ratio = f"{seconds / peer:5.2f} ×" if peer else " " * 7
    grown = f", {peak - smaller:+} MB for ten times as much" if smaller else ""
    print(f"  {what:6} {seconds:7.2f} s  {ratio}  {peak:5} MB{grown}")


if __name__ == "__main__":
    main()
