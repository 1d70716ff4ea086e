"""Standard streams that are closed or full, and words that are no text: one sentence, and nothing is lost silently."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = (
    "--help", "--version", "stats", "stats --json", "log --json --all", "export layers", "recipe show", "dedupe --json",
    "doctor",
)  # fmt: skip


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A line of the shell, in which `U` is the program."""
    line = f'U() {{ "{sys.executable}" -m unpack_tui "$@"; }}; {line}'
    return subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize(("where", "why"), [(">&-", "Bad file descriptor"), (">/dev/full", "No space left on device")])
def test_what_cannot_be_written_is_said(words: str, where: str, why: str, database: Path) -> None:
    done = shell(f"U --db {database.name} {words} {where}", database.parent)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"unpack-tui: Standard output cannot be written: {why}.")
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_who_needs_no_stream_needs_it_not_open(database: Path) -> None:
    (database.parent / "essay.txt").write_text("A paragraph that comes in.")
    done = shell("U --db x.db import essay.txt <&- >&- 2>&-; U --db x.db export pretrain --status all", database.parent)
    assert "A paragraph that comes in." in done.stdout
    done = shell("U --db x.db import - <&-", database.parent)
    assert (done.returncode, done.stderr) == (1, "stdin: it is empty\n")
    assert shell("U --db x.db <&-", database.parent).stderr.startswith("unpack-tui: The review needs a terminal.")


def test_a_reader_that_has_seen_enough_is_no_fault(database: Path) -> None:
    for words in COMMANDS:
        done = shell(f"U --db x.db {words} | head -1; exit ${{PIPESTATUS[0]}}", database.parent)
        assert (done.returncode, done.stdout.count("\n")) == (0, 1), words
        assert "Traceback" not in done.stderr


def test_a_user_whom_the_system_does_not_know_needs_no_home(database: Path) -> None:
    """As in a container that was started under a number of its own."""
    stranger = (
        "import os, pwd; os.environ.pop('HOME', None)\n"
        "def getpwuid(number): raise KeyError(number)\n"
        "pwd.getpwuid = getpwuid\n"
        "from unpack_tui.__main__ import main; main()"
    )
    for words in ("generate --dry-run", "import -"):
        done = shell(f'echo A text. | "{sys.executable}" -c "{stranger}" --db x.db {words}', database.parent)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("words", ["stats --where", "export layers --where", "generate --dry-run --model"])
def test_words_that_are_no_text_are_said(words: str, database: Path) -> None:
    done = shell(f"U --db x.db {words} $'text:\\xff'", database.parent)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "not UTF-8" in done.stderr
