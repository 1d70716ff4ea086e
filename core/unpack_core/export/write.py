"""Rows into bytes and bytes into places: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

from unpack_core.belonging import database_of
from unpack_core.errors import ExportError
from unpack_core.jsonl import dump_line

_BUFFER = 1 << 18


def lines(rows: Iterable[object]) -> Iterator[bytes]:
    """Rows as JSON lines."""
    return map(dump_line, rows)


def to_stream(rows: Iterable[object], out: BinaryIO) -> int:
    """Write rows as JSON lines in large pieces; returns how many there were. A closed pipe raises BrokenPipeError."""
    number, held, size = 0, [], 0
    for line in lines(rows):
        number += 1
        held.append(line)
        size += len(line)
        if size >= _BUFFER:
            out.write(b"".join(held))
            held, size = [], 0
    out.write(b"".join(held))
    out.flush()
    return number


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes its name when all is written and on the disk; `.gz` by its name.

    If the block raises, nothing is left and what stood there before is as it was. Raises ExportError where the place
    cannot be written, or is a database: what was curated is not lost to what is made of it. A link stays one, and what
    is no file (a device, a named pipe) is written as it is.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open("wb") as straight:
                yield straight
            return
        with ExitStack() as stack:
            path = path.resolve()
            if (database := database_of(path)) == path:
                raise ExportError(f"{path} is a database and is left as it is. Name another place with -o.")
            if database:
                raise ExportError(f"{path} would be taken for a part of {database}. Name another place with -o.")
            raw = cast(
                "BinaryIO",
                stack.enter_context(
                    NamedTemporaryFile("wb", buffering=_BUFFER, dir=path.parent, prefix=f".{path.name}.", delete=False)
                ),
            )
            temporary = Path(raw.name)
            stack.callback(temporary.unlink, missing_ok=True)
            if path.name.endswith(".gz"):
                # Neither a name nor a time in its head: the same rows are the same bytes.
                with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed:
                    yield cast("BinaryIO", packed)
            else:
                yield raw
            raw.flush()
            os.fsync(raw.fileno())
            temporary.chmod(_mode(path))
            temporary.replace(path)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise ExportError(f"{path} cannot be written: {error.strerror}. Name another place with -o.") from error


def _mode(path: Path) -> int:
    """That of the file that is replaced, else what the user's mask leaves."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
