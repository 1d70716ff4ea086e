"""Where an open database file is, and what is done when another took its place or none.

A file that was removed or replaced is not written to any more, where nobody would find it. All that it held is rescued
into one copy, and its log is not left to the file that has its name now.
"""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from time import time_ns

from unpack_core.complaints import in_sentences
from unpack_core.errors import StoreError
from unpack_core.plain import plain
from unpack_core.rescue import attach, detach, logged, rescue

_LOG = logging.getLogger(__name__)

Identity = tuple[int, int]
"""Which file it is, whatever its name: st_dev and st_ino."""


def identity(path: Path) -> Identity | None:
    """Which file a name stands for; None for none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def replaced(path: Path, kept: str = "") -> StoreError:
    """What is said of a file that is not in its place."""
    return StoreError(f"{path} was removed or replaced while it was open{kept}. Leave, and open the one that you want.")


class Place:
    """The name by which a connection has a file open, and which file that is."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path
        self.file = identity(path)
        self.rescued: Path | None = None
        """Where all that it held is kept, since it was seen to be removed or replaced."""
        self._since = time_ns()

    @property
    def is_ours(self) -> bool:
        """Whether the name is still that of the file that is open."""
        return identity(self.path) == self.file

    def stay(self) -> None:
        """Refuse to write into a file that was removed or replaced, where nobody would find it; keep what it holds.

        Ask this also before another process is told to write, which cannot keep what it does not hold.
        Raises StoreError where the file is not in its place.
        """
        if self.is_ours:
            if self.rescued:  # it is back, and goes on
                with in_sentences(self.path):
                    attach(self.connection)
                self.rescued, self._since = None, time_ns()
            return
        if self.rescued is None:
            try:
                self.rescued = rescue(self.connection, self.path, self.file, self._since)
            except StoreError as error:
                raise StoreError(
                    f"{self.path} was removed or replaced while it was open, and no copy can be kept: {error} "
                    "Put it back, and go on."
                ) from error
        detach(self.connection, self.path)
        raise replaced(self.path, f": all that it held is kept in {self.rescued}")

    def leave(self) -> None:
        """Before it is closed: a log of a file that is not in its place is not left to the one that is there."""
        if not self.rescued and not self.is_ours and logged(self.path):
            try:
                self.stay()
            except StoreError as lost:
                _LOG.warning("%s", plain(str(lost)))

    def has_log(self) -> bool:
        """Whether a part of what the file holds is still in the log beside it."""
        return self.is_ours and logged(self.path)
