"""JSON lines: interchange lines with their layers, any records that have a text, results of Message Batches."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain

import orjson

from unpack_core.corpus.encoding import without_mark
from unpack_core.corpus.entry import Entries, Value, WrongError
from unpack_core.corpus.options import ReadOptions
from unpack_core.corpus.records import BatchResult, Notice, Record, Trouble
from unpack_core.errors import CorpusError
from unpack_core.words import count

_LONGEST = 64 * 1024 * 1024


def read_lines(chunks: Iterable[bytes], where: str, options: ReadOptions) -> Iterator[Record]:
    """One record a line that is not blank; a bad line is a Trouble with its number."""
    entries = Entries(where, options, repair=options.repair)
    for number, line in enumerate(_lines(_as_utf8(chunks, options.encoding)), 1):
        if line is None:
            yield Trouble(where, number, f"the line has more than {_LONGEST:,} bytes; it is not read")
            continue
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if not line or line.isspace():
            continue
        try:
            value = _parsed(line, options.encoding)
            if "custom_id" in value and isinstance(value.get("result"), dict):
                yield BatchResult(where, number, str(value["custom_id"]), value["result"])
            else:
                yield entries.taken(value)
        except WrongError as wrong:
            yield Trouble(where, number, str(wrong))
    yield from told(entries, where)


def told(entries: Entries, where: str) -> Iterator[Notice]:
    """What was done to the records."""
    for page, texts in entries.repaired.items():
        astray = f"{count(texts, 'text')} that had been UTF-8 read as {page}"
        yield Notice(where, f"Repaired: {astray} (--no-repair leaves them).")
    if entries.dropped:
        yield Notice(where, f"Left out: {count(entries.dropped, 'control character')}.")


def _parsed(line: bytes, encoding: str | None) -> Value:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise WrongError(_reason(line, error, encoding)) from error
    if not isinstance(value, dict):
        raise WrongError("this is JSON but not an object; a line is {“text”: …}")
    return value


def _reason(line: bytes, error: orjson.JSONDecodeError, encoding: str | None) -> str:
    try:
        line.decode()
    except UnicodeDecodeError as wrong:
        if encoding:
            return f"this is not {encoding}; name another with --encoding"
        return f"this is not UTF-8 (byte {wrong.start} of the line); --encoding says what it is"
    return f"this is not JSON ({error.msg})"


def _as_utf8(chunks: Iterable[bytes], encoding: str | None) -> Iterator[bytes]:
    """The bytes, in UTF-8 if they were in something else; what cannot be read is not UTF-8 either."""
    chunks = iter(chunks)
    first = next(chunks, b"")
    if encoding is None and first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    if encoding is None or codecs.lookup(encoding).name == "utf-8":
        yield first
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding)(_UNREAD)
    for chunk in chain([first], chunks):
        try:
            yield decoder.decode(chunk).encode(errors="surrogatepass")
        except UnicodeError as error:
            raise CorpusError(without_mark(encoding)) from error
    yield decoder.decode(b"", True).encode(errors="surrogatepass")


def _unread(error: UnicodeError) -> tuple[str, int]:
    """A lone surrogate, which no UTF-8 has, for what cannot be read: its line is named, and left out."""
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff", error.end


_UNREAD = "unpack-tui: unread"
codecs.register_error(_UNREAD, _unread)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    """Lines without their ends; None for one that is too long to be held."""
    begun: list[bytes] = []
    size = 0
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        size += len(first)
        if size <= _LONGEST:
            begun.append(first)
        if others:
            yield b"".join(begun) if size <= _LONGEST else None
            yield from others[:-1]
            begun, size = [others[-1]], len(others[-1])
    if size > _LONGEST:
        yield None
    elif begun:
        yield b"".join(begun)
