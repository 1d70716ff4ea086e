"""One generation at a time on one file, so that nothing is paid for twice.

A lock of the operating system, which ends with the process however that ends, on an empty file beside the database: on
the database itself, closing a second handle would drop SQLite's own locks. What a run that was killed leaves there is
used by the next.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from unpack_core.errors import GenerationError
from unpack_core.store import Store


@contextmanager
def leased(store: Store) -> Iterator[None]:
    """Hold the file's lease, by whatever name and from whatever window it was opened.

    Raises GenerationError where another process holds it, or none can be had.
    """
    real = store.path.resolve()
    path = real.with_name(f"{real.name}.generating")
    try:
        handle = _locked(path)
    except BlockingIOError as error:
        raise GenerationError(
            f"Another generate is at work on {store.path}: let it end, or stop it with ctrl+C."
        ) from error
    except OSError as error:
        raise GenerationError(
            f"{path} cannot be made: {error.strerror}. It keeps a second run from paying for the same."
        ) from error
    try:
        yield
    finally:
        with suppress(OSError):
            if _is(path, handle):
                path.unlink()  # before it is let go: who gets it then sees that it has no name any more
        os.close(handle)


def _locked(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is(path, handle):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _is(path: Path, handle: int) -> bool:
    """Whether that name is still the name of what is open here."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(handle))
    except FileNotFoundError:
        return False
