"""Who has a database open, by the locks that SQLite holds for as long as it is.

The log lies beside the *name* of a file. Whoever opens a file that took the place of one that is open still would take
the log of that one for its own, and write its pages into the new file.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from time import monotonic, sleep
from weakref import WeakSet

from unpack_core.errors import StoreError

_OF_FILE = 0x40000002, 510
"""First byte and length of what each connection to a file with a log holds a shared lock on (SQLite's os.h)."""
_OF_LOG = 128, 1
"""The same of the index of the log, in `x.db-shm` (SQLite's os_unix.c)."""

_PATIENCE = 10.0
"""Seconds: a review lets go of a file that was replaced within one, if the machine is not busy."""

OPEN: WeakSet[object] = WeakSet()
"""What this process has open. Its own locks cannot be asked about, and to look would drop them: with POSIX the first
handle of a file that is closed takes all of the process's locks along."""


def in_use(path: Path) -> bool:
    """Whether another process has the file of that name open. This one must not have it."""
    return _locked(path, *_OF_FILE)


def wait_for_name(path: Path) -> None:
    """Wait until whoever had the file open that this one took the place of has let go; StoreError where they do not."""
    if OPEN or not os.access(path, os.W_OK):
        return
    patience = monotonic() + _PATIENCE
    while _locked(Path(f"{path.resolve()}-shm"), *_OF_LOG) and not in_use(path):
        if monotonic() > patience:
            raise StoreError(
                f"{path} took the place of a file that another window has open, and could be damaged by it. "
                "Leave that one first."
            )
        sleep(0.05)


def _locked(path: Path, start: int, length: int) -> bool:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:  # there is none, or it is not ours
        return False
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(handle)
