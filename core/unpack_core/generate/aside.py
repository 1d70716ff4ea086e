"""Answers that the file has no way to take, put beside it in lines that `import` reads.

A quota or a limit of size is no full disk to SQLite but a disk that fails, and nobody knows whether it passes.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

AT_ONCE = "at once"
"""The `type` of such a result: it was paid for at the full price, and not as part of a batch."""


def put_aside(database: Path, identity: str, body: Mapping[str, Any]) -> Path:
    """Add an answer to `essays.unstored.jsonl` beside `essays.db`, whole or not at all.

    Raises OSError where that cannot grow either.
    """
    path = _beside(database)
    line = orjson.dumps({"custom_id": identity, "result": {"type": AT_ONCE, "message": body}}) + b"\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        if os.write(handle, line) < len(line):
            os.ftruncate(handle, size)  # else the next answer would be the rest of this line
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
        os.fsync(handle)
    finally:
        os.close(handle)
    return path


def lying_aside(database: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The answers there, by their identities; a line that something else wrote is none."""
    try:
        lines = _beside(database).read_bytes().split(b"\n")
    except OSError:
        return
    for line in lines:
        try:
            told = orjson.loads(line)
            yield str(told["custom_id"]), dict(told["result"])
        except (ValueError, TypeError, KeyError):
            continue


def _beside(database: Path) -> Path:
    return database.with_name(f"{database.stem}.unstored.jsonl")
