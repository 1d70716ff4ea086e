"""`unpack-tui backup`: whole or absent, never over something, while others write."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.old.test_old_files import program
from unpack_core.doctor import examine
from unpack_core.model import Status
from unpack_core.store import Store

Command = Callable[..., Result]


@pytest.mark.usefixtures("database")
def test_a_copy_is_beside_the_file_or_where_it_is_said(tmp_path: Path, run: Command) -> None:
    (tmp_path / "safe").mkdir()
    assert run("--db", "x.db", "backup").exit_code == 0
    assert run("--db", "x.db", "backup", "elsewhere.db").exit_code == 0
    assert run("--db", "x.db", "backup", "safe").exit_code == 0
    copies = [*tmp_path.glob("x.2*.db"), tmp_path / "elsewhere.db", tmp_path / "safe" / "x.db"]
    assert len(copies) == 3
    exported = run("--db", "x.db", "export", "layers").stdout_bytes
    for copy in copies:
        assert copy.stat().st_mode & 0o777 == 0o600
        assert run("--db", str(copy), "export", "layers").stdout_bytes == exported
        assert run("--db", str(copy), "doctor").exit_code == 0


@pytest.mark.usefixtures("database")
def test_nothing_is_overwritten(tmp_path: Path, run: Command) -> None:
    (tmp_path / "mine.db").write_text("mine")
    (tmp_path / "link.db").symlink_to("nowhere")
    for taken in ("mine.db", "link.db", "x.db"):
        result = run("--db", "x.db", "backup", taken)
        assert result.exit_code == 1
        assert "is there already and is left as it is" in result.stderr
    assert (tmp_path / "mine.db").read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.usefixtures("database")
def test_what_cannot_be_copied_is_a_sentence(tmp_path: Path, run: Command) -> None:
    (tmp_path / "text.db").write_text("An essay. " * 500)
    assert "There is no database at none.db" in run("--db", "none.db", "backup").stderr
    assert "not a database" in run("--db", "text.db", "backup").stderr
    assert "cannot be written" in run("--db", "x.db", "backup", "no/such/folder.db").stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["batch.jsonl", "text.db", "x.db"]


@pytest.mark.usefixtures("database")
def test_a_copy_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    done = subprocess.run(
        [sys.executable, "-m", "unpack_tui", "--db", "x.db", "backup", "copy.db"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_every_copy_that_is_taken_while_another_writes_is_of_one_moment(database: Path, tmp_path: Path) -> None:
    enough = threading.Event()

    def decide() -> None:
        with Store.open(database) as store:
            while not enough.is_set():
                for status in (Status.ACCEPTED, Status.REJECTED):
                    store.decide(list(range(1, 13)), status)  # twelve layers in one step

    writer = threading.Thread(target=decide)
    writer.start()
    try:
        for n in range(3):
            assert program("--db", "x.db", "backup", f"{n}.db", folder=tmp_path).returncode == 0
    finally:
        enough.set()
        writer.join()
    steps = []
    for n in range(3):
        with Store.open(tmp_path / f"{n}.db") as copy:
            assert [sentence for check in examine(copy) for sentence in check.broken] == []
            assert copy.one("SELECT count(DISTINCT status) FROM layer") == (1,)
            steps.append(copy.last("step"))
    assert steps == sorted(set(steps))
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT max(id) FROM step").fetchone()[0] > steps[-1]
