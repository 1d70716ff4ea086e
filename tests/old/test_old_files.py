"""Files of every schema version that has shipped open, keep a copy of what they were, and are sound afterwards."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.old.make import HERE, built
from unpack_core.migrations import known

Command = Callable[..., Result]

OLD = sorted(file.stem for file in HERE.glob("m*.sql"))


def program(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "unpack_tui", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_newest_schema_has_its_file(tmp_path: Path) -> None:
    """Whoever adds a migration keeps a file that it made: python -m tests.old.make NAME, as m004."""
    with closing(sqlite3.connect(built(OLD[-1], tmp_path / "essays.db"))) as connection:
        assert {name for (name,) in connection.execute("SELECT name FROM _sqlite_migrations")} == set(known())


@pytest.mark.parametrize("name", OLD)
def test_an_old_file_is_copied_brought_up_to_date_and_sound(name: str, tmp_path: Path) -> None:
    path = built(name, tmp_path / "essays.db")
    with closing(sqlite3.connect(path)) as connection:
        decided = connection.execute("SELECT id, status, head_id FROM layer").fetchall()
        texts = connection.execute("SELECT id, text FROM version").fetchall()
    first = program("doctor", "--db", "essays.db", folder=tmp_path)
    assert first.returncode == 0, first.stdout
    copies = list(tmp_path.glob("essays.before-*.db"))
    if name == OLD[-1]:
        assert (first.stderr, copies) == ("", [])
    else:
        (copy,) = copies
        assert first.stderr == (
            f"essays.db is brought up to date for this version; as it was, it is kept in {copy.name}.\n"
        )
        assert copy.stat().st_mode & 0o777 == 0o600
        with closing(sqlite3.connect(copy)) as connection:
            newest = connection.execute("SELECT max(name) FROM _sqlite_migrations").fetchone()[0]
            assert newest.partition("_")[0] == name
            assert connection.execute("SELECT id, text FROM version").fetchall() == texts
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id, status, head_id FROM layer").fetchall() == decided
        assert connection.execute("SELECT id, text FROM version").fetchall() == texts
    again = program("doctor", "--db", "essays.db", folder=tmp_path)
    assert (again.returncode, again.stderr) == (0, "")
    assert list(tmp_path.glob("essays.before-*.db")) == copies


@pytest.mark.parametrize("name", OLD)
def test_a_dry_run_leaves_an_old_file_old(name: str, tmp_path: Path) -> None:
    path = built(name, tmp_path / "essays.db")
    before = path.read_bytes()
    (tmp_path / "a.txt").write_text("One more paragraph.")
    result = program("import", "--dry-run", "a.txt", "--db", "essays.db", folder=tmp_path)
    assert (result.returncode, "Would add 1 document" in result.stderr) == (0, True)
    assert "brought up to date" not in result.stderr
    assert path.read_bytes() == before
    assert list(tmp_path.glob("essays.*")) == [path]


@pytest.mark.parametrize("name", OLD)
def test_an_old_file_can_be_worked_on(name: str, tmp_path: Path, run: Command) -> None:
    built(name, tmp_path / "unpack.db")
    assert run("dedupe").exit_code == 0
    assert run("stats").exit_code == 0
    assert b'"status": "accepted"' in run("export", "layers").stdout_bytes.replace(b'":"', b'": "')
    assert run("log").exit_code == 0


def test_a_new_file_needs_no_copy(tmp_path: Path) -> None:
    (tmp_path / "essay.txt").write_text("One paragraph.")
    done = program("import", "essay.txt", folder=tmp_path)
    assert done.returncode == 0
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["essay.txt", "unpack.db"]


def test_a_copy_that_is_there_already_is_not_overwritten(tmp_path: Path) -> None:
    built(OLD[0], tmp_path / "essays.db")
    (tmp_path / "essays.before-m002.db").write_text("mine")
    assert "kept in essays.before-m002-2.db" in program("doctor", "--db", "essays.db", folder=tmp_path).stderr
    assert (tmp_path / "essays.before-m002.db").read_text() == "mine"


def test_a_file_of_a_newer_program_is_refused_with_a_sentence(tmp_path: Path, run: Command) -> None:
    path = built(OLD[-1], tmp_path / "essays.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO _sqlite_migrations VALUES (99, 'unpack-tui', 'm999_later', '')")
    before = path.read_bytes()
    for words in (["doctor"], ["review"], ["export"], ["stats"], ["doctor", "--repair"]):
        refused = run("--db", "essays.db", *words)
        assert refused.exit_code == 1
        said = "essays.db was written by a newer unpack-tui. Update the program to open it."
        assert refused.stderr == f"unpack-tui: {said}\n"
    assert path.read_bytes() == before
