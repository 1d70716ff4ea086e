"""Where bytes come from: a file, packed or not, or what was piped in. A source can be read twice, but is never held."""

from __future__ import annotations

import gzip
import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

CHUNK = 1 << 20
_IN_MEMORY = 16 * CHUNK
"""What is piped in is kept on the disk from so many bytes on."""


class Source(Protocol):
    """Bytes that can be read from their beginning as often as needed."""

    def chunks(self) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class FileSource:
    path: Path

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The bytes, unpacked where the name ends in .gz."""
        packed = self.path.name.lower().endswith(".gz")
        with cast(BinaryIO, gzip.open(self.path)) if packed else self.path.open("rb") as stream:
            yield stream

    def chunks(self) -> Iterator[bytes]:
        with self.opened() as stream:
            yield from _chunks(stream)


class PipedSource:
    """Standard input, copied aside so that it can be read twice; its name is made of what it holds."""

    def __init__(self, copy: IO[bytes], name: str) -> None:
        self.name = name
        self._copy = copy

    @classmethod
    @contextmanager
    def of(cls, chunks: Iterable[bytes]) -> Iterator[PipedSource]:
        content = hashlib.blake2b(digest_size=6)
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
            for chunk in chunks:
                content.update(chunk)
                copy.write(chunk)
            yield cls(cast(IO[bytes], copy), f"stdin#{content.hexdigest()}")

    def chunks(self) -> Iterator[bytes]:
        self._copy.seek(0)
        yield from _chunks(self._copy)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
