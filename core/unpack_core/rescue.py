"""What an open file held that was removed or replaced: kept in one copy, whoever had it open beside us.

Several windows and the process that asks the model may have the same lost file open. The first that notices writes the
copy, and notes in it which file it is of, so that the others find it: what is still on its way is stored there.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from itertools import islice, takewhile
from pathlib import Path

import orjson

from unpack_core import backup
from unpack_core.errors import StoreError

_LABEL = "rescued"
_NOTE = "rescued.from"
_GROWING = {
    "document": "created_at", "batch": "created_at", "version": "created_at",
    "event": "at", "request": "created_at", "answer": "received_at",
}  # fmt: skip
"""Tables that only grow, and where each says when a row came: a copy that has the last row of each has them all."""


def rescue(connection: sqlite3.Connection, path: Path, file: tuple[int, int] | None) -> Path:
    """The copy of all that a connection holds, beside the name that its file had; made where there is none yet.

    `file` says which file that was. Raises StoreError where no copy can be written.
    """
    note = orjson.dumps(file).decode()

    def noted(copy: sqlite3.Connection) -> None:
        copy.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_NOTE, note))

    while True:
        taken = list(takewhile(os.path.lexists, backup.names(path, _LABEL)))
        for copy in taken:
            if _holds_all(copy, connection, note):
                return copy
        free = next(islice(backup.names(path, _LABEL), len(taken), None))
        try:
            backup.keep(connection, free, noted)
        except StoreError:
            if not os.path.lexists(free):
                raise  # else somebody was quicker: is that one ours?
        else:
            # What stands in the log beside the name would else be taken for pages of the file that now has the name.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return free


def _holds_all(copy: Path, connection: sqlite3.Connection, note: str) -> bool:
    """Whether a copy is of that file, and of no earlier moment. Whoever works on in it may have added to it.

    A system gives a new file the number of one that is gone: whether rows are the same, their moments say.
    """
    try:
        with closing(backup.opened(copy)) as other:
            of = other.execute("SELECT value FROM setting WHERE key = ?", (_NOTE,)).fetchone()
            return of == (note,) and all(_has_last(other, connection, table, at) for table, at in _GROWING.items())
    except (StoreError, sqlite3.Error):  # it is something else
        return False


def _has_last(copy: sqlite3.Connection, connection: sqlite3.Connection, table: str, at: str) -> bool:
    last = connection.execute(f"SELECT id, {at} FROM {table} ORDER BY id DESC LIMIT 1").fetchone()
    return last is None or copy.execute(f"SELECT id, {at} FROM {table} WHERE id = ?", last[:1]).fetchone() == last
