"""Text that may be shown: nothing in it can move a cursor, turn the reading direction, hide or pile up.

Every code point that could is replaced by one visible sign, so that positions in the text stay what they are.
"""

from __future__ import annotations

import re
from unicodedata import category

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # bidi controls, invisible signs
    "\u2028\u2029\ufff9-\ufffb\ud800-\udfff"  # line and paragraph separators, annotations, lone surrogates
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f]"  # musical controls, tags
)
_NO_LETTERS = re.compile(r"[^\w\s!-~]{5,}")
_AT_MOST = 4
"""Marks and joiners on one letter: more than any script needs."""
SIGN = "\u25af"
"""What stands for a code point that is not shown: ▯."""


def plain(text: str) -> str:
    """The text with one `▯` for what could act on a terminal and for each mark or joiner after the fourth in a row."""
    return _NO_LETTERS.sub(_thinned, _UNSAFE.sub(SIGN, text))


def _thinned(found: re.Match[str]) -> str:
    shown, row = [], 0
    for letter in found[0]:
        row = row + 1 if category(letter) in ("Mn", "Me", "Cf") else 0
        shown.append(SIGN if row > _AT_MOST else letter)
    return "".join(shown)


def in_a_line(text: str) -> str:
    """The same with a sign for each line end, too: a message of which a part is not ours is one line all the same."""
    return plain(text).replace("\n", SIGN)


def json_plain(text: str) -> str:
    """JSON that says the same, with what could act on a terminal as escapes."""
    return _UNSAFE.sub(lambda found: "".join(f"\\u{unit:04x}" for unit in _units(found[0])), text)


def _units(letter: str) -> tuple[int, ...]:
    """Of UTF-16, as JSON counts."""
    code = ord(letter)
    return (code,) if code < 0x10000 else (0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF))


def one_line(text: str, width: int) -> str:
    """The beginning of a text as one plain line of at most `width` code points."""
    line = " ".join(plain(text).split())
    return line if len(line) <= width else line[: width - 1] + "…"


def sentence(clause: str) -> str:
    """A clause as a sentence of its own."""
    return clause if not clause else clause[0].upper() + clause[1:] + "." * (clause[-1] not in ".!?")
