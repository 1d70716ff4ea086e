"""Files that a person writes by hand: a recipe, prices, a configuration. They are read whole, so they have an end."""

from __future__ import annotations

import errno
from pathlib import Path

_MOST = 4_000_000
"""Letters."""


def read(path: Path) -> str:
    """Its text, without a byte order mark.

    Raises UnicodeDecodeError, and OSError, also where it is longer than anybody writes by hand.
    """
    with path.open(encoding="utf-8-sig") as file:
        written = file.read(_MOST + 1)
    if len(written) > _MOST:
        raise OSError(errno.EFBIG, f"it is longer than {_MOST:,} letters, which nobody wrote by hand")
    return written
