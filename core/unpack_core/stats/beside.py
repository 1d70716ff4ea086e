"""Counting in a thread beside the keys: on a connection of its own, and ended when nobody waits for it any more."""

from __future__ import annotations

import sqlite3

from unpack_core.stats import Stats, collect
from unpack_core.store import Store

_INSTRUCTIONS = 10_000
"""Of SQLite's machine between two looks at whether the numbers are still wanted: some milliseconds."""


class Counting:
    """One count, to be run once in a thread. `stop` may be called from another."""

    def __init__(self, store: Store, where: str) -> None:
        self._store = store
        self.where = where
        self._stopped = False

    def run(self) -> Stats | None:
        """The numbers; None where it was stopped. Raises UnpackError."""
        with self._store.again() as store:
            store.connection.set_progress_handler(self.over, _INSTRUCTIONS)
            try:
                numbers = collect(store, self.where)
            except sqlite3.OperationalError:  # "interrupted", or that what was begun cannot be cleared away then
                if self._stopped:
                    return None
                raise
        return None if self._stopped else numbers

    def over(self) -> bool:
        """Whether it was stopped; SQLite asks now and then."""
        return self._stopped

    def stop(self) -> None:
        self._stopped = True
