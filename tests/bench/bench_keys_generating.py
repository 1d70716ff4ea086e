"""Keys while the model writes, beside the same keys when nothing does: `python -m tests.bench.bench_keys_generating`.

The review runs in a pseudo-terminal, on the sample corpus; a server on loopback streams its answers slowly. A time is
from the key to the number of the new paragraph on the screen. The budget: p95 within 1.5 times that of idle, also
while the process that asks is starting (it imports the client then) and while the layer in view is being written.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from tests.tui.terminal import Terminal

_NUMBER = re.compile(r"¶ (\d+) of")
_KEYS = 120
_THERE_AND_BACK = 20


def walk(terminal: Terminal, keys: int) -> Iterator[float]:
    """Milliseconds of each of so many moves from paragraph to paragraph, there and back again."""
    found = _NUMBER.search(terminal.text())
    assert found, terminal.text()
    number = int(found[1])
    for n in range(keys):
        forward = n // _THERE_AND_BACK % 2 == 0
        number += 1 if forward else -1
        start = perf_counter()
        terminal.press("n" if forward else "p")
        terminal.expect(f"¶ {number} of")
        yield 1000 * (perf_counter() - start)


def main() -> None:
    environment = {"ANTHROPIC_API_KEY": "none", "NO_PROXY": "127.0.0.1", "HTTP_PROXY": "", "http_proxy": ""}
    command = ["nice", "-n", "19", sys.executable, "-m", "tests.messages_server", "0", "0.05"]  # far away
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server,
    ):
        assert server.stdout
        environment["ANTHROPIC_BASE_URL"] = server.stdout.readline().strip()
        database = Path(folder) / "keys.db"
        subprocess.run(
            [sys.executable, "-m", "unpack_tui", "--db", str(database), "demo"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        try:
            measure(database, environment)
        finally:
            server.terminate()


def measure(database: Path, environment: dict[str, str]) -> None:
    with Terminal("review", "--db", str(database), environment=environment, folder=database.parent) as terminal:
        terminal.expect("¶ 1 of")
        terminal.press("F")
        terminal.expect("Show")
        terminal.press("kind:analogy\r")
        terminal.expect("kind:analogy  ¶")
        list(walk(terminal, _THERE_AND_BACK * 2))  # whatever is done once is done
        idle = list(walk(terminal, _KEYS))
        terminal.press("r")  # the process that asks begins to import the client
        starting = list(walk(terminal, _THERE_AND_BACK * 2))
        terminal.expect("is new")
        terminal.press("R")
        terminal.expect("What should be better")
        terminal.press("\tshorter\r")
        terminal.expect("Regenerate")
        terminal.press("y")
        terminal.expect("still to come")
        writing = list(walk(terminal, _KEYS))
        with closing(sqlite3.connect(database)) as connection:
            came, of = connection.execute(
                "SELECT sum(v.instruction <> ''), count(DISTINCT l.id) FROM layer l"
                " JOIN version v ON v.layer_id = l.id WHERE kind = 'analogy'"
            ).fetchone()
    print(f"{'':24}  median     p95   of idle")
    for name, times in (("idle", idle), ("the client is imported", starting), ("four at once come in", writing)):
        p95 = quantiles(times, n=20)[-1]
        print(f"{name:24}  {median(times):5.1f}  {p95:6.1f}  {p95 / quantiles(idle, n=20)[-1]:7.2f}")
    print(f"{came} of {of} layers had come when the last key was pressed")


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[2])
    main()
