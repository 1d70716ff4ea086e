"""What nobody foresaw, as a sentence where the file is at fault.

A damaged value can break whatever reads it. So it is not asked for everywhere: where something breaks, the file is
examined, and what the doctor finds is said. Of a sound file the error is ours, and is seen as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unpack_core.errors import DamagedError, StoreError, UnpackError

BREAKS = (ArithmeticError, AssertionError, AttributeError, ExceptionGroup, LookupError, TypeError, ValueError,
          StopIteration, sqlite3.Error)  # fmt: skip
"""What reading a damaged value can raise."""


@contextmanager
def blamed_on(path: Path) -> Iterator[None]:
    """Errors that a damaged file has caused become StoreErrors; all others stay what they are."""
    try:
        yield
    except BREAKS as error:
        if fault := fault_of(path):
            raise fault from error
        raise


def fault_of(path: Path) -> StoreError | None:
    """What the doctor finds first in a file, as an error; None where it is sound, or there is none."""
    from unpack_core.doctor import examine
    from unpack_core.store import Store

    if not path.is_file():
        return None
    try:
        with Store.open(path) as store:
            found = next((check.broken[0] for check in examine(store) if check.broken), None)
    except UnpackError as error:
        return StoreError(str(error))
    except BREAKS as error:
        return StoreError(
            f"{path} is damaged ({error}). Take back a copy, or save what can be read: sqlite3 FILE .recover"
        )
    return DamagedError(path, f": {found}", "See unpack-tui doctor, and doctor --repair.") if found else None
