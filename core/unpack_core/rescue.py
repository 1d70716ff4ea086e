"""What an open file held that was removed or replaced: kept in one copy, whoever had it open beside us.

Several windows and the process that asks the model may have the same lost file open. The first that notices writes the
copy, and notes in it which file it is of, so that the others find it: what is still on its way is stored there.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from itertools import islice, takewhile
from pathlib import Path
from time import time_ns

import orjson

from unpack_core import backup
from unpack_core.errors import StoreError
from unpack_core.in_use import in_use

_LABEL = "rescued"
_NOTE = "rescued.from"


def rescue(connection: sqlite3.Connection, path: Path, file: tuple[int, int] | None, since: int) -> Path:
    """The copy of all that a connection holds, beside the name that its file had; made where there is none yet.

    `file` says which file that was, and `since` the nanosecond from which on it has been open and in its place.
    Raises StoreError where no copy can be written.
    """
    note = orjson.dumps({"file": file, "at": time_ns()}).decode()

    def noted(copy: sqlite3.Connection) -> None:
        copy.execute("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (_NOTE, note))

    while True:
        taken = list(takewhile(os.path.lexists, backup.names(path, _LABEL)))
        for copy in taken:
            if _is_of(copy, file, since):
                return copy
        free = next(islice(backup.names(path, _LABEL), len(taken), None))
        _empty_log(connection, path, file)
        try:
            backup.keep(connection, free, noted)
        except StoreError:
            if not os.path.lexists(free):
                raise  # else somebody was quicker: is that one ours?
        else:
            return free


def _empty_log(connection: sqlite3.Connection, path: Path, file: tuple[int, int] | None) -> None:
    """What stands in the log would be taken for pages of the new file by whoever opens that.

    It goes into the lost file, but not under the hands of somebody who has that open by its new name: those would not
    see our locks on the log, and we not theirs.
    """
    if in_use(path):
        return
    with suppress(sqlite3.OperationalError):  # somebody reads in it just now
        connection.execute(f"PRAGMA {'journal_mode = MEMORY' if _has_a_name(file) else 'wal_checkpoint(TRUNCATE)'}")


def _has_a_name(file: tuple[int, int] | None) -> bool:
    """Whether a file that is open here has a name still, or anew: it was moved, not removed."""
    for handle in Path("/dev/fd").iterdir():
        with suppress(OSError):  # it was that of the list
            found = os.fstat(int(handle.name))
            if (found.st_dev, found.st_ino) == file:
                return found.st_nlink > 0
    return False


def logged(path: Path) -> bool:
    """Whether there is anything in the log beside a name."""
    try:
        return Path(f"{path.resolve()}-wal").stat().st_size > 0
    except OSError:  # neither is the folder, or we may not look
        return False


def detach(connection: sqlite3.Connection, path: Path) -> None:
    """Read on in the lost file without the log beside its name, as soon as nobody else has the lost file open.

    Not while there is something in the log: that is of somebody who works in the new file, or was killed there.
    """
    if in_use(path) or logged(path):
        return
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("SELECT 1 FROM sqlite_master")  # from now on it does not look for a log any more


def attach(connection: sqlite3.Connection) -> None:
    """The file is in its place again: others may write, and the log is its own."""
    connection.execute("PRAGMA locking_mode = NORMAL")
    connection.execute("SELECT 1 FROM sqlite_master")
    connection.execute("PRAGMA journal_mode = WAL")


def _is_of(copy: Path, file: tuple[int, int] | None, since: int) -> bool:
    """Whether a copy was made of that file while it has been open here: before, the number may have been another's.

    What it holds is not asked: where the name has a new file, the log that we see may be of whoever works on there.
    """
    try:
        with closing(backup.opened(copy)) as other:
            noted = other.execute("SELECT value FROM setting WHERE key = ?", (_NOTE,)).fetchone()
    except (StoreError, sqlite3.Error):  # it is something else
        return False
    told = orjson.loads(noted[0]) if noted else None
    return bool(told and file and told["file"] == list(file) and told["at"] > since)
