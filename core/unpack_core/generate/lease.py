"""One generation at a time on one file, so that nothing is paid for twice.

A lock of the operating system, which ends with the process however that ends. It is not on the database file itself:
closing a second handle of that would drop SQLite's own locks.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unpack_core.errors import GenerationError
from unpack_core.store import Store


@contextmanager
def leased(store: Store) -> Iterator[None]:
    """Hold the file's lease. Raises GenerationError where another process holds it."""
    name = hashlib.sha256(os.fsencode(store.path.resolve())).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"unpack-tui-{os.getuid()}-{name}.lock"
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise GenerationError(
                f"Another generate is at work on {store.path}: let it end, or stop it with ctrl+C."
            ) from error
        yield
    finally:
        os.close(handle)
