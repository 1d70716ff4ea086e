"""Everything at once on one file: two reviews in terminals, a generation, imports and exports, for as long as you like.

    python -m tests.crash.together --seconds 60 --seed 7

Two curators press random keys as fast as the screens answer, each also taking back what the other did; meanwhile layers
are generated against a server on loopback, batches imported and exports written, one after the other. No command fails,
no screen says that the file is locked, every export is of one moment, every decision that a screen had shown as done is
in the log and no other, and the log leads without a gap to the state: an update that was lost would be a gap.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from tests.crash.__main__ import batch
from tests.messages_server import MessagesServer
from tests.tui.terminal import Terminal

BATCH = 40
"""Paragraphs that come in together: an export has all of them or none."""
KEYS = [*"aaaaaaaaxxxxxxxxuuUfjknp12oogG", " ", "/the\r", "\x1b", "e!\x13", "F-flagged\r", "t later\r"]
DECIDED = re.compile(r"([\d,]+) decided now")
HELP = "Leave it open and go on"
LOCKED = re.compile(r"locked|being written by another program|Traceback")


def program(*words: str, folder: Path) -> str:
    """Run a command that has to succeed; what it said."""
    command = [sys.executable, "-m", "unpack_tui", "--db", "x.db", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stderr[-3000:])
    assert not LOCKED.search(done.stderr), (words, done.stderr[-3000:])
    return done.stdout


def curate(folder: Path, enough: threading.Event, chance: random.Random) -> tuple[int, int]:
    """Press random keys; how many, and how many layers the screen said that it had decided."""
    pressed = 0
    with Terminal("review", "--db", "x.db", folder=folder) as terminal:
        terminal.expect(" of ")
        while not enough.is_set():
            terminal.press(chance.choice(KEYS))
            terminal.settle(0.01)
            pressed += 1
            assert not LOCKED.search(terminal.text()), terminal.text()
        come_to_rest(terminal)
        shown = DECIDED.search(terminal.text())
        terminal.signal(signal.SIGTERM)
        assert terminal.wait() == 0
        assert not LOCKED.search(terminal.text())
    return pressed, int(shown[1].replace(",", "")) if shown else 0


def come_to_rest(terminal: Terminal) -> None:
    """Out of whatever dialog is open, to the review: when its help has come, all keys before are done with."""
    for _ in range(20):
        terminal.settle(0.2)
        if HELP in terminal.text():
            break
        terminal.press("n" if "Keep the change?" in terminal.text() else "\x1b")
        terminal.settle(0.2)
        terminal.press("?")
    terminal.expect(HELP)
    terminal.press("\r")
    while HELP in terminal.text():
        terminal.settle()


def import_(folder: Path, number: int) -> None:
    """A new batch, and one that is there already."""
    (folder / f"{number}.jsonl").write_bytes(batch(BATCH * number, BATCH))
    program("import", f"{number}.jsonl", f"{max(1, number - 1)}.jsonl", folder=folder)


def generate(folder: Path, number: int) -> None:
    program("generate", "--kinds", ("analogy", "paradox")[number % 2], "--limit", "30", folder=folder)


def export(folder: Path, number: int) -> None:
    """Of one moment: whole batches, and no layer twice."""
    path = folder / f"{number}.out.jsonl"
    program("export", "layers", "--status", "all", "-o", path.name, folder=folder)
    paragraphs = [json.loads(line) for line in path.read_bytes().splitlines()]
    path.unlink()
    assert len(paragraphs) % BATCH == 0, f"{len(paragraphs)} paragraphs: a part of a batch"
    for one in paragraphs:
        assert len({layer["kind"] for layer in one["layers"]}) == len(one["layers"]), one


def again(work: Callable[[Path, int], None], folder: Path, enough: threading.Event) -> int:
    """One run after the other until it is enough; how many."""
    number = 0
    while not enough.is_set():
        number += 1
        work(folder, number)
    return number


def gaps(path: Path) -> list[str]:
    """Events that do not begin where the one before ended: what was between them is lost."""
    state: defaultdict[int, dict[str, object]] = defaultdict(dict)
    found = []
    with closing(sqlite3.connect(path)) as connection:
        log = connection.execute("SELECT id, layer_id, before, after FROM event ORDER BY id")
        for event, layer, before, after in log:
            was = json.loads(before)
            if {key: state[layer].get(key) for key in was} != was:
                found.append(f"event {event} of layer {layer} begins from {was}, in force was {state[layer]}")
            state[layer].update(json.loads(after))
    return found


def together(folder: Path, seconds: float, seed: int) -> str:
    """All of it for so many seconds; what was done, in a sentence."""
    enough = threading.Event()
    with MessagesServer() as server, ThreadPoolExecutor(5) as pool:
        os.environ |= {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "nobody's", "NO_PROXY": "127.0.0.1"}
        (folder / "0.jsonl").write_bytes(batch(0, BATCH))
        program("import", "0.jsonl", folder=folder)
        curators = [pool.submit(curate, folder, enough, random.Random(seed + n)) for n in range(2)]
        works = {"import": import_, "generate": generate, "export": export}
        jobs = {name: pool.submit(again, work, folder, enough) for name, work in works.items()}
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not any(one.done() for one in [*curators, *jobs.values()]):
            enough.wait(min(left, 1))
        enough.set()
        runs = {name: job.result() for name, job in jobs.items()}
        pressed, shown = (sum(numbers) for numbers in zip(*(one.result() for one in curators), strict=True))
        asked = len(server.asked())
    program("doctor", folder=folder)
    with closing(sqlite3.connect(folder / "x.db")) as connection:
        steps = Counter(action for (action,) in connection.execute("SELECT action FROM step"))
        (answers,) = connection.execute("SELECT count(*) FROM answer").fetchone()
        (decided,) = connection.execute("SELECT count(*) FROM layer WHERE status <> 'pending'").fetchone()
        (twice,) = connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM layer GROUP BY paragraph_id, kind HAVING count(*) > 1)"
        ).fetchone()
    assert gaps(folder / "x.db") == []
    assert decided == shown, f"the screens had shown {shown} layers as decided, {decided} are"
    assert answers == asked, f"{asked} were asked, {answers} are in the file"
    assert twice == 0, f"{twice} layers came twice"
    done = ", ".join(f"{number} of {name}" for name, number in runs.items())
    return (
        f"{pressed} keys in two reviews, {steps['decide']} decisions, {steps['undo']} times undo, {shown} layers shown"
        " as decided; beside them"
        f" runs: {done}; {answers} answers; {sum(steps.values())} steps in the log. Lost: nothing."
    )


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("--seconds", type=float, default=60)
    said.add_argument("--seed", type=int, default=7)
    options = said.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(together(Path(folder), options.seconds, options.seed))


if __name__ == "__main__":
    main()
