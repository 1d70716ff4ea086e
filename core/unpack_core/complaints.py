"""SQLite's complaints as sentences: what a person can mend about a database file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unpack_core.errors import BusyError, DamagedError, FullError, StoreError

_PASSES = ("locked", "busy")
_NOT_WRITTEN = "cannot be written. Check the permissions of the file and of its folder."
_SAID = {
    "readonly": _NOT_WRITTEN,
    "read-only": _NOT_WRITTEN,
    "full": "cannot grow: the disk is full. What was done before is safe.",
    "unable to open": "cannot be opened. Check the permissions of the file and of its folder.",
    "disk I/O": "cannot be read or written: the disk reports an error. What was done before is safe.",
}

OTHERWISE = "take back a copy, or save what can be read: sqlite3 FILE .recover"
"""What is left of a file that is damaged."""


@contextmanager
def in_sentences(path: Path) -> Iterator[None]:
    """Errors that are the file's or the disk's become StoreErrors; ours stay what they are."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if any(word in str(error) for word in _PASSES):
            said = f"{path} is being written by another program. Wait for it to end, then try again."
            raise BusyError(said) from error
        reason = next((sentence for word, sentence in _SAID.items() if word in str(error)), None)
        if reason is None:
            raise
        kind = FullError if "full" in str(error) else StoreError
        raise kind(f"{path} {reason}") from error
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise StoreError(f"{path} is not a database that can be read ({error}).") from error
        if "malformed" in str(error) or "vtable" in str(error):
            raise DamagedError(path, f" ({error})", f"Try unpack-tui doctor --repair, {OTHERWISE}") from error
        raise
