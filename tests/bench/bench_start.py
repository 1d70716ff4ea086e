"""How long the commands that one types most take as whole processes: `python -m tests.bench.bench_start [runs]`.

Two things beside them: a Python that imports click and sqlite3, without which no command can be, is the floor; one that
imports click and sqlite_utils is what the budget of 2.5 was set against (only a migration needs sqlite_utils now). The
runs alternate, so that a busy machine slows all. Prints medians in milliseconds and their ratios to both, as a Markdown
table.
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
_BESIDE = ("import click, sqlite3", "import click, sqlite_utils")
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
    """One run, its output thrown away; bytecode is kept, whatever the environment says of that."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    quiet = subprocess.DEVNULL
    start = perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=quiet, stderr=quiet)
    return perf_counter() - start


def main(runs: int) -> None:
    """Measure on the sample corpus."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.pop("UNPACK_DB", None)
        made = CliRunner().invoke(cli, ["demo", "--db", str(folder / "unpack.db")])
        assert made.exit_code == 0, made.output
        commands = {f"`{imports}`": [*_PYTHON, imports] for imports in _BESIDE}
        commands |= {f"`unpack-tui {name}`": [*_PROGRAM, *words] for name, words in _COMMANDS.items()}
        for command in commands.values():  # making bytecode and the disk's cache are not what is measured
            seconds(command, folder)
        took: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                took[name].append(seconds(command, folder))
    medians = {name: statistics.median(times) for name, times in took.items()}
    floor, budgeted = (medians[f"`{imports}`"] for imports in _BESIDE)
    print("| whole process | median, ms | of the floor | of `sqlite_utils` |\n| --- | ---: | ---: | ---: |")
    for name, median in medians.items():
        print(f"| {name} | {1000 * median:.0f} | {median / floor:.1f} | {median / budgeted:.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
