"""Questions to the database that are given up, from any thread, when nobody waits for the answer any more."""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import OperationalError
from typing import TypeVar

from unpack_core.database import DatabaseFile

_INSTRUCTIONS = 2_000
"""Of SQLite's machine between two looks at whether the answer is still wanted: some milliseconds."""

_Answer = TypeVar("_Answer")


def unless(over: Callable[[], bool], store: DatabaseFile, ask: Callable[[], _Answer]) -> _Answer | None:
    """What `ask` gives, which asks the store alone; None where `over` says before the end that nobody wants it."""
    store.connection.set_progress_handler(over, _INSTRUCTIONS)
    try:
        answer = ask()
    except OperationalError:  # "interrupted", or that what was begun cannot be cleared away then
        if over():
            return None
        raise
    finally:
        store.connection.set_progress_handler(None, 0)
    return None if over() else answer
