"""Files become documents and paragraphs. `read` is the front door: it streams records and stores nothing."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from unpack_core.clean import clean
from unpack_core.corpus.encoding import decoded
from unpack_core.corpus.files import File, find
from unpack_core.corpus.jsonl import read_lines
from unpack_core.corpus.language import detect
from unpack_core.corpus.markdown import Passage, read_markdown
from unpack_core.corpus.records import Arrival, BatchResult, Notice, Record, Trouble
from unpack_core.corpus.text import paragraphs
from unpack_core.errors import CorpusError
from unpack_core.model import IncomingDocument, IncomingParagraph

__all__ = ["Arrival", "BatchResult", "Notice", "ReadOptions", "Record", "Trouble", "read"]

FORMATS = ("txt", "md", "jsonl")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How files are read."""

    format: str | None = None
    """What files are whose names do not say, and stdin."""
    text_field: str = "text"
    id_field: str | None = None
    lang: str = ""
    encoding: str | None = None
    repair: bool = True
    root: Path | None = None
    """The folder that documents are named from; None for the current one."""


def read(
    paths: Sequence[str | Path], options: ReadOptions | None = None, stdin: BinaryIO | None = None
) -> Iterator[Record]:
    """Read files, folders and, for `-`, standard input.

    Raises CorpusError for a path that cannot be read; what is wrong within a file is a Trouble.
    """
    options = options or ReadOptions()
    if options.format and options.format not in FORMATS:
        raise CorpusError(f"There is no format “{options.format}”. There are: {', '.join(FORMATS)}.")
    return _read(paths, options, stdin)


def _read(paths: Sequence[str | Path], options: ReadOptions, stdin: BinaryIO | None) -> Iterator[Record]:
    for path in paths:
        if str(path) == "-":
            if stdin is None:
                raise CorpusError("There is no standard input to read from.")
            yield from _stdin(stdin, options)
            continue
        for file in find([Path(path)], file_format=options.format, root=options.root):
            if isinstance(file, Trouble):
                yield file
            else:
                yield from _file(file, options)


def _file(file: File, options: ReadOptions) -> Iterator[Record]:
    try:
        if file.format == "jsonl":
            with gzip.open(file.path) if file.path.name.endswith(".gz") else file.path.open("rb") as lines:
                yield from _lines(lines, file.uri, options)
        else:
            yield from _document(file.path.read_bytes(), file.format, file.uri, file.path.stem, options)
    except (OSError, EOFError, zlib.error) as error:
        yield Trouble(file.uri, 0, f"it cannot be read to its end ({error})")


def _stdin(stdin: BinaryIO, options: ReadOptions) -> Iterator[Record]:
    if options.format == "jsonl":
        yield from _lines(stdin, "stdin.jsonl", options)
        return
    data = stdin.read()
    if options.format is None and data.lstrip()[:1] == b"{":
        yield from _lines(data.splitlines(), "stdin.jsonl", options)
        return
    name = "stdin#" + hashlib.blake2b(data, digest_size=6).hexdigest()
    yield from _document(data, options.format or "txt", name, "stdin", options)


def _lines(lines: Iterable[bytes], where: str, options: ReadOptions) -> Iterator[Record]:
    return read_lines(lines, where, text_field=options.text_field, id_field=options.id_field, lang=options.lang)


def _document(data: bytes, file_format: str, uri: str, name: str, options: ReadOptions) -> Iterator[Record]:
    try:
        text, dropped = clean(decoded(data, options.encoding))
    except CorpusError as error:
        yield Trouble(uri, 0, str(error))
        return
    if dropped:
        yield Notice(uri, f"{dropped:,} control characters were left out.")
    title, passages = (
        read_markdown(text) if file_format == "md" else ("", [Passage(one, "") for one in paragraphs(text)])
    )
    if not passages:
        yield Trouble(uri, 0, "it has no paragraphs")
    document = IncomingDocument(uri, title or name, whole=True)
    for position, passage in enumerate(passages):
        lang = options.lang or detect(passage.text)
        yield Arrival(document, IncomingParagraph(passage.text, position, lang, passage.place))
