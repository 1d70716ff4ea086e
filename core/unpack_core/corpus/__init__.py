"""Files become documents and paragraphs. `read` is the front door: it streams records and stores nothing."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from unpack_core.corpus.chat import Message, is_chat, messages
from unpack_core.corpus.encoding import Coding, characters, check_encoding, recognised
from unpack_core.corpus.files import File, find
from unpack_core.corpus.jsonl import read_lines
from unpack_core.corpus.lines import Lines
from unpack_core.corpus.markdown import Passage, read_markdown
from unpack_core.corpus.options import FORMATS, ReadOptions
from unpack_core.corpus.records import Arrival, BatchResult, End, Holds, Notice, Record, Trouble
from unpack_core.corpus.source import CHUNK, FileSource, PipedSource, Source
from unpack_core.corpus.table import read_table
from unpack_core.corpus.text import paragraphs
from unpack_core.errors import CorpusError
from unpack_core.language import detect
from unpack_core.model import IncomingDocument, IncomingParagraph
from unpack_core.words import count

__all__ = ["Arrival", "BatchResult", "End", "Holds", "Notice", "ReadOptions", "Record", "Trouble", "read"]


def read(
    paths: Sequence[str | Path], options: ReadOptions | None = None, stdin: BinaryIO | None = None
) -> Iterator[Record]:
    """Read files, folders and, for `-`, standard input. What is wrong with one of them is a Trouble, never raised.

    Raises CorpusError for options that mean nothing.
    """
    options = options or ReadOptions()
    if options.format and options.format not in FORMATS:
        raise CorpusError(f"There is no format “{options.format}”. There are: {', '.join(FORMATS)}.")
    if options.encoding:
        check_encoding(options.encoding)
    return _read(paths, options, stdin)


def _read(paths: Sequence[str | Path], options: ReadOptions, stdin: BinaryIO | None) -> Iterator[Record]:
    for path in paths:
        if str(path) == "-":
            yield from _piped(stdin, options) if stdin else [Trouble("stdin", 0, "there is no standard input")]
            continue
        for file in find(Path(path), file_format=options.format, root=options.root):
            if isinstance(file, File):
                yield from _file(file, options)
            else:
                yield file


def _file(file: File, options: ReadOptions) -> Iterator[Record]:
    source = FileSource(file.path)
    try:
        if file.format == "jsonl":
            yield from read_lines(source.chunks(), file.uri, options)
        else:
            name = Path(file.uri).name.removesuffix(".gz").rsplit(".", 1)[0]
            yield from _source(source, file.format, file.uri, name, options)
    except (OSError, EOFError, zlib.error) as error:
        yield Trouble(file.uri, 0, f"it cannot be read to its end ({error})")
    except CorpusError as error:  # it was changed between being looked at and being read
        yield Trouble(file.uri, 0, str(error))
    if file.format in ("jsonl", "csv"):
        yield End(file.uri, Holds.RECORDS)


def _piped(stdin: BinaryIO, options: ReadOptions) -> Iterator[Record]:
    try:
        yield from _stdin(stdin, options)
    except OSError as error:
        yield Trouble("stdin", 0, f"it cannot be read to its end ({error})")
    except CorpusError as error:
        yield Trouble("stdin", 0, str(error))


def _stdin(stdin: BinaryIO, options: ReadOptions) -> Iterator[Record]:
    first = stdin.read(CHUNK)
    if not first:
        yield Trouble("stdin", 0, "it is empty")
        return
    chunks = chain([first], iter(lambda: stdin.read(CHUNK), b""))
    if options.format == "jsonl" or (options.format is None and first.lstrip()[:1] == b"{"):
        yield from read_lines(chunks, "stdin.jsonl", options)
        yield End("stdin.jsonl", Holds.RECORDS)
        return
    with PipedSource.of(chunks) as source:
        uri = "stdin.csv" if options.format == "csv" else source.name  # rows have names of their own, as JSON lines do
        yield from _source(source, options.format or "txt", uri, "stdin", options)
        yield End(uri, Holds.RECORDS)


def _source(source: Source, file_format: str, uri: str, name: str, options: ReadOptions) -> Iterator[Record]:
    """A text that is looked at whole before it is read."""
    try:
        coding = recognised(source, options.encoding, repair=options.repair)
    except CorpusError as error:
        yield Trouble(uri, 0, str(error))
        return
    for page in coding.repairs:
        yield Notice(uri, f"It was UTF-8 read as {page} and stored again: repaired (--no-repair leaves it).")
    if file_format == "csv":
        yield from read_table(characters(source, coding), uri, options)
    elif file_format == "md" and is_chat(Lines(characters(source, coding))):
        yield from _chat(source, coding, uri, name, options)
        return
    else:
        lines = Lines(characters(source, coding))
        title, passages = (
            read_markdown(lines) if file_format == "md" else ("", (Passage(one, "") for one in paragraphs(lines)))
        )
        document = IncomingDocument(uri, title or name, _said_of(coding), whole=True)
        arrivals = _arrivals(document, passages, options)
        first = next(arrivals, None)
        if first is None:
            empty = not any(source.chunks())
            yield Trouble(uri, 0, "it is empty: it has no paragraphs" if empty else "it has no paragraphs")
            return
        yield from chain([first], arrivals)
        yield from _dropped(lines, uri)
        yield End(uri, Holds.DOCUMENT)


def _chat(source: Source, coding: Coding, uri: str, name: str, options: ReadOptions) -> Iterator[Record]:
    """A log: a document a message, and one of the file's own for what stands between the messages."""
    lines = Lines(characters(source, coding))
    rest: list[str] = []
    seen: dict[str, int] = {}
    silent = 0
    for message in messages(lines, rest):
        seen[message.name] = number = seen.get(message.name, 0) + 1
        message_uri = f"{uri}#{message.name}" + (f"~{number}" if number > 1 else "")
        said = _said_of(coding) | message.metadata
        document = IncomingDocument(message_uri, f"{message.speaker}, {message.date}", said, whole=True)
        first = next(arrivals := _arrivals(document, _body(message), options), None)
        if first is None:
            silent += 1
            continue
        yield from chain([first], arrivals)
        yield End(message_uri, Holds.DOCUMENT)
    title, passages = read_markdown(rest)
    yield from _arrivals(IncomingDocument(uri, title or name, _said_of(coding), whole=True), passages, options)
    twice = sum(number - 1 for number in seen.values())
    if twice:
        yield Notice(
            uri,
            f"{count(twice, 'message has', 'messages have')} the UID, or the speaker and date, of another;"
            " what tells them apart is their order.",
        )
    if silent:
        yield Notice(uri, f"Passed over: {count(silent, 'message')} without running text.")
    yield from _dropped(lines, uri)
    yield End(uri, Holds.MESSAGES)


def _body(message: Message) -> Iterator[Passage]:
    _, passages = read_markdown(message.body)
    for passage in passages:
        yield Passage(passage.text, " › ".join(filter(None, [message.place, passage.place])))


def _arrivals(document: IncomingDocument, passages: Iterable[Passage], options: ReadOptions) -> Iterator[Arrival]:
    for position, passage in enumerate(passages):
        lang = options.lang or detect(passage.text)
        yield Arrival(document, IncomingParagraph(passage.text, position, lang, passage.place))


def _said_of(coding: Coding) -> dict[str, str]:
    """What a document remembers of how it was written."""
    said = {} if coding.encoding == "utf-8" else {"encoding": coding.encoding}
    return said | ({"repaired": ", ".join(coding.repairs)} if coding.repairs else {})


def _dropped(lines: Lines, uri: str) -> Iterator[Notice]:
    if lines.dropped:
        yield Notice(uri, f"Left out: {count(lines.dropped, 'control character')}.")
