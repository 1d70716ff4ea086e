"""A copy of a database as it stands at one moment, whoever is writing meanwhile: SQLite's online backup.

A copy takes its name when it is whole and on the disk, never one that is taken, and is for its owner alone.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import mkstemp

from unpack_core.belonging import database_of
from unpack_core.complaints import in_sentences
from unpack_core.errors import StoreError
from unpack_core.in_use import wait_for_name

_BUSY_SECONDS = 15


def copy(source: Path, target: Path) -> None:
    """Copy the file at `source`, what has not reached its main file yet included.

    Raises StoreError where there is something at `target` already, or either cannot be read or written.
    """
    if os.path.lexists(target):
        raise StoreError(f"{target} is there already and is left as it is. Name another file.")
    if database := database_of(target):
        raise StoreError(f"{target} would be taken for a part of {database}. Name another file.")
    with in_sentences(source), closing(opened(source)) as connection:
        keep(connection, target)


def keep(
    connection: sqlite3.Connection, target: Path, finish: Callable[[sqlite3.Connection], object] = lambda _: None
) -> None:
    """Write what an open connection sees, that of a file without a name included, to a new file.

    `finish` may write to the copy before anybody sees it.
    """
    try:
        handle, name = mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(handle)
        try:
            with in_sentences(target), closing(sqlite3.connect(name, isolation_level=None)) as copied:
                connection.backup(copied)
                finish(copied)
            _take_name(Path(name), target)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}.") from error


def names(path: Path, label: str) -> Iterator[Path]:
    """`essays.db` as `essays.LABEL.db`, `essays.LABEL-2.db`, and so on without end."""
    return (path.with_name(f"{path.stem}.{label}{'' if n == 1 else f'-{n}'}{path.suffix}") for n in count(1))


def free_name(path: Path, label: str) -> Path:
    """The first of these names that is not taken."""
    return next(name for name in names(path, label) if not os.path.lexists(name))


def opened(path: Path) -> sqlite3.Connection:
    """As it is: not made, not brought up to date."""
    if not path.is_file():
        raise StoreError(f"There is no database at {path}. Name the file with --db.")
    wait_for_name(path)
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS)
    try:
        connection.execute("SELECT 1 FROM sqlite_master")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _take_name(written: Path, target: Path) -> None:
    """Give a finished file its name unless another has it; nobody can come in between."""
    try:
        target.hardlink_to(written)
    except FileExistsError as error:
        raise StoreError(f"{target} is there already and is left as it is. Name another file.") from error
    except OSError:  # a file system without links: the name is taken in two steps
        if os.path.lexists(target):
            raise StoreError(f"{target} is there already and is left as it is. Name another file.") from None
        written.replace(target)
