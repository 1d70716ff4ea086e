"""Text as lines that may be stored: one line end, no control characters, never the whole of it in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from unpack_core.clean import clean
from unpack_core.errors import CorpusError

_LINE_ENDS = re.compile("\r\n?|[\x85\u2028]")
_LONGEST = 64 * 1024 * 1024
_PARAGRAPH_ENDS = re.compile("[\f\u2029]")


class Lines:
    """The lines of a text without their ends; `dropped` says how many control characters were left out so far.

    A form feed and a paragraph separator are a blank line. Raises CorpusError for a line that is too long to be held,
    as what was packed to be small may have.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        self.dropped = 0
        self._pieces = pieces

    def __iter__(self) -> Iterator[str]:
        begun: list[str] = []  # a line of which the end has not come
        length = 0
        for piece in _whole_ends(self._pieces):
            *lines, rest = _PARAGRAPH_ENDS.sub("\n\n", _LINE_ENDS.sub("\n", piece)).split("\n")
            for line in lines:
                begun.append(line)
                yield self._clean("".join(begun))
                begun.clear()
                length = 0
            begun.append(rest)
            length += len(rest)
            if length > _LONGEST:
                raise CorpusError(f"it has a line of more than {_LONGEST:,} characters; break it into paragraphs first")
        last = "".join(begun)
        if last:
            yield self._clean(last)

    def _clean(self, line: str) -> str:
        line, dropped = clean(line)
        self.dropped += dropped
        return line


def _whole_ends(pieces: Iterable[str]) -> Iterator[str]:
    """The same pieces, so cut that none ends between \\r and \\n."""
    held = ""
    for piece in pieces:
        piece = held + piece
        held = "\r" if piece.endswith("\r") else ""
        yield piece[: len(piece) - len(held)]
    yield held
