"""Kill the program at random moments, and look at what is left.

    python -m tests.crash --kills 300 --seed 7      as .ci/run does
    python -m tests.crash --kills 10000             as long as you like

Reviews in a terminal, imports, generations against a server on loopback, searches for near-duplicates, exports,
backups, repairs and openings of old files are killed (SIGKILL, now and then SIGTERM, SIGHUP or SIGINT). After each kill
the file is sound, every decision that the screen had shown as done is in it, no stored answer is gone, and exports are
whole or absent. After each round the work is taken up again without any repair, and ends as if nothing had happened.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from tests.crash.jobs import Ended, Shown, press, run, warm
from tests.old.make import built

ROUND = 20
"""Kills on one file; then the work is finished and a fresh file begun."""
PARAGRAPHS = 60
COMING = 140
CONCURRENCY = 4
KEYS = ["a", "x", " ", "u", "U", "f", "j", "k", "n", "p", "1", "o", "a", "a", "x", "x", "e!\x13"]
DECIDED = re.compile(r"([\d,]+) decided now")
_IS_DECIDED = "coalesce(json_extract({}, '$.status') <> 'pending', 0)"


@dataclass
class Bench:
    """One file, what is known of it, and what has been counted."""

    folder: Path
    chance: random.Random
    took: dict[str, float] = field(default_factory=dict)
    """Seconds that a job takes when it is left alone."""
    killed: Counter[str] = field(default_factory=Counter)
    signals: Counter[str] = field(default_factory=Counter)
    shown: int = 0
    """Decisions that a screen had shown as done."""
    asked_in_vain: int = 0
    """Generations that were killed: each may lose what was in flight."""

    @property
    def db(self) -> Path:
        return self.folder / "x.db"

    def ask(self, sql: str) -> list[tuple[int, ...]]:
        with closing(sqlite3.connect(self.db)) as connection:
            return connection.execute(sql).fetchall()

    def one(self, sql: str) -> int:
        return int(self.ask(sql)[0][0])


def batch(first: int, number: int) -> bytes:
    """Paragraphs with two layers each, and a few that say what others say."""
    lines = []
    for n in range(first, first + number):
        where = n if n % 4 else f"every place of {n // 40}"
        text = f"(1) What stands at {where}, and who has put it there of all places?"
        layers = [{"kind": "question", "text": text}, {"kind": "definition", "text": f"(1) The {n}th of its kind."}]
        lines.append(json.dumps({"document": f"{n % 7}.md", "text": f"Paragraph {n} says a thing.", "layers": layers}))
    return "\n".join(lines).encode()


def fresh(bench: Bench) -> None:
    """A small file with work of every sort to do."""
    shutil.rmtree(bench.folder, ignore_errors=True)
    bench.folder.mkdir()
    (bench.folder / "first.jsonl").write_bytes(batch(0, PARAGRAPHS))
    (bench.folder / "second.jsonl").write_bytes(batch(PARAGRAPHS, COMING))
    sound(run(["--db", "x.db", "import", "first.jsonl"], bench.folder))
    bench.asked_in_vain = 0


def sound(ended: Ended) -> Ended:
    """It did what it was to do."""
    assert ended.code == 0, f"exit code {ended.code}: {ended.written.decode(errors='replace')[-3000:]}"
    return ended


def doctor(bench: Bench, name: str = "x.db") -> None:
    sound(run(["--db", name, "doctor"], bench.folder))


# --- the jobs: each is run with a moment to be killed at, or to its end where that is None -------------------------


def review(bench: Bench, seconds: float | None, number: int) -> Ended:
    keys = "".join(bench.chance.choice(KEYS) for _ in range(60))
    before = bench.one("SELECT coalesce(max(id), 0) FROM step")
    ended = press(["--db", "x.db", "review"], bench.folder, keys, seconds=seconds, number=number)
    said = DECIDED.search("\n".join(Shown(ended.written).lines))
    if said:
        shown = int(said[1].replace(",", ""))
        more = f"{_IS_DECIDED.format('after')} - {_IS_DECIDED.format('before')}"
        changes = bench.ask(f"SELECT {more} FROM event WHERE step > {before} ORDER BY id")
        kept = max(accumulate((change for (change,) in changes), initial=0))
        assert kept >= shown, f"the screen had shown {shown} decisions, at most {kept} were ever in the file"
        bench.shown += shown
    return ended


def import_(bench: Bench, seconds: float | None, number: int) -> Ended:
    ended = run(["--db", "x.db", "import", "second.jsonl"], bench.folder, seconds=seconds, number=number)
    assert bench.one("SELECT count(*) FROM paragraph") in (PARAGRAPHS, PARAGRAPHS + COMING)
    return ended


def generate(bench: Bench, seconds: float | None, number: int) -> Ended:
    stored = bench.one("SELECT count(*) FROM answer")
    words = ["--db", "x.db", "generate", "--kinds", "analogy", "--limit", "30", "--concurrency", str(CONCURRENCY)]
    ended = run(words, bench.folder, seconds=seconds, number=number)
    assert bench.one("SELECT count(*) FROM answer") >= stored
    bench.asked_in_vain += ended.code != 0
    return ended


def dedupe(bench: Bench, seconds: float | None, number: int) -> Ended:
    return run(["--db", "x.db", "dedupe"], bench.folder, seconds=seconds, number=number)


def export(bench: Bench, seconds: float | None, number: int) -> Ended:
    """A file or a folder: the old one, the new one, or (a folder that was replaced) none; never a part."""
    preset, name = bench.chance.choice([("layers", "out.jsonl"), ("dataset", "set"), ("txt", "texts")])
    words = ["--db", "x.db", "export", preset, "-o", name, "--status", "all"]
    before = contents(bench.folder / name)
    ended = run(words, bench.folder, seconds=seconds, number=number)
    after = contents(bench.folder / name)
    if after not in (before, {}):
        sound(run([*words[:-4], "-o", "whole" + Path(name).suffix, "--status", "all"], bench.folder))
        assert after == contents(bench.folder / ("whole" + Path(name).suffix)), f"a part of {name} is there"
        clear(bench.folder / ("whole" + Path(name).suffix))
    elif before:
        assert after or name != "out.jsonl", "the old file is gone"
    return ended


def backup(bench: Bench, seconds: float | None, number: int) -> Ended:
    clear(bench.folder / "copy.db")
    ended = run(["--db", "x.db", "backup", "copy.db"], bench.folder, seconds=seconds, number=number)
    if (bench.folder / "copy.db").exists():
        doctor(bench, "copy.db")
    return ended


def migrate(bench: Bench, seconds: float | None, number: int) -> Ended:
    for path in bench.folder.glob("old*"):
        path.unlink()
    built("m001", bench.folder / "old.db")
    ended = run(["--db", "old.db", "stats"], bench.folder, seconds=seconds, number=number)
    doctor(bench, "old.db")
    assert list(bench.folder.glob("old.before-m002*.db"))
    return ended


def repair(bench: Bench, seconds: float | None, number: int) -> Ended:
    """Of a cache that was damaged on purpose: mended whole or not at all, and mended when it is asked for again."""
    with closing(sqlite3.connect(bench.db)) as connection:
        connection.execute("UPDATE layer SET status = 'rejected', flagged = 1 - flagged WHERE id % 3 = 0")
        connection.commit()
    words = ["--db", "x.db", "doctor", "--repair"]
    ended = run(words, bench.folder, seconds=seconds, number=number)
    sound(run(words, bench.folder))
    return ended


JOBS: dict[str, tuple[int, Callable[[Bench, float | None, int], Ended]]] = {
    "review": (4, review), "import": (2, import_), "generate": (3, generate), "dedupe": (2, dedupe),
    "export": (3, export), "backup": (1, backup), "migrate": (1, migrate), "repair": (1, repair),
}  # fmt: skip
"""With how often each has its turn."""


def contents(path: Path) -> dict[str, bytes]:
    """Of a file or a folder; the card says when it was written."""
    if path.is_file():
        return {"": path.read_bytes()}
    return {str(one.relative_to(path)): one.read_bytes() for one in sorted(path.rglob("*")) if one.is_file()}


def clear(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def finish(bench: Bench, server: Path) -> None:
    """Take everything up again: nothing is done twice, nothing is missing."""
    for name in ("import", "generate", "dedupe", "export", "review"):
        if name == "generate":
            words = ["--db", "x.db", "generate", "--kinds", "analogy", "--concurrency", str(CONCURRENCY)]
            sound(run(words, bench.folder))
        else:
            sound(JOBS[name][1](bench, None, 0))
        doctor(bench)
    whole = PARAGRAPHS + COMING
    assert bench.one("SELECT count(*) FROM paragraph") == whole
    made = bench.ask("SELECT count(*), count(DISTINCT paragraph_id) FROM layer WHERE kind = 'analogy'")
    assert made == [(whole, whole)]
    assert bench.one("SELECT count(*) FROM layer") == 3 * whole
    asked = server.read_bytes().count(b"\n")
    server.write_bytes(b"")
    answered = bench.one("SELECT count(*) FROM answer")
    lost = asked - answered
    assert 0 <= lost <= CONCURRENCY * bench.asked_in_vain, f"{asked} were asked, {answered} are in the file"


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("--kills", type=int, default=300)
    said.add_argument("--seed", type=int, default=7)
    options = said.parse_args()
    chance = random.Random(options.seed)
    began = time.monotonic()
    warm()
    with tempfile.TemporaryDirectory() as folder:
        heard = Path(folder) / "asked"
        command = [sys.executable, "-m", "tests.messages_server", "--log", str(heard)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            os.environ |= {
                "ANTHROPIC_BASE_URL": server.stdout.readline().strip(), "ANTHROPIC_API_KEY": "nobody's",
                "NO_PROXY": "127.0.0.1", "HOME": folder, "TMPDIR": folder,
            }  # fmt: skip
            bench = Bench(Path(folder) / "work", chance)
            torment(bench, heard, options.kills)
        finally:
            server.terminate()
            server.wait()
    seconds = time.monotonic() - began
    print(f"{sum(bench.killed.values())} kills in {seconds:.0f} s: {_listed(bench.killed)} ({_listed(bench.signals)}).")
    print(f"{bench.shown} decisions had been shown as done. Lost: nothing.")


def torment(bench: Bench, heard: Path, kills: int) -> None:
    names = [name for name, (weight, _) in JOBS.items() for _ in range(weight)]
    while sum(bench.killed.values()) < kills:
        fresh(bench)
        until = min(kills, sum(bench.killed.values()) + ROUND)
        while sum(bench.killed.values()) < until:
            name = bench.chance.choice(names)
            if name not in bench.took:
                bench.took[name] = sound(JOBS[name][1](bench, None, 0)).seconds
            rare = bench.chance.random() < 0.1
            number = bench.chance.choice([signal.SIGTERM, signal.SIGHUP, signal.SIGINT]) if rare else signal.SIGKILL
            ended = JOBS[name][1](bench, bench.chance.uniform(0, bench.took[name] * 1.05), number)
            if ended.code == -signal.SIGKILL:
                bench.killed[name] += 1
            bench.signals[signal.Signals(number).name] += ended.code != 0 or number != signal.SIGKILL
            assert ended.code not in (70,), ended.written.decode(errors="replace")[-3000:]
            doctor(bench)
        finish(bench, heard)
        print(f"{sum(bench.killed.values())} of {kills} …", file=sys.stderr)


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counted.most_common())


if __name__ == "__main__":
    main()
