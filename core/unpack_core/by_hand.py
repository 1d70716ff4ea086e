"""Files that a person writes by hand: a recipe, prices, a configuration. They are read whole, so they have an end."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

_MOST = 4_000_000
"""Letters."""
_HANDED = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")
"""What a shell has opened for us, as for `--recipe <(…)`: somebody writes to it."""


def read(path: Path) -> str:
    """Its text, without a byte order mark.

    Raises UnicodeDecodeError, and OSError, also where it is longer than anybody writes by hand, or something that would
    be waited for: a pipe may never be written to.
    """
    mode = path.stat().st_mode
    handed = stat.S_ISFIFO(mode) and str(path).startswith(_HANDED)
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or handed):
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device, and no file")
    with path.open(encoding="utf-8-sig") as file:
        written = file.read(_MOST + 1)
    if len(written) > _MOST:
        raise OSError(errno.EFBIG, f"it is longer than {_MOST:,} letters, which nobody wrote by hand")
    return written
