"""Bytes become text: UTF-8 first, UTF-16 by its mark, else a sentence that says what was tried.

A source is read once to find out how it is written, whole, and then again for its text: nothing of it is held.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from unpack_core.corpus.mojibake import WayBack, oddness, taken_back
from unpack_core.corpus.source import Source
from unpack_core.errors import CorpusError

_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
          (codecs.BOM_UTF16_BE, "utf-16"), (codecs.BOM_UTF8, "utf-8"))  # fmt: skip
_GUESSES = ("cp1251", "koi8-r", "cp866", "cp1252", "mac_roman")
_NUL_SHARE = 0.1
_WAYS_BACK = 3
"""A text may have gone astray more than once."""


_NO_TEXT = (
    (b"\x1f\x8b", "packed by gzip"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd"),
    (b"PK\x03\x04", "a ZIP file, as documents of office programs are"),
    (b"%PDF-", "a PDF"),
)
"""How files begin that are taken for texts: in an encoding that was guessed they would be paragraphs of nonsense."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How the bytes of a source become its text."""

    encoding: str
    repairs: tuple[str, ...] = ()
    """The code pages through which the text went astray, in the order in which it is taken back."""


def check_encoding(name: str) -> None:
    """Raises CorpusError for a name that is none, or of no code for texts."""
    try:
        b"a".decode(name, "backslashreplace")  # as for any text; domain names' codes know no such thing
    except (LookupError, UnicodeError) as error:
        raise CorpusError(f"There is no encoding “{name}”. Common ones: utf-8, cp1251, koi8-r, latin-1.") from error


def recognised(source: Source, encoding: str | None = None, *, repair: bool = True) -> Coding:
    """How a source is written, looked at whole. Raises CorpusError where it cannot be read as text."""
    coding = Coding(encoding or _marked(source) or "utf-8")
    for _ in range(_WAYS_BACK if repair else 1):
        way = WayBack()
        for piece in characters(source, coding, told=bool(encoding)):
            if repair:
                way.feed(piece)
        page = way.page() if repair else None
        if page is None:
            break
        coding = Coding(coding.encoding, (*coding.repairs, page))
    return coding


def characters(source: Source, coding: Coding, *, told: bool = True) -> Iterator[str]:
    """The text of a source, in pieces, without a byte order mark. Raises CorpusError; `told`: --encoding says so."""
    pieces = _decoded(source, coding.encoding, told)
    for page in coding.repairs:
        pieces = taken_back(_unmarked(pieces), page)
    return _unmarked(pieces)


def _unmarked(pieces: Iterable[str]) -> Iterator[str]:
    first = True
    for piece in pieces:
        if piece:
            yield piece.removeprefix("\ufeff") if first else piece
            first = False


def _marked(source: Source) -> str | None:
    first = next(source.chunks(), b"")
    if what := next((what for mark, what in _NO_TEXT if first.startswith(mark)), None):
        raise CorpusError(f"it is {what}, and no text: unpack or convert it first")
    marked = next((name for mark, name in _MARKS if first.startswith(mark)), None)
    if marked is None and first.count(0) > _NUL_SHARE * len(first):
        order = "be" if first[::2].count(0) > first[1::2].count(0) else "le"
        raise CorpusError("it is neither UTF-8 nor UTF-16 text: it is full of NUL bytes. UTF-16 without a mark: "
                          f"--encoding utf-16-{order}")  # fmt: skip
    return marked


def _decoded(source: Source, encoding: str, told: bool) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    read = 0
    for chunk in source.chunks():
        waiting = len(decoder.getstate()[0])
        try:
            yield decoder.decode(chunk)
        except UnicodeDecodeError as error:
            raise CorpusError(_wrong(encoding, read - waiting + error.start, told, chunk)) from error
        except UnicodeError as error:
            raise CorpusError(without_mark(encoding)) from error
        read += len(chunk)
    try:
        yield decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        raise CorpusError(_wrong(encoding, read, told, b"")) from error


def without_mark(encoding: str) -> str:
    """What is wrong where a codec raises a UnicodeError that has no place: so do UTF-16 and UTF-32 alone."""
    name = codecs.lookup(encoding).name
    return f"it does not begin as {name} does. Without a mark it is {name}-le or {name}-be: name that with --encoding."


def _wrong(encoding: str, at: int, told: bool, chunk: bytes) -> str:
    if told:
        return f"it is not {encoding} (byte {at:,}). Name another with --encoding."
    if encoding != "utf-8":
        return f"it begins as {encoding.upper()} and is not (byte {at:,}). Say what it is with --encoding."
    guess = _best_guess(chunk)
    if not guess:
        return f"it is neither UTF-8 nor UTF-16 (byte {at:,}), and does not look like text."
    return f"it is neither UTF-8 nor UTF-16 (byte {at:,}). It reads best as {guess}: --encoding {guess}, if it is that"


def _best_guess(chunk: bytes) -> str | None:
    """What an eight-bit text may be: the page in which its letters stand together best."""
    sample = chunk[:20_000]
    if sum(byte < 32 and byte not in b"\t\n\r\f" for byte in sample) > 0.02 * len(sample):
        return None
    return min(_GUESSES, key=lambda page: oddness(sample.decode(page, "replace")))
