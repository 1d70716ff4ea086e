"""Make the file of a schema version, as the program of that time left it, and keep it here as SQL:

    python -m tests.old.make m002 8055b52      by the program of a commit
    python -m tests.old.make m004              by the one that is here

The SQL is what a file holds, tables of the search included, so that `built` gives back the same file.
"""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def built(name: str, path: Path) -> Path:
    """The file of a schema version."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript((HERE / f"{name}.sql").read_text(encoding="utf-8"))
    return path


def dumped(connection: sqlite3.Connection) -> Iterator[str]:
    """A file as SQL. What virtual tables keep is put into the tables that they make for themselves."""
    made = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql <> '' ORDER BY rowid").fetchall()
    virtual = [name for _, name, sql in made if sql.startswith("CREATE VIRTUAL")]
    theirs = tuple(f"{name}_" for name in virtual)
    shadows = {name for _, name, _ in made if name.startswith(theirs) and name not in virtual}
    tables = [name for kind, name, _ in made if kind == "table" and name not in virtual]
    yield from (f"{sql};" for kind, name, sql in made if kind == "table" and name not in shadows)
    for table in tables:
        columns = ", ".join(f'quote("{row[1]}")' for row in connection.execute(f'PRAGMA table_info("{table}")'))
        for values in connection.execute(f'SELECT {columns} FROM "{table}"'):
            yield f'INSERT OR REPLACE INTO "{table}" VALUES ({", ".join(values)});'
    yield from (f"{sql};" for kind, _, sql in made if kind != "table")


def main(name: str, commit: str = "") -> None:
    """Fill a file by the program of a commit, and write it down."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) if commit else ROOT
        if commit:
            packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
            with tarfile.open(fileobj=io.BytesIO(packed)) as files:
                files.extractall(program, filter="data")
        path = Path(folder) / "old.db"
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(program / "core"), str(program / "tui")])}
        subprocess.run([sys.executable, str(HERE / "fill.py"), str(path)], env=environment, check=True)
        with closing(sqlite3.connect(path)) as connection:
            text = "\n".join(["BEGIN;", *dumped(connection), "COMMIT;", ""])
    (HERE / f"{name}.sql").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
