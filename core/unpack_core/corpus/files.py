"""From paths to files: folders walked in order, what cannot be text named and left out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from unpack_core.corpus.records import Trouble
from unpack_core.errors import CorpusError

ENDINGS = {".txt": "txt", ".md": "md", ".markdown": "md", ".jsonl": "jsonl", ".ndjson": "jsonl", ".jsonl.gz": "jsonl"}
"""What a file is by its name."""


@dataclass(frozen=True, slots=True)
class File:
    path: Path
    format: str
    uri: str


def find(paths: list[Path], *, file_format: str | None, root: Path | None) -> Iterator[File | Trouble]:
    """The files that paths name, folders walked by name, hidden ones left out.

    Raises CorpusError for a path that is not there or that nothing can be read from.
    """
    for path in paths:
        if path.is_dir():
            found = False
            for one in _walk(path):
                file = _file(one, None, root)
                if isinstance(file, File):
                    found = True
                    yield file
            if not found:
                raise CorpusError(f"{path} holds no text, Markdown or JSON lines. Name the files one by one.")
            continue
        try:
            mode = path.stat().st_mode
        except OSError as error:
            raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from error
        if not stat.S_ISREG(mode):
            raise CorpusError(f"{path} is neither a file nor a folder.")
        file = _file(path, file_format, root)
        if file is None:
            raise CorpusError(f"What {path} is, its name does not say. Add --format txt, md or jsonl.")
        yield file


def _walk(folder: Path) -> Iterator[Path]:
    """Regular files below a folder, sorted; links to folders are not followed, devices and pipes not opened."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        elif entry.is_file():
            yield Path(entry.path)


def _file(path: Path, file_format: str | None, root: Path | None) -> File | None:
    name = path.name.lower()
    known = next((kind for ending, kind in ENDINGS.items() if name.endswith(ending)), None)
    kind = file_format or known
    return File(path, kind, _uri(path, root)) if kind else None


def _uri(path: Path, root: Path | None) -> str:
    """Relative to the root, or to this folder if below it, else the whole path; with slashes."""
    whole = path.absolute()
    base = root.absolute() if root else Path.cwd()
    return (whole.relative_to(base) if whole.is_relative_to(base) else whole).as_posix()
