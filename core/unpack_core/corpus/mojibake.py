"""Text that was UTF-8, was read in another code page and stored again: recognised by its way back, and taken there.

The way back is to write the text in that code page and to read the bytes as UTF-8. That this works for a whole document
is hardly ever chance; that the result reads better as well, never yet. A document is repaired whole or not at all.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

PAGES = ("mac_roman", "cp1252", "cp1251", "cp866", "koi8-r", "latin-1")
_SAMPLE = 20_000
"""Characters that tell which of two texts reads better."""


def _page(name: str) -> str:
    """The 256 characters of a code page; a byte that it leaves open is the control character of its number."""
    return "".join(bytes([byte]).decode(name, "replace").replace("\ufffd", chr(byte)) for byte in range(256))


_CHARACTERS = {name: _page(name) for name in PAGES}
_TABLES = {name: codecs.charmap_build(characters) for name, characters in _CHARACTERS.items()}
# A sequence of UTF-8 begins with a byte from C2 to F4 and goes on with one from 80 to BF: most texts fail here.
_MAYBE = re.compile(
    "[\x00-\x7f]*(?:"
    + "|".join(f"[{re.escape(page[0xC2:0xF5])}][{re.escape(page[0x80:0xC0])}]" for page in _CHARACTERS.values())
    + ")"
)


class WayBack:
    """Whether a text, fed piece by piece, makes the whole way back from one of the code pages."""

    def __init__(self) -> None:
        self._trials = {page: _Trial(page) for page in PAGES}

    def feed(self, text: str) -> None:
        self._trials = {page: trial for page, trial in self._trials.items() if trial.feed(text)}

    def page(self) -> str | None:
        """The code page through which the text came, None where it did not: asked at the end of the text."""
        better = [(trial.gain(), page) for page, trial in self._trials.items() if trial.ends()]
        gain, page = max(better, default=(0, ""))
        return page if gain > 0 else None


class _Trial:
    def __init__(self, page: str) -> None:
        self._table = _TABLES[page]
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._before: list[str] = []
        self._after: list[str] = []
        self._kept = 0

    def feed(self, text: str) -> bool:
        """False once the text cannot have come this way."""
        try:
            after = self._decoder.decode(codecs.charmap_encode(text, "strict", self._table)[0])
        except UnicodeError:
            return False
        if self._kept < _SAMPLE and not text.isascii():
            self._before.append(text[:_SAMPLE])
            self._after.append(after[:_SAMPLE])
            self._kept += len(text)
        return True

    def ends(self) -> bool:
        try:
            self._decoder.decode(b"", True)
        except UnicodeError:
            return False
        return self._kept > 0

    def gain(self) -> int:
        """How many fewer odd neighbours there are after the way back."""
        return oddness("".join(self._before)) - oddness("".join(self._after))


def taken_back(pieces: Iterable[str], page: str) -> Iterator[str]:
    """A text as it was before it was read in that code page."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for piece in pieces:
        yield decoder.decode(codecs.charmap_encode(piece, "strict", _TABLES[page])[0])
    yield decoder.decode(b"", True)


def repaired(text: str) -> tuple[str, str | None]:
    """One text that is in memory, and the code page that it was taken back from, None where it was left as it is."""
    if text.isascii() or not _MAYBE.match(text):
        return text, None
    way = WayBack()
    way.feed(text)
    page = way.page()
    return ("".join(taken_back([text], page)), page) if page else (text, None)


def oddness(text: str) -> int:
    """How many neighbours do not belong together: scripts mixed in a word, a capital inside it, signs that touch it.

    Pairs of ASCII characters and of blanks do not count.
    """
    return sum(_odd(one, other) for one, other in pairwise(text) if not (one + other).isascii())


def _odd(one: str, other: str) -> bool:
    if one.isspace() or other.isspace():
        return False
    first, second = unicodedata.category(one), unicodedata.category(other)
    letters = first[0] in "LM", second[0] in "LM"
    if all(letters):
        return (first == "Ll" and second == "Lu") or _script(one, first) != _script(other, second)
    if first in ("Ps", "Pi") or second in ("Pe", "Pf", "Po"):  # marks where marks belong
        return False
    if "N" in (first[0], second[0]) or (one.isascii() and first[0] == "P") or (other.isascii() and second[0] == "P"):
        return "S" in (first[0], second[0]) or "C" in (first[0], second[0])
    return True


def _script(letter: str, category: str) -> str:
    """The first word of a letter's name tells its script; a combining mark goes with any."""
    if category[0] == "M":
        return ""
    if letter < "\u0250":
        return "LATIN"
    return unicodedata.name(letter, "?").split(" ", 1)[0]
