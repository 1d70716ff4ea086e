"""How long the commands that one types most take as whole processes: `python -m tests.bench.bench_start [runs]`.

The floor is a Python that imports click and sqlite_utils, which every command needs, and the runs alternate, so that a
busy machine slows both. Prints the median of each in milliseconds and its ratio to the floor, as a Markdown table.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from click.testing import CliRunner

from unpack_tui.cli import cli

_PYTHON = [sys.executable, "-c"]
_FLOOR = [*_PYTHON, "import click, sqlite_utils"]
_PROGRAM = [sys.executable, "-m", "unpack_tui"]
_COMMANDS: dict[str, Sequence[str]] = {
    "--help": ("--help",),
    "stats": ("stats",),
    "log": ("log",),
    "export layers": ("export", "layers"),
    "export chat": ("export", "chat", "--status", "all"),
    "dedupe, nothing new": ("dedupe", "--json"),
}


def seconds(command: Sequence[str], folder: Path) -> float:
    """One run, its output thrown away."""
    start = perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return perf_counter() - start


def main(runs: int) -> None:
    """Measure on the sample corpus."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.pop("UNPACK_DB", None)
        made = CliRunner().invoke(cli, ["demo", "--db", str(folder / "unpack.db")])
        assert made.exit_code == 0, made.output
        commands = {"`import click, sqlite_utils`": _FLOOR}
        commands |= {f"`unpack-tui {name}`": [*_PROGRAM, *words] for name, words in _COMMANDS.items()}
        for command in commands.values():  # bytecode and the disk's cache are not what is measured
            seconds(command, folder)
        took: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                took[name].append(seconds(command, folder))
    medians = {name: statistics.median(times) for name, times in took.items()}
    floor = next(iter(medians.values()))
    print("| whole process | median, ms | ratio |\n| --- | ---: | ---: |")
    for name, median in medians.items():
        print(f"| {name} | {1000 * median:.0f} | {median / floor:.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
