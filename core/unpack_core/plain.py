"""Text that may be shown: nothing in it can move a cursor, turn the reading direction or hide.

Every code point that could is replaced by one visible sign, so that positions in the text stay what they are.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # bidi controls, invisible signs
    "\u2028\u2029\ufff9-\ufffb\ud800-\udfff"  # line and paragraph separators, annotations, lone surrogates
    "\U000e0000-\U000e007f]"  # tags
)
_FLOOD = re.compile("(?<=[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]{4})[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]+")
SIGN = "\u25af"
"""What stands for a code point that is not shown: ▯."""


def plain(text: str) -> str:
    """The text with one `▯` for what could act on a terminal and for each combining mark after the fourth."""
    text = _UNSAFE.sub(SIGN, text)
    return _FLOOD.sub(lambda found: SIGN * len(found[0]), text)


def one_line(text: str, width: int) -> str:
    """The beginning of a text as one plain line of at most `width` code points."""
    line = " ".join(plain(text).split())
    return line if len(line) <= width else line[: width - 1] + "…"
